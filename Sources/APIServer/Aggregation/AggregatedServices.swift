import Foundations
import Resources
import Store
import Synchronization

/// The groups and versions that other servers serve. Asked only for what this server does not know
/// itself, so no request for its own resources pays for it.
final class AggregatedServices: Sendable {
  private let cache: WatchCache
  private let read = Mutex(Read())

  private struct Read {
    var versions: [Revision] = []
    var services: [AggregatedService] = []
  }

  /// What this server serves itself, whatever an APIService says.
  private let own: Set<String>

  /// - Parameters:
  ///   - cache: of the APIServices.
  ///   - own: `GROUP/VERSION` of each that stays with this server.
  init(_ cache: WatchCache, own: Set<String>) {
    self.cache = cache
    self.own = own
  }

  /// In the order in which discovery lists them: groups and then versions by their priority.
  var all: [AggregatedService] {
    let objects = Array(cache.read().objects())
    let versions = objects.map(\.modRevision)
    let known = read.withLock { $0.versions == versions ? $0.services : nil }
    if let known { return known }
    let services = Self.sorted(
      objects.compactMap { AggregatedService($0.document) }.filter {
        !$0.group.isEmpty && !own.contains("\($0.group)/\($0.version)")
      })
    read.withLock { $0 = Read(versions: versions, services: services) }
    return services
  }

  func service(group: String, version: String) -> AggregatedService? {
    all.first { $0.group == group && $0.version == version }
  }

  /// The service that everything under a path belongs to: `/apis/GROUP/VERSION[/...]`.
  func service(path: String) -> AggregatedService? {
    let parts = path.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: true)
    guard parts.count >= 3, parts[0] == "apis" else { return nil }
    return service(group: String(parts[1]), version: String(parts[2]))
  }

  static func sorted(_ services: [AggregatedService]) -> [AggregatedService] {
    var priorities: [String: Int] = [:]
    for service in services {
      priorities[service.group] = max(priorities[service.group] ?? 0, service.groupPriority)
    }
    return services.sorted { left, right in
      if left.group != right.group {
        let (first, second) = (priorities[left.group] ?? 0, priorities[right.group] ?? 0)
        return first == second ? left.group < right.group : first > second
      }
      if left.versionPriority != right.versionPriority {
        return left.versionPriority > right.versionPriority
      }
      return APIVersionName(left.version) > APIVersionName(right.version)
    }
  }
}
