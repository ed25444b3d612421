package import Foundations

/// A route that takes the packets of this node's pods elsewhere: what another cluster left behind,
/// or a network that uses the same addresses. Pods would start and never be reached.
package struct RouteConflict: Error, Equatable, Sendable, CustomStringConvertible {
  package let destination: CIDR
  package let interface: String
  package let podCIDR: CIDR

  package var description: String {
    "the route to \(destination) through \(interface) takes packets away from this node's pods "
      + "(\(podCIDR)): choose other addresses with --pod-cidr, or remove it with "
      + "`ip route del \(destination) dev \(interface)`"
  }

  /// Looks for such a route in the kernel's IPv4 table.
  /// - Parameter bridge: the interface that may have it.
  /// - Throws: the first conflict found, or `FileError` where the table cannot be read.
  package static func requireNone(for podCIDR: CIDR, bridge: String) throws {
    guard let table = try DurableFile.read("/proc/net/route") else { return }
    let text = String(decoding: table, as: UTF8.self)
    if let conflict = find(in: text, podCIDR: podCIDR, bridge: bridge) { throw conflict }
  }

  /// The kernel takes the longest prefix: a route to a wider network does not compete with the
  /// bridge's own, one to the same network or a part of it does.
  /// - Parameter table: the text of `/proc/net/route`. Source: proc(5).
  static func find(in table: String, podCIDR: CIDR, bridge: String) -> RouteConflict? {
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split { $0 == "\t" || $0 == " " }
      guard fields.count > 7, fields[0] != bridge, let base = address(fields[1]),
        let mask = UInt32(fields[7], radix: 16)
      else { continue }
      let destination = CIDR(base, prefixLength: mask.nonzeroBitCount)
      if destination.prefixLength >= podCIDR.prefixLength && podCIDR.contains(base) {
        return RouteConflict(
          destination: destination, interface: String(fields[0]), podCIDR: podCIDR)
      }
    }
    return nil
  }

  /// Eight hexadecimal digits, the address's bytes from last to first as this machine has them.
  private static func address(_ text: Substring) -> IPAddress? {
    UInt32(text, radix: 16).map { value in
      IPAddress(family: .v4, value: UInt128(UInt32(bigEndian: value)))
    }
  }
}
