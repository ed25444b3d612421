package import Foundations
import NodeAgent
package import Settings

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What a server's machine must have, looked at before anything is written or started: a server that
/// cannot work leaves the machine as it found it.
package struct Preflight {
  private let settings: ServerSettings
  private let nodeAddress: IPAddress
  private let searchPath: String
  private let role: Role

  /// What runs on the machine.
  package enum Role: Sendable {
    /// A control plane and a node.
    case server
    /// A node of another machine's control plane.
    case agent
  }

  /// - Parameters:
  ///   - nodeAddress: where this node is reached.
  ///   - searchPath: PATH's value.
  package init(
    _ settings: ServerSettings, nodeAddress: IPAddress, searchPath: String, role: Role = .server
  ) {
    self.role = role
    self.settings = settings
    self.nodeAddress = nodeAddress
    self.searchPath = searchPath
  }

  /// Ports are for `checkPorts`: a second server in the same directories should hear of the first,
  /// not of its ports.
  /// - Throws: one sentence with the fix for the first thing that is not as it must be.
  package func check() throws {
    guard geteuid() == 0 else { throw PreflightError.notRoot }
    let missing = try ProcessCapabilities.current.missing
    guard missing.isEmpty else { throw PreflightError.missingCapabilities(missing) }
    if let socket = settings.criSocket {
      guard access(socket, F_OK) == 0 else { throw PreflightError.noRuntimeSocket(socket) }
    } else {
      _ = try ContainerdPrograms.find(
        inPath: searchPath, networkPlugins: settings.networkPluginDirectory)
    }
    for (program, package) in [("nft", "nftables"), ("ip", "iproute2")] {
      guard ContainerdPrograms.path(of: program, inPath: searchPath) != nil else {
        throw RuntimeSetupError.missingProgram(program, package: package)
      }
    }
    try StoredTime(dataDirectory: settings.dataDirectory).check(now: .now())
  }

  /// Ports can be taken between this and their use: whoever listens then says so as well.
  package func checkPorts() throws {
    guard try ServerLock.holder(Installation(settings).serverLock) == nil else { return }
    for port in ports { try port.requireFree() }
  }

  private var ports: [NeededPort] {
    let api = NeededPort(
      purpose: "the API server", address: settings.bindAddress, port: settings.apiPort,
      transport: .tcp, setting: "--api-port")
    return (role == .server ? [api] : []) + nodePorts
  }

  private var nodePorts: [NeededPort] {
    [
      NeededPort(
        purpose: "the node agent", address: IPAddress(family: .v4, value: 0),
        port: settings.kubeletPort, transport: .tcp, setting: "--kubelet-port"),
      NeededPort(
        purpose: "cluster DNS", address: nodeAddress, port: settings.dnsPort, transport: .udp,
        setting: "--dns-port"),
      NeededPort(
        purpose: "cluster DNS", address: nodeAddress, port: settings.dnsPort, transport: .tcp,
        setting: "--dns-port"),
    ]
  }
}
