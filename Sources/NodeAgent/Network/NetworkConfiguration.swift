import FoundationEssentials
package import Foundations

/// The pod network of one node, as the standard CNI plugins are told of it: a bridge that is the
/// pods' gateway, addresses handed out from the node's own range, and host ports.
/// Source: CNI specification 1.0, and the plugins' own documentation.
///
/// Masquerading is not the bridge plugin's (`ipMasq`) but one rule of `PodMasquerade`: the plugin
/// calls iptables several times for each pod, which is a tenth of a pod's start and a third of its
/// stop.
package struct NetworkConfiguration: Equatable, Sendable {
  /// At most 15 bytes, as every interface's name.
  package var bridge: String
  /// The node's range, of one family or one of each.
  package var podCIDRs: [CIDR]
  /// Where the addresses in use are noted. Below the run directory: after a reboot no pod has one.
  package var addressDirectory: String
  /// Of the bridge and the pods' interfaces; `nil` takes the kernel's.
  package var mtu: Int?

  package init(bridge: String, podCIDRs: [CIDR], addressDirectory: String, mtu: Int? = nil) {
    precondition((1...15).contains(bridge.utf8.count), "an interface's name has 1 to 15 bytes")
    self.bridge = bridge
    self.podCIDRs = podCIDRs
    self.addressDirectory = addressDirectory
    self.mtu = mtu
  }

  /// The network's name, which the plugins' notes are filed under.
  package static let name = "martlet"
  package static let fileName = "10-martlet.conflist"

  /// The file's bytes: the same settings give the same bytes.
  package func rendered() throws -> [UInt8] {
    let bridgePlugin = Plugin(
      type: "bridge", bridge: bridge, isGateway: true, hairpinMode: true, mtu: mtu,
      ipam: AddressPlugin(
        dataDir: addressDirectory,
        ranges: podCIDRs.map { [Range(subnet: $0.description)] },
        routes: podCIDRs.map { Route(dst: $0.family == .v4 ? "0.0.0.0/0" : "::/0") }))
    let portMapping = Plugin(type: "portmap", capabilities: ["portMappings": true])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return Array(
      try encoder.encode(
        List(cniVersion: "1.0.0", name: Self.name, plugins: [bridgePlugin, portMapping])))
  }

  /// Writes it where containerd looks, which takes it up at once. Blocks on disk.
  package func write(to directory: String) throws {
    try DurableFile.makeDirectory(directory, mode: 0o755)
    let path = "\(directory)/\(Self.fileName)"
    let bytes = try rendered()
    if try DurableFile.read(path) != bytes {
      try DurableFile.write(bytes, to: path, mode: 0o644)
    }
  }
}

// MARK: - The document

private struct List: Encodable {
  let cniVersion: String
  let name: String
  let plugins: [Plugin]
}

private struct Plugin: Encodable {
  let type: String
  var bridge: String?
  var isGateway: Bool?
  var hairpinMode: Bool?
  var mtu: Int?
  var ipam: AddressPlugin?
  var capabilities: [String: Bool]?
}

private struct AddressPlugin: Encodable {
  var type = "host-local"
  let dataDir: String
  let ranges: [[Range]]
  let routes: [Route]
}

private struct Range: Encodable {
  let subnet: String
}

private struct Route: Encodable {
  let dst: String
}
