import CLinux
import Foundations
import Glibc

/// The address under which other machines reach this one.
package enum HostAddress {
  /// The IPv4 address that traffic to the world leaves from, or that of the first interface that is
  /// up and no loopback; `nil` where there is none.
  package static var primary: String? { outward?.description ?? firstOfInterfaces }

  /// The address that the default route leaves from. Sends nothing: connecting a datagram socket
  /// only chooses the route.
  private static var outward: IPAddress? {
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = UInt16(9).bigEndian
    // Any address outside: this one is kept for documentation. Source: RFC 5737.
    inet_pton(AF_INET, "198.51.100.1", &target.sin_addr)
    let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    var own = sockaddr_in()
    let isKnown = withUnsafeMutablePointer(to: &own) { own in
      withUnsafePointer(to: &target) { target in
        target.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, size) == 0
        }
      }
        && own.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getsockname(descriptor, $0, &size) == 0
        }
    }
    return isKnown ? IPAddress(bytes: withUnsafeBytes(of: &own.sin_addr) { Array($0) }) : nil
  }

  private static var firstOfInterfaces: String? {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return nil }
    defer { freeifaddrs(list) }
    var found: String?
    var entry = list
    while let current = entry {
      defer { entry = current.pointee.ifa_next }
      let flags = Int32(bitPattern: current.pointee.ifa_flags)
      let name = String(cString: current.pointee.ifa_name)
      guard flags & Int32(IFF_UP) != 0, flags & Int32(IFF_LOOPBACK) == 0,
        let address = current.pointee.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET),
        !name.hasPrefix("martlet"), !name.hasPrefix("cni"), !name.hasPrefix("docker")
      else { continue }
      let text = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { internet in
        var buffer = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        var raw = internet.pointee.sin_addr
        inet_ntop(AF_INET, &raw, &buffer, socklen_t(INET_ADDRSTRLEN))
        return String(
          decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
      if found == nil { found = text }
    }
    return found
  }
}
