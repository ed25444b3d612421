import Foundations
import Resources

/// The requests of one verb for one resource or subresource, as monitoring is told of them.
struct RequestSeries {
  let type: ResourceType
  /// Empty for the resource itself.
  let subresource: String
  let verb: APICall.Verb
  let tally: RequestTally

  /// Those that were counted, in the order of `served` and of the subresources' names.
  static func all(of served: [ServedResource]) -> [RequestSeries] {
    served.flatMap { served in
      let parts = served.subresourceTallies.sorted { $0.key < $1.key }
      return ([("", served.tallies)] + parts.map { ($0.key, $0.value) })
        .flatMap { subresource, tallies in
          tallies.counted.map {
            RequestSeries(
              type: served.type, subresource: subresource, verb: $0.verb, tally: $0.tally)
          }
        }
    }
  }

  static func write(_ all: [RequestSeries], to text: inout MetricsText) {
    text.begin(
      "apiserver_request_total", .counter,
      "[STABLE] Number of requests, by what they asked for and the code of the answer.")
    for series in all {
      for answer in series.tally.answers {
        text.sample(
          "apiserver_request_total",
          series.labels + [
            ("code", answer.code == 0 ? "other" : "\(answer.code)"), ("system_client", ""),
          ], answer.count)
      }
    }
    text.begin(
      "apiserver_request_duration_seconds", .histogram,
      "[STABLE] Seconds until the answer, by what was asked for; watches and streams do not count.")
    for series in all where !series.tally.durations.isEmpty {
      text.samples("apiserver_request_duration_seconds", series.labels, of: series.tally.durations)
    }
  }

  private var labels: [(String, String)] {
    [
      ("component", "apiserver"), ("dry_run", ""), ("group", type.group),
      ("resource", type.plural), ("scope", scope), ("subresource", subresource),
      ("verb", verb.metricName(of: subresource)), ("version", type.version),
    ]
  }

  /// As upstream names what a request reaches.
  private var scope: String {
    switch verb {
    case .list, .watch, .deletecollection: type.isNamespaced ? "namespace" : "cluster"
    default: "resource"
    }
  }
}
