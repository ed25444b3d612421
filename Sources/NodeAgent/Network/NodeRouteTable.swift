package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The kernel's routes that are ours, read and changed with iproute2.
package enum NodeRouteTable {
  /// Ours, within the pods' addresses.
  static func present(in range: CIDR) async throws -> [NodeRoute] {
    let outcome = try await run(
      "ip", ["-4", "route", "show", "proto", "\(NodeRoute.kernelProtocol)"])
    return NodeRoute.parse(String(decoding: outcome.output, as: UTF8.self))
      .filter { range.contains($0.destination.base) }
  }

  /// Does as much as can be done, then tells of what could not.
  static func apply(_ lines: [String]) async throws {
    try await batch("ip", lines)
  }

  /// Makes the tunnel's interface where it is missing or not as it should be, and tells it who is
  /// where.
  static func ensure(_ tunnel: NodeTunnel, for routes: [NodeRoute]) async throws {
    let addresses = try await Command(
      "ip", ["-4", "-o", "address", "show", "dev", tunnel.interface]
    ).run()
    let text = String(decoding: addresses.output, as: UTF8.self)
    if addresses.exitCode != 0 || !text.contains(" \(tunnel.block.base)/32 ") {
      try await removeInterface(tunnel.interface)
      try await batch("ip", tunnel.setUp(linkMTU: try linkMTU(of: tunnel.address)))
    }
    try await batch("ip", tunnel.neighbours(of: routes))
    try await batch("bridge", tunnel.forwarding(of: routes))
  }

  /// Takes away our routes within some addresses. Can be repeated.
  package static func removeAll(in range: CIDR) async throws {
    let routes = try await present(in: range)
    try await apply(NodeRoute.changes(from: routes, to: []))
  }

  package static func removeInterface(_ interface: String) async throws {
    guard access("/sys/class/net/\(interface)", F_OK) == 0 else { return }
    try await batch("ip", ["link del \(interface)"])
  }

  /// Of the interface that has the address; the usual one of Ethernet where none has.
  private static func linkMTU(of address: IPAddress) throws -> Int {
    let link = try LinkNetwork.ofThisMachine().filter { $0.network.contains(address) }
      .max { $0.network.prefixLength < $1.network.prefixLength }
    guard let link, let text = try DurableFile.read("/sys/class/net/\(link.interface)/mtu") else {
      return 1500
    }
    return Int(String(decoding: text.filter { $0 > 0x20 }, as: UTF8.self)) ?? 1500
  }

  private static func batch(_ program: String, _ lines: [String]) async throws {
    guard !lines.isEmpty else { return }
    try await run(
      program, ["-force", "-batch", "-"], input: lines.joined(separator: "\n") + "\n")
  }

  @discardableResult
  private static func run(_ program: String, _ arguments: [String], input: String = "")
    async throws -> Command.Outcome
  {
    var command = Command(program, arguments)
    command.input = Array(input.utf8)
    let outcome = try await command.run()
    guard outcome.exitCode == 0 else {
      throw RuntimeSetupError.commandFailed(program, complaint: outcome.complaint)
    }
    return outcome
  }
}
