import HeapModule
package import Resources

/// The pods that wait for a node: in order of priority, those that failed after a pause, and those
/// that nothing can help before something changes. A value: time comes in with each call.
package struct SchedulingQueue: Sendable {
  /// A point in time as a distance from any fixed start.
  package typealias Instant = Duration

  private struct Entry: Sendable {
    var pod: SchedulingPod
    var attempts = 0
    var state = State.active
    /// Counts its moves, so that heap entries of an earlier state are told apart.
    var generation = 0
  }

  /// `active` → taken; taken → gone (bound) or `parked`; `parked` → `pausing` or `active`;
  /// `pausing` → `active`.
  private enum State: Sendable, Equatable {
    case active
    case taken
    case pausing
    case parked(Set<FilterReason>, until: Instant)
  }

  private struct Ready: Comparable, Sendable {
    let priority: Int
    let createdAt: Int64
    let key: ObjectKey
    let generation: Int
    /// The least goes first.
    static func < (left: Self, right: Self) -> Bool {
      (-left.priority, left.createdAt, left.key) < (-right.priority, right.createdAt, right.key)
    }
  }

  private struct Pause: Comparable, Sendable {
    let end: Instant
    let key: ObjectKey
    let generation: Int
    static func < (left: Self, right: Self) -> Bool { left.end < right.end }
  }

  private var entries: [ObjectKey: Entry] = [:]
  private var ready = Heap<Ready>()
  private var pauses = Heap<Pause>()
  /// Parked pods that another pod's placement may help; those that left are dropped at the next.
  private var parkedForOthers: Set<ObjectKey> = []

  /// Source: upstream's podInitialBackoffSeconds and podMaxBackoffSeconds.
  private static let pauseMin = Duration.seconds(1)
  private static let pauseMax = Duration.seconds(10)
  /// Parked pods are tried again after this even where no event seemed to help.
  /// Source: upstream's podMaxInUnschedulablePodsDuration.
  private static let parkedMax = Duration.seconds(300)

  package init() {}

  package var count: Int { entries.count }

  /// Takes up a pod, or a pod's new state. A parked pod whose state changed is tried at once.
  package mutating func upsert(_ pod: SchedulingPod) {
    guard var entry = entries[pod.key] else {
      entries[pod.key] = Entry(pod: pod)
      activate(pod.key)
      return
    }
    entry.pod = pod
    entries[pod.key] = entry
    if case .parked = entry.state { activate(pod.key) }
  }

  package mutating func remove(_ key: ObjectKey) { entries[key] = nil }

  /// Takes out the pod that is next. It stays known until `remove` or `park`.
  package mutating func next(now: Instant) -> SchedulingPod? {
    while let pause = pauses.min, pause.end <= now {
      pauses.removeMin()
      if entries[pause.key]?.generation == pause.generation { activate(pause.key) }
    }
    while let candidate = ready.popMin() {
      guard var entry = entries[candidate.key], entry.generation == candidate.generation else {
        continue
      }
      entry.state = .taken
      entry.attempts += 1
      entries[candidate.key] = entry
      return entry.pod
    }
    return nil
  }

  /// When `next` may have something that it does not have now; `nil` where only a change helps.
  package var nextPauseEnd: Instant? { pauses.min?.end }

  /// A pod that was taken fits nowhere: it waits until one of its reasons may be gone.
  package mutating func park(_ key: ObjectKey, reasons: Set<FilterReason>, now: Instant) {
    guard entries[key] != nil else { return }
    if reasons.contains(where: \.isHelpedByPodPlacement) { parkedForOthers.insert(key) }
    entries[key]?.generation += 1
    entries[key]?.state = .parked(reasons, until: now + Self.parkedMax)
    let generation = entries[key]?.generation ?? 0
    pauses.insert(Pause(end: now + Self.parkedMax, key: key, generation: generation))
  }

  /// A pod that was taken could not be bound for a passing reason: it comes again after a pause.
  package mutating func retryLater(_ key: ObjectKey, now: Instant) { pause(key, now: now) }

  /// Brings back the parked pods that wait for others, now that one has a node or other labels.
  package mutating func wake(
    placementOf other: SchedulingPod, namespaceLabels: [String: [String: String]], now: Instant
  ) {
    for key in parkedForOthers {
      guard let entry = entries[key], case .parked = entry.state else {
        parkedForOthers.remove(key)
        continue
      }
      if entry.pod.caresAbout(other, namespaceLabels: namespaceLabels) {
        parkedForOthers.remove(key)
        pause(key, now: now)
      }
    }
  }

  package enum Change: Sendable {
    /// A node came, or one changed its labels, taints or size.
    case node
    /// A pod on some node ended.
    case podRemoval
    /// A claim, a volume or a class came or changed.
    case storage
  }

  /// Brings back the parked pods that a change may help.
  package mutating func wake(_ change: Change, now: Instant) {
    for (key, entry) in entries {
      guard case .parked(let reasons, _) = entry.state else { continue }
      let mayHelp =
        switch change {
        case .node: true
        case .podRemoval:
          reasons.isEmpty
            || reasons.contains { $0.isHelpedByPodRemoval || $0.isHelpedByClaimRelease }
        case .storage: reasons.contains(where: \.isHelpedByStorage)
        }
      if mayHelp { pause(key, now: now) }
    }
  }

  private mutating func activate(_ key: ObjectKey) {
    guard var entry = entries[key] else { return }
    entry.state = .active
    entry.generation += 1
    entries[key] = entry
    ready.insert(
      Ready(
        priority: entry.pod.priority, createdAt: entry.pod.createdAt, key: key,
        generation: entry.generation))
  }

  /// Doubles with each attempt, from `pauseMin` to `pauseMax`.
  private mutating func pause(_ key: ObjectKey, now: Instant) {
    guard var entry = entries[key] else { return }
    entry.state = .pausing
    entry.generation += 1
    entries[key] = entry
    let doublings = min(max(entry.attempts - 1, 0), 4)
    let length = min(Self.pauseMin * (1 << doublings), Self.pauseMax)
    pauses.insert(Pause(end: now + length, key: key, generation: entry.generation))
  }
}
