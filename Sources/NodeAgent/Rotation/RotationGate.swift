import Foundations
package import Resources
import Synchronization

/// Waits, for each pod of this node that ends, until the proxies of all nodes have acknowledged that
/// it is out of rotation (`RotationAcknowledger`).
///
/// The leases with their acknowledgements are followed only while a pod waits, and a little longer:
/// pods that end come in groups.
package final class RotationGate: PodRotation {
  private let client: any ClusterClient
  private let slices: Informer
  private let isNodeReady: @Sendable (String) -> Bool
  private let lingerTime: Duration
  private let opened = AsyncSignal()
  private let state = Mutex(State())

  private struct State {
    /// One for each pod that waits.
    var waiting: [Int: AsyncSignal] = [:]
    var nextWaiting = 0
    /// There while somebody waits.
    var leases: Informer?
    /// Whether the present watch has been asked for since it was last looked at.
    var wasUsed = false
  }

  /// - Parameters:
  ///   - node: this one.
  ///   - slices: all EndpointSlices, followed by the caller; not running yet.
  ///   - isNodeReady: by a node's name.
  package init(
    client: any ClusterClient, node: String, slices: Informer,
    isNodeReady: @escaping @Sendable (String) -> Bool, lingerTime: Duration = .seconds(5)
  ) {
    self.client = client
    self.slices = slices
    self.isNodeReady = isNodeReady
    self.lingerTime = lingerTime
    slices.addIndex(Self.byOwnPod) { RotationStanding.pods(of: $0, on: node) }
    slices.onChange { [weak self] _ in self?.wakeAll() }
  }

  private static let byOwnPod = "pods of this node"

  private func wakeAll() {
    for signal in state.withLock({ $0.waiting.isEmpty ? [] : Array($0.waiting.values) }) {
      signal.wake()
    }
  }

  private func standing(_ uid: String) -> RotationStanding {
    RotationStanding(ofPod: uid, in: slices.objects(Self.byOwnPod, uid))
  }

  package func mayBeInside(_ uid: String) -> Bool {
    !slices.isSynced || standing(uid) != .outside
  }

  package func leave(_ uid: String, within limit: Duration) async -> [String] {
    let deadline = ContinuousClock.now + limit
    let (id, signal) = begin()
    defer { state.withLock { $0.waiting[id] = nil } }
    var revision: UInt64?
    while true {
      let late = whoIsLate(uid, &revision)
      if late.isEmpty || Task.isCancelled || ContinuousClock.now >= deadline { return late }
      // A node that stops being ready is nobody's change here.
      await signal.wait(until: min(deadline, .now + .seconds(1)))
    }
  }

  private func begin() -> (id: Int, signal: AsyncSignal) {
    let signal = AsyncSignal()
    let id = state.withLock { state in
      state.nextWaiting += 1
      state.waiting[state.nextWaiting] = signal
      state.wasUsed = true
      return state.nextWaiting
    }
    opened.wake()
    return (id, signal)
  }

  /// - Parameter revision: of the slices that first said that the pod ends. Later ones say nothing new.
  private func whoIsLate(_ uid: String, _ revision: inout UInt64?) -> [String] {
    guard slices.isSynced else { return ["this node's view of the Services"] }
    switch standing(uid) {
    case .outside: return []
    case .inside: return ["the Service's EndpointSlices"]
    case .leaving(let newest):
      let wanted = revision ?? newest
      revision = wanted
      guard let leases = state.withLock({ $0.leases }), leases.isSynced else {
        return ["this node's view of the others"]
      }
      return RotationDuty.missing(wanted, in: leases.objects, isNodeReady: isNodeReady)
    }
  }

  // MARK: The others' words

  /// Follows the leases while pods wait, until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      if state.withLock({ $0.waiting.isEmpty }) {
        await opened.wait()
        continue
      }
      let leases = Informer(.leases, client: client, namespace: RotationDuty.leaseNamespace)
      leases.onChange { [weak self] _ in self?.wakeAll() }
      state.withLock { $0.leases = leases }
      await withDiscardingTaskGroup { group in
        group.addTask { await leases.run() }
        await untilUnused()
        group.cancelAll()
      }
      state.withLock { $0.leases = nil }
    }
  }

  private func untilUnused() async {
    while true {
      do { try await ContinuousClock().sleep(for: lingerTime) } catch { return }
      let isUsed = state.withLock { state in
        defer { state.wasUsed = false }
        return state.wasUsed || !state.waiting.isEmpty
      }
      if !isUsed { return }
    }
  }
}
