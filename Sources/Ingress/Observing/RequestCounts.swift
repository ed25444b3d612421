import IngressRouting

/// What one event loop counts. Plain numbers: read on the loop, and added up by who asks.
final class RequestCounts {
  /// Of one backend, by the first digit of the status: 1xx to 5xx.
  struct ByStatus {
    var counts = [Int](repeating: 0, count: 6)
  }

  /// By Ingress and backend; a route that was never asked has none. Bounded by `routesMax`.
  private(set) var requests: [RouteName: ByStatus] = [:]
  private(set) var latency = LatencyCounts()
  /// Answers that an endpoint owed, by what was done about it.
  var retryCount = 0
  var failureCount = 0

  /// Routes come and go with Ingresses: what is more than this is counted under no name.
  private static let routesMax = 4096

  struct RouteName: Hashable, Sendable {
    let ingress: String
    let backend: String
  }

  /// - Parameter route: `nil` where there was none.
  func note(_ route: RouteName?, status: Int, nanoseconds: Int64) {
    var name = route ?? RouteName(ingress: "", backend: "")
    if requests[name] == nil, requests.count >= Self.routesMax {
      name = RouteName(ingress: "", backend: "")
    }
    requests[name, default: ByStatus()].counts[min(max(status / 100, 0), 5)] += 1
    latency.note(nanoseconds: nanoseconds)
  }
}

/// How long requests took, in Prometheus' usual buckets.
struct LatencyCounts: Sendable {
  /// Upper ends in milliseconds.
  static let bounds: [Int64] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]

  /// One more than `bounds`: the last has no end.
  private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  private(set) var totalNanoseconds: Int64 = 0

  mutating func note(nanoseconds: Int64) {
    let place = Self.bounds.firstIndex { nanoseconds <= $0 * 1_000_000 } ?? Self.bounds.count
    counts[place] += 1
    totalNanoseconds &+= nanoseconds
  }

  mutating func add(_ other: LatencyCounts) {
    for place in counts.indices { counts[place] += other.counts[place] }
    totalNanoseconds &+= other.totalNanoseconds
  }
}
