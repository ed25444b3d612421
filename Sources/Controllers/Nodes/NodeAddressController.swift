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
  private let state: Mutex<State>

  private struct State {
    var blocks: NodeBlocks
    /// What each node has: written here before the informer shows it.
    var held: [ObjectKey: [CIDR]] = [:]
    /// Nodes for which there was no block. Bounded by the number of nodes.
    var waiting: Set<ObjectKey> = []

    mutating func hold(_ new: [CIDR], _ key: ObjectKey) {
      let old = held[key] ?? []
      guard new != old else { return }
      for block in old { blocks.release(block) }
      for block in new { blocks.take(block) }
      held[key] = new.isEmpty ? nil : new
    }
  }

  /// - Parameter blocks: none of them taken.
  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink, blocks: NodeBlocks
  ) {
    self.client = client
    self.events = events
    state = Mutex(State(blocks: blocks))
    nodes = informers[.nodes]
    nodes.onChange { [weak self] in self?.note($0) }
  }

  private func note(_ change: Informer.Change) {
    let key = ObjectKey(change.object)
    if case .removed = change {
      let next = state.withLock { state in
        state.hold([], key)
        state.waiting.remove(key)
        return state.waiting.popFirst()
      }
      // One block came free: one node may have it.
      if let next { queue.add(next) }
      return
    }
    let own = Self.blocks(of: change.object)
    let isWaiting = state.withLock { state in
      if own.isEmpty {
        // Somebody took it away: it gets one again.
        if case .updated(let old, _) = change, !Self.blocks(of: old).isEmpty {
          state.hold([], key)
        }
        return state.waiting.contains(key)
      }
      state.hold(own, key)
      state.waiting.remove(key)
      return true
    }
    if !isWaiting { queue.add(key) }
  }

  static func blocks(of node: Document) -> [CIDR] {
    let spec = node["spec"]
    let all = spec?["podCIDRs"]?.elements.compactMap(\.string) ?? []
    let texts = all.isEmpty ? [spec?["podCIDR"]?.string].compactMap(\.self) : all
    return texts.compactMap { CIDR($0) }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let node = nodes[key], Self.blocks(of: node).isEmpty else { return nil }
    let choice = state.withLock { state -> Choice in
      if state.held[key] != nil { return .done }
      guard let block = state.blocks.takeFirstFree() else {
        state.waiting.insert(key)
        return .none
      }
      state.held[key] = [block]
      return .block(block)
    }
    switch choice {
    case .done: break
    case .block(let block): try await give(block, to: node, key)
    case .none:
      events.record(
        OwnerIdentity(.nodes, ObjectMeta(node["metadata"] ?? .emptyObject)).note(
          .warning, "CIDRNotAvailable",
          "Node \(key.name) has no addresses for pods: all blocks of pod-cidr are taken; delete "
            + "nodes that are gone"))
    }
    return nil
  }

  private enum Choice {
    /// It was given one, which the informer does not show yet.
    case done
    case block(CIDR)
    case none
  }

  private func give(_ block: CIDR, to node: Document, _ key: ObjectKey) async throws {
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
      state.withLock { $0.hold([], key) }
      if let error = error as? APIError, error.reason == .notFound { return }
      throw error
    }
  }
}
