package import Foundations
package import Logging
package import Resources

/// Keeps the kernel's routes to the pods of other nodes in step with the Nodes, and tells which
/// addresses this node's pods have.
package final class NodeNetwork: Sendable {
  private let name: String
  private let address: IPAddress?
  private let range: CIDR
  private let tunnelInterface: String
  private let nodes: Informer
  private let logger: Logger
  private let signal = AsyncSignal()

  private static let gatherTime = Duration.milliseconds(50)
  private static let retryDelay = Duration.seconds(2)
  /// How often to look whether a link that went down and up again has lost routes.
  private static let checkInterval = Duration.seconds(30)

  /// - Parameters:
  ///   - nodes: all Nodes, run by the caller once this is made.
  ///   - name: this node's.
  ///   - address: where the others reach it.
  ///   - range: the addresses of all pods: routes to others are nobody's of ours.
  ///   - tunnelInterface: for nodes on other links; made when the first one is there.
  package init(
    nodes: Informer, name: String, address: IPAddress?, range: CIDR,
    tunnelInterface: String, logger: Logger
  ) {
    self.name = name
    self.address = address
    self.range = range
    self.tunnelInterface = tunnelInterface
    self.logger = logger
    self.nodes = nodes
    nodes.onChange { [signal] change in
      if case .updated(let old, let new) = change, old["spec"] == new["spec"],
        old[path: "status", "addresses"] == new[path: "status", "addresses"]
      {
        return
      }
      signal.wake()
    }
  }

  package static func tunnelInterface(besideBridge bridge: String) -> String {
    "\(bridge.prefix(13))vx"
  }

  /// Keeps routes until the task is cancelled, and leaves them in place then: pods live on.
  package func run() async { await keepRoutes() }

  /// The block that the cluster gave this node. Waits until it has one; the Nodes have to be followed
  /// meanwhile.
  package func ownBlock() async throws -> CIDR {
    let key = ObjectKey(namespace: "", name: name)
    while true {
      await nodes.waitUntil(key) { $0.flatMap { NodeRoute.block(of: $0) } != nil }
      try Task.checkCancellation()
      if let block = nodes[key].flatMap({ NodeRoute.block(of: $0) }) { return block }
      logger.notice(
        "this node waits for its pods' addresses: kubectl describe node \(name) shows why")
    }
  }

  private func keepRoutes() async {
    // Routes of half a list would cut pods off.
    do { try await nodes.waitUntilSynced() } catch { return }
    var isFirst = true
    while !Task.isCancelled {
      do {
        let wanted = NodeRoute.wanted(
          nodes: nodes.objects, own: name, links: try LinkNetwork.ofThisMachine(),
          tunnel: tunnelInterface)
        let isAlone = wanted.isEmpty && !isFirst
        try await bring(to: wanted)
        isFirst = false
        if isAlone {
          await signal.wait()
        } else {
          await signal.wait(until: .now + Self.checkInterval)
        }
        try await ContinuousClock().sleep(for: Self.gatherTime)
      } catch {
        if Task.isCancelled { return }
        logger.warning("some pods of other nodes are not reached yet: \(error)")
        do { try await ContinuousClock().sleep(for: Self.retryDelay) } catch { return }
      }
    }
  }

  private func bring(to wanted: [NodeRoute]) async throws {
    let tunnelled = wanted.filter { $0.tunnelEnd != nil }
    if !tunnelled.isEmpty { try await bringTunnel(to: tunnelled) }
    let present = try await NodeRouteTable.present(in: range)
    try await NodeRouteTable.apply(NodeRoute.changes(from: present, to: wanted))
  }

  private func bringTunnel(to routes: [NodeRoute]) async throws {
    let own = nodes[ObjectKey(namespace: "", name: name)].flatMap { NodeRoute.block(of: $0) }
    // Before it has addresses of its own there is nobody to be reached from.
    guard let own, let address else { return }
    let tunnel = NodeTunnel(interface: tunnelInterface, address: address, block: own)
    try await NodeRouteTable.ensure(tunnel, for: routes)
  }
}
