extension RequestFairness {
  /// All that is known of a level just now.
  struct LevelDump: Sendable {
    let name: String
    /// Those in which somebody waits, or from which somebody is being served; by number.
    let queues: [FairQueues<QueuedRequest>.QueueDump]
    let dispatched: Int
    let rejected: Int
    let timedOut: Int
    let cancelled: Int
  }

  /// By name, the limited levels. Cost is O(requests that wait).
  var dump: [LevelDump] {
    let tallies = tallies
    return limitedLevels.map { level in
      let own = tallies.filter { $0.level == level.name }
      func refused(_ refusal: PriorityLevel.Refusal) -> Int {
        own.reduce(0) { $0 + $1.refusedCount(refusal) }
      }
      return LevelDump(
        name: level.name, queues: level.queuesDump,
        dispatched: own.reduce(0) { $0 + $1.dispatchedCount },
        rejected: refused(.queueFull) + refused(.concurrencyLimit), timedOut: refused(.timeOut),
        cancelled: refused(.cancelled))
    }
  }
}

extension FlowSchema {
  /// What tells a request's flow from the others of the schema.
  func flow(of attributes: AccessAttributes) -> String {
    switch distinguisher {
    case .none: ""
    case .user: attributes.user.name
    case .namespace: attributes.namespace
    }
  }
}
