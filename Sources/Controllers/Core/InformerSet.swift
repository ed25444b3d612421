package import Resources
import Synchronization

/// The informers that the controllers of one process share: one of each kind, however many follow it.
/// Those of kinds that come and go do so with them.
package final class InformerSet: Sendable {
  package typealias KindHandler = @Sendable (Informer.Change, ResourceType) -> Void

  private struct State {
    var informers: [ResourceType: Informer] = [:]
    /// Those that somebody asked for by name, which stay whatever is served.
    var named: Set<ResourceType> = []
    /// Those that run because every kind is followed.
    var anyKind: [ResourceType] = []
    var handlers: [KindHandler] = []
  }

  private let client: any ClusterClient
  private let kinds: ServedKinds
  private let state = Mutex(State())

  /// - Parameter kinds: what `onChangeOfAnyKind` follows.
  package init(client: any ClusterClient, kinds: ServedKinds = ServedKinds()) {
    self.client = client
    self.kinds = kinds
  }

  /// The informer of a kind, over all namespaces. Ask for all before `run()`.
  package subscript(resource: ResourceType) -> Informer {
    state.withLock { state in
      state.named.insert(resource)
      return informer(of: resource, &state)
    }
  }

  private func informer(of resource: ResourceType, _ state: inout State) -> Informer {
    if let informer = state.informers[resource] { return informer }
    let informer = Informer(resource, client: client)
    state.informers[resource] = informer
    return informer
  }

  /// Calls `handler` for every change of an object of any kind that is served, now or later; objects of
  /// a kind that is no longer served are told as removed. As `Informer.onChange`; add before `run()`.
  package func onChangeOfAnyKind(_ handler: @escaping KindHandler) {
    state.withLock { $0.handlers.append(handler) }
    follow(kinds.current)
  }

  /// Every kind that is followed at the moment.
  package var anyKind: [ResourceType] { state.withLock { $0.anyKind } }

  /// The objects of a kind that is followed; empty where it is not.
  package func objects(of kind: ResourceType) -> [Document] {
    state.withLock { $0.informers[kind] }?.objects ?? []
  }

  /// Those that were asked for so far.
  package var all: [Informer] { state.withLock { Array($0.informers.values) } }

  /// Runs them all until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      var running: [ResourceType: Task<Void, Never>] = [:]
      for informer in all where !anyKind.contains(informer.resource) {
        group.addTask { await informer.run() }
      }
      for await current in kinds.changes() {
        follow(current)
        let (informers, wanted) = state.withLock { ($0.informers, Set($0.anyKind)) }
        for (kind, task) in running where !wanted.contains(kind) {
          task.cancel()
          running[kind] = nil
        }
        for kind in wanted where running[kind] == nil {
          guard let informer = informers[kind] else { continue }
          running[kind] = run(informer, &group)
        }
      }
    }
  }

  /// Runs an informer as a child of the group that can also be ended alone.
  private func run(_ informer: Informer, _ group: inout DiscardingTaskGroup) -> Task<Void, Never> {
    // Its end is awaited by the group's child, which passes a cancellation on.
    let task = Task { await informer.run() }
    group.addTask {
      await withTaskCancellationHandler {
        await task.value
        if !Task.isCancelled { informer.forget() }
      } onCancel: {
        task.cancel()
      }
    }
    return task
  }

  /// Makes the informers of kinds that have come, and lets go of those of kinds that have gone.
  private func follow(_ current: [ResourceType]) {
    state.withLock { state in
      guard !state.handlers.isEmpty else { return }
      let known = Set(state.anyKind)
      for kind in current where !known.contains(kind) {
        let informer = informer(of: kind, &state)
        // Looked up when told, so that who comes later (before `run`) is told as well.
        informer.onChange { [weak self] change in
          guard let self else { return }
          for handler in self.state.withLock({ $0.handlers }) { handler(change, kind) }
        }
      }
      let wanted = Set(current)
      for kind in known where !wanted.contains(kind) && !state.named.contains(kind) {
        state.informers[kind] = nil
      }
      state.anyKind = current
    }
  }
}

extension Informer {
  /// Objects by the UID of the owner that controls them.
  package static let byController = "controller"
  package static let byNamespace = "namespace"

  package func indexByController() {
    addIndex(Self.byController) { object in
      ObjectMeta(object["metadata"] ?? .emptyObject).controllerReference.map { [$0.uid] } ?? []
    }
  }

  package func indexByNamespace() {
    addIndex(Self.byNamespace) { [ObjectKey($0).namespace] }
  }
}
