import Foundations
import Networking
import Resources
import Store

/// `/debug`: what a server that misbehaves is looked into with. Served only where it is switched on,
/// to those whom a rule for these paths allows it: administrators.
///
/// Nothing is kept for it but the requests that are open; everything else is read when it is asked
/// for, at a cost of O(kinds) or O(requests that wait).
struct DebugPages: Sendable {
  static let home = "/debug"

  private let registry: APIRegistry
  private let fairness: RequestFairness?
  let requests = OpenRequests()

  init(registry: APIRegistry, fairness: RequestFairness?) {
    self.registry = registry
    self.fairness = fairness
  }

  private static let fairnessHome = "/debug/api_priority_and_fairness"
  private static let paths = [
    "\(fairnessHome)/dump_priority_levels", "\(fairnessHome)/dump_queues",
    "\(fairnessHome)/dump_requests", "/debug/caches", "/debug/memory", "/debug/requests",
    "/debug/threads",
  ]

  /// - Returns: `nil` where there is no such page.
  func answer(_ path: String, _ query: QueryItems) -> ServerResponse? {
    switch path {
    case Self.home: return .text(200, Self.paths.map { $0 + "\n" }.joined())
    case "/debug/caches": return .text(200, caches)
    case "/debug/memory": return .text(200, ProcessReport.memory)
    case "/debug/threads": return .text(200, ProcessReport.threads)
    case "/debug/requests": return .text(200, openRequests)
    default: break
    }
    guard let fairness, path.hasPrefix(Self.fairnessHome) else { return nil }
    let dump = FairnessDump(fairness, requests.entries)
    switch path.dropFirst(Self.fairnessHome.count) {
    case "/dump_priority_levels": return .text(200, dump.priorityLevels)
    case "/dump_queues": return .text(200, dump.queues)
    case "/dump_requests":
      let hasDetails = query["includeRequestDetails"]?.isEmpty == false
      return .text(200, dump.requests(hasDetails: hasDetails))
    default: return nil
    }
  }

  private var openRequests: String {
    var table = AlignedTable(["StartTime", "UserName", "Method", "Path"])
    for entry in requests.entries {
      table.add([
        entry.start.microDescription, entry.attributes.user.name, entry.method, entry.path,
      ])
    }
    return table.text
  }

  private var caches: String {
    var table = AlignedTable([
      "Resource", "Objects", "Revision", "Watchers", "Events", "EventBytes", "OldestRevision",
      "Undecodable",
    ])
    var seen: Set<ObjectIdentifier> = []
    for served in registry.all.sorted(by: { $0.type.description < $1.type.description }) {
      guard let cache = served.collection?.cache, seen.insert(ObjectIdentifier(cache)).inserted
      else { continue }
      let numbers = cache.numbers
      table.add([
        served.type.description, "\(numbers.objectCount)", "\(numbers.revision)",
        "\(numbers.watcherCount)", "\(numbers.eventCount)", "\(numbers.eventByteCount)",
        "\(numbers.oldestRevision)", "\(cache.undecodable.count)",
      ])
    }
    return table.text
  }
}
