import Foundations
import Resources
import Scheduling

/// What a DaemonSet needs next, and what its status counts. Pure: the same nodes and pods give the
/// same steps in the same order.
/// Source: Kubernetes documentation, "DaemonSet" and "Perform a Rolling Update on a DaemonSet".
struct DaemonSetPlan {
  struct Counts: Equatable {
    var desired = 0
    var current = 0
    var misscheduled = 0
    var ready = 0
    var available = 0
    var updated = 0
  }

  /// Nodes on which a pod is to be started, in order of name.
  private(set) var creations: [String] = []
  private(set) var deletions: [DaemonPod] = []
  /// Pods that ended by themselves, in `deletions` once their pause is over.
  private(set) var ended: [DaemonPod] = []
  private(set) var counts = Counts()

  private let nodes: [(name: String, placement: DaemonPlacement)]
  private let pods: [String: [DaemonPod]]
  private let surge: Int
  private let unavailable: Int

  /// - Parameters:
  ///   - set: its strategy counts; that of `OnDelete` replaces nothing.
  ///   - nodes: what each makes of the set's pods.
  ///   - pods: all that belong to the set.
  init(set: DaemonSet, nodes: [(name: String, placement: DaemonPlacement)], pods: [DaemonPod]) {
    self.nodes = nodes.sorted { $0.name < $1.name }
    self.pods = Dictionary(grouping: pods, by: \.node)
      .mapValues { $0.sorted(by: DaemonPod.isWorthMore) }
    let desired = nodes.count { $0.placement == .wanted }
    let strategy = set.spec.updateStrategy
    let rolling = strategy?.rollingUpdate
    let isRolling = strategy?.type ?? "RollingUpdate" == "RollingUpdate"
    surge = isRolling ? rolling?.maxSurge?.scaled(total: desired, roundingUp: true) ?? 0 : 0
    let missing = rolling?.maxUnavailable?.scaled(total: desired, roundingUp: true) ?? 1
    // Both bounds zero would stop every rollout.
    unavailable = missing == 0 && surge == 0 ? 1 : missing
    count()
    manage()
    if isRolling { if surge > 0 { rollWithSurge() } else { roll() } }
  }

  private func pods(on node: String) -> [DaemonPod] { pods[node] ?? [] }

  // MARK: Where pods are and where they should be

  private mutating func count() {
    for (node, placement) in nodes {
      let first = pods(on: node).first
      guard placement == .wanted else {
        if first != nil { counts.misscheduled += 1 }
        continue
      }
      counts.desired += 1
      guard let first else { continue }
      counts.current += 1
      if first.isReady { counts.ready += 1 }
      if first.isAvailable { counts.available += 1 }
      if first.isUpdated { counts.updated += 1 }
    }
  }

  private mutating func manage() {
    for (node, placement) in nodes {
      let here = pods(on: node)
      if here.isEmpty {
        if placement == .wanted { creations.append(node) }
      } else if placement == .refused {
        deletions += here.filter { !$0.isTerminating }
      } else {
        keepOne(of: here)
      }
    }
    // A pod that waits for a node that is gone waits for ever.
    let known = Set(nodes.map(\.name))
    for (node, lost) in pods.sorted(by: { $0.key < $1.key }) where !known.contains(node) {
      deletions += lost.filter { !$0.isAssigned && !$0.isTerminating }
    }
  }

  private mutating func keepOne(of here: [DaemonPod]) {
    var running: [DaemonPod] = []
    for pod in here where !pod.isTerminating {
      if pod.phase == "Failed" || pod.phase == "Succeeded" {
        ended.append(pod)
      } else {
        running.append(pod)
      }
    }
    guard running.count > 1 else { return }
    guard surge > 0 else {
      deletions += running.dropFirst()
      return
    }
    // One of the old template may stand beside one of the new until that is available.
    let new = running.filter(\.isUpdated)
    let old = running.filter { !$0.isUpdated }
    deletions += new.dropFirst() + old.dropFirst()
    if let new = new.first, let old = old.first, !old.isReady || new.isAvailable {
      deletions.append(old)
    }
  }

  // MARK: Rolling updates

  /// The pods of the new and of the old template on a node; `nil` where there are several of one:
  /// `manage` puts that right first.
  private func pair(on node: String) -> (new: DaemonPod?, old: DaemonPod?)? {
    let here = pods(on: node).filter { !$0.isTerminating }
    let new = here.filter(\.isUpdated)
    let old = here.filter { !$0.isUpdated }
    return new.count > 1 || old.count > 1 ? nil : (new.first, old.first)
  }

  /// Takes old pods away: those that do nothing at once, others as far as `maxUnavailable` allows.
  private mutating func roll() {
    var missing = 0
    var candidates: [DaemonPod] = []
    for (node, placement) in nodes where placement != .refused {
      guard let pair = pair(on: node) else {
        missing += 1
        continue
      }
      switch (pair.new, pair.old) {
      case (nil, nil), (_?, _?): missing += placement == .wanted ? 1 : 0
      case (let new?, nil): missing += new.isAvailable ? 0 : 1
      case (nil, let old?):
        if old.isAvailable {
          candidates.append(old)
        } else {
          missing += 1
          if !ended.contains(where: { $0.uid == old.uid }) { deletions.append(old) }
        }
      }
    }
    deletions += candidates.prefix(max(0, unavailable - missing))
  }

  /// Starts new pods beside old ones: beside those that do nothing at once, others as far as
  /// `maxSurge` allows.
  private mutating func rollWithSurge() {
    var surging = 0
    var candidates: [String] = []
    for (node, placement) in nodes where placement == .wanted {
      guard let pair = pair(on: node) else {
        surging += 1
        continue
      }
      switch (pair.new, pair.old) {
      case (_, nil): break
      case (let new?, _?): surging += new.isAvailable ? 0 : 1
      case (nil, let old?):
        // The place of one that ended is filled once it is gone.
        if ended.contains(where: { $0.uid == old.uid }) { continue }
        if old.isAvailable { candidates.append(node) } else { creations.append(node) }
      }
    }
    creations += candidates.prefix(max(0, surge - surging))
  }
}
