import Foundations
package import Resources
import Synchronization

/// The pods of this node with what the runtime holds of them: for those who serve logs, exec,
/// attach and port-forward. A copy as of the last change.
package final class NodePods: Sendable {
  package struct Entry: Sendable {
    package var pod: Pod
    package var runtime: PodRuntimeState
    /// `LOG/NAMESPACE_NAME_UID`
    package var logDirectory: String

    package var sandbox: SandboxID? { runtime.readySandbox?.id }
    package var addresses: [String] { runtime.sandboxes.first?.addresses ?? [] }

    /// A container's last run.
    package func container(_ name: String) -> ContainerRecord? { runtime.latest(name) }

    /// The log of a container's last run, or of the one before.
    /// - Returns: `nil` where there was no such run.
    package func logPath(of name: String, previous: Bool) -> String? {
      let runs = runtime.runs(of: name)
      return (previous ? runs.dropFirst().first : runs.first)?.logPath
    }
  }

  private struct State {
    var entries: [ObjectKey: Entry] = [:]
    /// Whose sandboxes and containers these are, by their IDs.
    var owners: [String: String] = [:]
  }

  private let state = Mutex(State())
  /// What the pods' probes found.
  let probes = ProbeTally()
  let evictions = EvictionTally()

  package init() {}

  package func pod(namespace: String, name: String) -> Entry? {
    state.withLock { $0.entries[ObjectKey(namespace: namespace, name: name)] }
  }

  package var all: [Entry] { state.withLock { Array($0.entries.values) } }

  /// The UID of the pod that a sandbox or a container belongs to.
  package func owner(of id: String) -> String? { state.withLock { $0.owners[id] } }

  func put(_ entry: Entry) {
    let uid = entry.pod.metadata.uid ?? ""
    let ids =
      entry.runtime.sandboxes.map(\.id.rawValue) + entry.runtime.containers.map(\.id.rawValue)
    state.withLock { state in
      let old = state.entries.updateValue(entry, forKey: entry.pod.metadata.key)
      for id in Self.ids(old) { state.owners[id] = nil }
      for id in ids { state.owners[id] = uid }
    }
  }

  func remove(_ pod: Pod) {
    probes.forget(uid: pod.metadata.uid ?? "")
    state.withLock { state in
      // A successor of the same name stays.
      guard state.entries[pod.metadata.key]?.pod.metadata.uid == pod.metadata.uid else { return }
      let old = state.entries.removeValue(forKey: pod.metadata.key)
      for id in Self.ids(old) { state.owners[id] = nil }
    }
  }

  private static func ids(_ entry: Entry?) -> [String] {
    guard let entry else { return [] }
    return entry.runtime.sandboxes.map(\.id.rawValue)
      + entry.runtime.containers.map(\.id.rawValue)
  }
}
