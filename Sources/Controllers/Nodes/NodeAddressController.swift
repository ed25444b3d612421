package import Foundations
package import Resources
import Synchronization

/// Gives each node its share of the pods' addresses: `spec.podCIDR`, once and for as long as the
/// node is there.
/// Source: Kubernetes documentation, "Nodes", "Node controller": CIDR assignment.
package final class NodeAddressController: Controller {
  package let name = "node-ipam-controller"
  package let queue = KeyedQueue<ObjectKey>()
  /// One at a time, so that no block is given twice.
  package let workersMax = 1
  private let client: any ClusterClient
  private let nodes: Informer
  private let events: any EventSink
  private let blocks: NodeBlocks
  private let state = Mutex(State())

  private struct State {
    /// Blocks that were given and that the informer may not show yet.
    var given: [ObjectKey: CIDR] = [:]
    /// Nodes for which there was none. Bounded by the number of nodes.
    var waiting: Set<ObjectKey> = []
  }

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink, blocks: NodeBlocks
  ) {
    self.client = client
    self.events = events
    self.blocks = blocks
    nodes = informers[.nodes]
    nodes.onChange { [weak self] in self?.note($0) }
  }

  private func note(_ change: Informer.Change) {
    let key = ObjectKey(change.object)
    if case .removed = change {
      let next = state.withLock { state in
        state.given[key] = nil
        state.waiting.remove(key)
        return state.waiting.popFirst()
      }
      // One block came free: one node may have it.
      if let next { queue.add(next) }
    } else if Self.blocks(of: change.object).isEmpty {
      if !state.withLock({ $0.waiting.contains(key) }) { queue.add(key) }
    } else {
      state.withLock { state in
        state.given[key] = nil
        state.waiting.remove(key)
      }
    }
  }

  static func blocks(of node: Document) -> [CIDR] {
    let spec = node["spec"]
    let all = spec?["podCIDRs"]?.elements.compactMap(\.string) ?? []
    let texts = all.isEmpty ? [spec?["podCIDR"]?.string].compactMap(\.self) : all
    return texts.compactMap { CIDR($0) }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let node = nodes[key], Self.blocks(of: node).isEmpty else { return nil }
    let given = state.withLock { $0.given }
    guard given[key] == nil else { return nil }
    guard
      let block = blocks.firstFree(
        taken: nodes.objects.flatMap { Self.blocks(of: $0) } + given.values)
    else {
      state.withLock { _ = $0.waiting.insert(key) }
      events.record(
        OwnerIdentity(.nodes, ObjectMeta(node["metadata"] ?? .emptyObject)).note(
          .warning, "CIDRNotAvailable",
          "Node \(key.name) has no addresses for pods: all blocks of pod-cidr are taken; delete "
            + "nodes that are gone"))
      return nil
    }
    state.withLock { $0.given[key] = block }
    let text = Document(block.description)
    do {
      _ = try await client.patch(
        .nodes, namespace: nil, name: key.name,
        Patch(
          .merge,
          [
            "metadata": ["uid": node[path: "metadata", "uid"] ?? ""],
            "spec": ["podCIDR": text, "podCIDRs": [text]],
          ]))
    } catch {
      state.withLock { $0.given[key] = nil }
      if let error = error as? APIError, error.reason == .notFound { return nil }
      throw error
    }
    return nil
  }
}
