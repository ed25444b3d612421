package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A port that the server is going to listen on.
package struct NeededPort: Equatable, Sendable, CustomStringConvertible {
  package enum Transport: String, Sendable {
    case tcp, udp
  }

  package let purpose: String
  package let address: IPAddress
  package let port: UInt16
  package let transport: Transport
  /// The flag that moves it.
  package let setting: String

  package init(
    purpose: String, address: IPAddress, port: UInt16, transport: Transport, setting: String
  ) {
    self.purpose = purpose
    self.address = address
    self.port = port
    self.transport = transport
    self.setting = setting
  }

  package var description: String {
    let host = address.family == .v4 ? "\(address)" : "[\(address)]"
    return "\(host):\(port)/\(transport.rawValue), the port of \(purpose)"
  }

  /// Takes the port for a moment, without listening on it.
  /// - Throws: `PreflightError`, or `FileError` where there are no more descriptors.
  package func requireFree() throws {
    let family = address.family == .v4 ? AF_INET : AF_INET6
    let kind = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
    let descriptor = socket(family, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw FileError("open", "a socket", errno) }
    defer { close(descriptor) }
    if transport == .tcp {
      // As the listener itself: connections of an earlier server that are still closing do not count.
      var yes: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    guard bind(descriptor) != 0 else { return }
    throw errno == EADDRINUSE
      ? PreflightError.portTaken(self) : PreflightError.portRefused(self, code: errno)
  }

  private func bind(_ descriptor: Int32) -> Int32 {
    switch address.family {
    case .v4:
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: address.bytes) }
      return bind(descriptor, &name)
    case .v6:
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.bytes) }
      return bind(descriptor, &name)
    }
  }

  private func bind<Name>(_ descriptor: Int32, _ name: inout Name) -> Int32 {
    withUnsafeBytes(of: &name) { bytes in
      // Both kinds of name begin as a `sockaddr` does.
      systemBind(
        descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        socklen_t(bytes.count))
    }
  }
}

private let systemBind = bind
