import CLinux
package import Foundations
import Glibc

/// A network that an interface of this machine is on: whoever has an address in it is reached
/// without a router.
package struct LinkNetwork: Hashable, Sendable {
  package let interface: String
  package let network: CIDR

  package init(interface: String, network: CIDR) {
    self.interface = interface
    self.network = network
  }

  /// The IPv4 networks of all interfaces that are up, loopback left out.
  package static func ofThisMachine() throws(FileError) -> [LinkNetwork] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { throw FileError("list", "the interfaces", errno) }
    defer { freeifaddrs(list) }
    var found: [LinkNetwork] = []
    var entry = list
    while let current = entry {
      defer { entry = current.pointee.ifa_next }
      let flags = Int32(bitPattern: current.pointee.ifa_flags)
      guard flags & Int32(IFF_UP) != 0, flags & Int32(IFF_LOOPBACK) == 0,
        let address = address(current.pointee.ifa_addr),
        let mask = address.family == .v4 ? self.address(current.pointee.ifa_netmask) : nil
      else { continue }
      found.append(
        LinkNetwork(
          interface: String(cString: current.pointee.ifa_name),
          network: CIDR(address, prefixLength: mask.value.nonzeroBitCount)))
    }
    return found
  }

  private static func address(_ pointer: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
    guard let pointer, pointer.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
    return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { internet in
      IPAddress(bytes: withUnsafeBytes(of: &internet.pointee.sin_addr) { Array($0) })
    }
  }
}
