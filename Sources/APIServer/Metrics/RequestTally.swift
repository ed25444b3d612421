import Foundations
import Synchronization

/// How often one verb of one resource was answered with which status, and how long it took. Any
/// thread may add; nobody waits.
final class RequestTally: Sendable {
  /// The statuses that the API answers with; any other counts under the last.
  private static let codes = [
    200, 201, 202, 101, 304, 307, 400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429, 500,
    502, 503, 504, 507, 0,
  ]

  private let counts = InlineArray<24, Atomic<Int>> { _ in Atomic(0) }
  let durations = DurationHistogram()

  /// - Parameter duration: `nil` for answers that last as long as the client likes.
  func add(_ code: Int, _ duration: Duration?) {
    let place = Self.codes.firstIndex(of: code) ?? Self.codes.count - 1
    counts[place].add(1, ordering: .relaxed)
    if let duration { durations.add(duration) }
  }

  /// Those that were given at least once.
  var answers: [(code: Int, count: Int)] {
    Self.codes.enumerated().compactMap { place, code in
      let count = counts[place].load(ordering: .relaxed)
      return count == 0 ? nil : (code, count)
    }
  }
}

/// The tallies of one resource's verbs, or of one of its subresources': each made when it first
/// counts, since most are never asked for.
final class VerbTallies: Sendable {
  /// By the verb's `position`.
  private let slots = InlineArray<8, AtomicLazyReference<RequestTally>> { _ in
    AtomicLazyReference()
  }

  func tally(_ verb: APICall.Verb) -> RequestTally {
    let position = verb.position
    return slots[position].load() ?? slots[position].storeIfNil(RequestTally())
  }

  var counted: [(verb: APICall.Verb, tally: RequestTally)] {
    APICall.Verb.allCases.compactMap { verb in
      slots[verb.position].load().map { (verb, $0) }
    }
  }
}

extension APICall.Verb {
  /// In `allCases`, which has to stay in this order.
  fileprivate var position: Int {
    switch self {
    case .get: 0
    case .list: 1
    case .watch: 2
    case .create: 3
    case .update: 4
    case .patch: 5
    case .delete: 6
    case .deletecollection: 7
    }
  }

  /// As upstream's metrics spell it.
  /// - Parameter subresource: empty for the resource itself.
  func metricName(of subresource: String) -> String {
    if Self.connections.contains(subresource) { return "CONNECT" }
    return switch self {
    case .create: "POST"
    case .update: "PUT"
    default: rawValue.uppercased()
    }
  }

  /// What leads to a pod, a Service or a node.
  private static let connections: Set<String> = ["log", "exec", "attach", "portforward", "proxy"]

  /// Whether it may change something.
  var isMutating: Bool {
    switch self {
    case .get, .list, .watch: false
    default: true
    }
  }
}
