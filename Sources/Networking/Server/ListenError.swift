#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An address that cannot be listened on, and what to do about it.
package struct ListenError: Error, Equatable, Sendable, CustomStringConvertible {
  package let address: ListenAddress
  package let errnoCode: Int32

  package var description: String {
    switch errnoCode {
    case EADDRINUSE:
      "another process listens on \(address): stop it (`ss -ltnp` names it) or choose another port"
    case EACCES, EPERM:
      "this user may not listen on port \(address.port): run as root or choose a port above 1023"
    case EADDRNOTAVAIL:
      "this machine has no address \(address.host): choose one that `ip address` lists, or 0.0.0.0"
    default:
      "cannot listen on \(address): \(String(cString: strerror(errnoCode)))"
    }
  }
}
