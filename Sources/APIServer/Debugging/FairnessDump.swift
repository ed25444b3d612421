import Foundations

/// What priority and fairness does just now, under upstream's names. Pure but for reading it.
/// Source: Kubernetes documentation, "API Priority and Fairness", "Debug endpoints".
struct FairnessDump {
  private let levels: [RequestFairness.LevelDump]
  private let open: [OpenRequests.Entry]

  init(_ fairness: RequestFairness, _ open: [OpenRequests.Entry]) {
    levels = fairness.dump
    self.open = open
  }

  private func served(at level: String) -> [OpenRequests.Entry] {
    open.filter { $0.level == level }
  }

  var priorityLevels: String {
    var table = AlignedTable([
      "PriorityLevelName", "ActiveQueues", "IsIdle", "IsQuiescing", "WaitingRequests",
      "ExecutingRequests", "DispatchedRequests", "RejectedRequests", "TimedoutRequests",
      "CancelledRequests",
    ])
    for level in levels {
      let active = level.queues.count { !$0.waiting.isEmpty }
      let served = served(at: level.name).count
      let waiting = level.queues.reduce(0) { $0 + $1.waiting.count }
      table.add([
        level.name, "\(active)", "\(served == 0 && waiting == 0)", "false", "\(waiting)",
        "\(served)", "\(level.dispatched)", "\(level.rejected)", "\(level.timedOut)",
        "\(level.cancelled)",
      ])
    }
    return table.text
  }

  /// Queues in which nobody waits or is served are not kept, and not shown. Seats that are in use are
  /// counted by level, so the last columns are about those who wait.
  var queues: String {
    var table = AlignedTable([
      "PriorityLevelName", "Index", "PendingRequests", "ExecutingRequests", "NextDispatchR",
      "InitialSeatsSum",
    ])
    for level in levels {
      for queue in level.queues {
        table.add([
          level.name, "\(queue.number)", "\(queue.waiting.count)", "\(queue.servedCount)",
          "\(queue.nextStart)", "\(queue.waiting.reduce(0) { $0 + $1.seats })",
        ])
      }
    }
    return table.text
  }

  /// Those who wait, by queue, and those who are served, which are in none.
  func requests(hasDetails: Bool) -> String {
    var columns = [
      "PriorityLevelName", "FlowSchemaName", "QueueIndex", "RequestIndexInQueue",
      "FlowDistingsher", "ArriveTime", "InitialSeats",
    ]
    if hasDetails {
      columns += [
        "UserName", "Verb", "APIPath", "Namespace", "Name", "APIVersion", "Resource", "SubResource",
      ]
    }
    var table = AlignedTable(columns)
    for level in levels {
      for queue in level.queues {
        for (position, waiting) in queue.waiting.enumerated() {
          let request = waiting.request
          let head = [
            level.name, request.schema.name, "\(queue.number)", "\(position)",
            request.schema.flow(of: request.attributes),
            request.arrival.nanoDescription, "\(waiting.seats)",
          ]
          table.add(
            hasDetails ? head + Self.details(request.attributes, path: request.path) : head)
        }
      }
      for entry in served(at: level.name) {
        let head = [
          level.name, entry.schema ?? "", "-1", "-1", "", entry.start.nanoDescription,
          "\(entry.seats)",
        ]
        table.add(hasDetails ? head + Self.details(entry.attributes, path: entry.path) : head)
      }
    }
    return table.text
  }

  private static func details(_ attributes: AccessAttributes, path: String) -> [String] {
    let version =
      attributes.group.isEmpty ? attributes.version : "\(attributes.group)/\(attributes.version)"
    return [
      attributes.user.name, attributes.verb, path, attributes.namespace, attributes.name, version,
      attributes.resource, attributes.subresource,
    ]
  }
}
