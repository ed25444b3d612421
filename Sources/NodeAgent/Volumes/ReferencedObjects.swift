import Foundations
package import Resources
import Synchronization

/// Follows single objects that pods show in their volumes, and tells when one changes. An object is
/// watched once, however many pods show it.
package final class ReferencedObjects: Sendable {
  package struct Reference: Hashable, Sendable {
    package let resource: ResourceType
    package let key: ObjectKey

    package init(_ resource: ResourceType, _ key: ObjectKey) {
      self.resource = resource
      self.key = key
    }
  }

  private struct Entry {
    /// Those who want to know, by name.
    var listeners: [String: @Sendable () -> Void] = [:]
    let stop = AsyncSignal()
  }

  private struct State {
    var entries: [Reference: Entry] = [:]
    /// Entries whose watch has not begun.
    var waiting: [Reference] = []
  }

  private let client: any ClusterClient
  private let state = Mutex(State())
  private let signal = AsyncSignal()

  package init(client: any ClusterClient) { self.client = client }

  /// Calls `onChange` when one of `references` appears, changes or goes, until `follow` is called
  /// for the same listener again. It must not block.
  /// - Parameter listener: a pod's UID.
  package func follow(
    _ references: Set<Reference>, for listener: String, onChange: @escaping @Sendable () -> Void
  ) {
    let stopped = state.withLock { state in
      for reference in references {
        if state.entries[reference] == nil { state.waiting.append(reference) }
        state.entries[reference, default: Entry()].listeners[listener] = onChange
      }
      return Self.removeListener(listener, but: references, &state)
    }
    for entry in stopped { entry.stop.wake() }
    signal.wake()
  }

  private static func removeListener(
    _ listener: String, but kept: Set<Reference>, _ state: inout State
  ) -> [Entry] {
    var stopped: [Entry] = []
    for (reference, entry) in state.entries
    where !kept.contains(reference) && entry.listeners[listener] != nil {
      state.entries[reference]?.listeners[listener] = nil
      if state.entries[reference]?.listeners.isEmpty == true {
        state.entries[reference] = nil
        stopped.append(entry)
      }
    }
    return stopped
  }

  /// Watches until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let fresh = state.withLock { state in
          defer { state.waiting = [] }
          return state.waiting.compactMap { reference in
            state.entries[reference].map { (reference, $0.stop) }
          }
        }
        for (reference, stop) in fresh {
          group.addTask { await self.watch(reference, until: stop) }
        }
        await signal.wait()
      }
    }
  }

  private func watch(_ reference: Reference, until stop: AsyncSignal) async {
    let informer = Informer(
      reference.resource, client: client, namespace: reference.key.namespace,
      options: ListOptions(fieldSelector: "metadata.name=\(reference.key.name)"))
    informer.onChange { [weak self] _ in
      let listeners = self?.state.withLock { $0.entries[reference]?.listeners.values.map(\.self) }
      for listener in listeners ?? [] { listener() }
    }
    await withDiscardingTaskGroup { group in
      group.addTask { await informer.run() }
      await stop.wait()
      group.cancelAll()
    }
  }
}
