import Networking

/// The ingress' page for Prometheus, on the loopback interface only.
struct MetricsHandler: RequestHandler {
  let text: @Sendable () async -> String

  func handle(_ request: ServerRequest, _ responder: Responder) {
    guard request.path == "/metrics", request.method == .get || request.method == .head else {
      return responder.send(ServerResponse(status: 404))
    }
    // A task, because each event loop is asked for its own counts; it ends with the answer.
    Task {
      responder.send(
        ServerResponse(
          status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
          body: Array(await text().utf8)))
    }
  }
}

/// The counts of one event loop at one moment.
struct LoopCounts: Sendable {
  var requests: [RequestCounts.RouteName: [Int]]
  var latency: LatencyCounts
  var retryCount: Int
  var failureCount: Int
  var backendConnections: Int
}

extension LoopCounts {
  init(_ pools: BackendPools) {
    self.init(
      requests: pools.counts.requests.mapValues(\.counts), latency: pools.counts.latency,
      retryCount: pools.counts.retryCount, failureCount: pools.counts.failureCount,
      backendConnections: pools.connectionCount)
  }
}

/// Prometheus' text. Pure. Source: Prometheus documentation, "Exposition formats".
enum MetricsPage {
  static func text(_ loops: [LoopCounts], clientConnections: Int) -> String {
    var requests: [RequestCounts.RouteName: [Int]] = [:]
    var latency = LatencyCounts()
    for loop in loops {
      for (name, counts) in loop.requests {
        let known = requests[name] ?? [Int](repeating: 0, count: counts.count)
        requests[name] = zip(known, counts).map { $0 + $1 }
      }
      latency.add(loop.latency)
    }
    var lines: [String] = []
    begin(&lines, "martlet_ingress_requests_total", "counter", "Requests answered, by route.")
    let sorted = requests.sorted {
      ($0.key.ingress, $0.key.backend) < ($1.key.ingress, $1.key.backend)
    }
    for (name, counts) in sorted {
      for (digit, count) in counts.enumerated() where count > 0 {
        lines.append(
          "martlet_ingress_requests_total{ingress=\"\(escaped(name.ingress))\","
            + "backend=\"\(escaped(name.backend))\",code=\"\(digit)xx\"} \(count)")
      }
    }
    addLatency(latency, to: &lines)
    for (name, kind, help, value) in [
      (
        "martlet_ingress_retries_total", "counter", "Requests sent to another endpoint.",
        loops.reduce(0) { $0 + $1.retryCount }
      ),
      (
        "martlet_ingress_failures_total", "counter", "Requests that no endpoint answered.",
        loops.reduce(0) { $0 + $1.failureCount }
      ),
      (
        "martlet_ingress_backend_connections", "gauge", "Connections to endpoints.",
        loops.reduce(0) { $0 + $1.backendConnections }
      ),
      (
        "martlet_ingress_client_connections", "gauge", "Connections of clients.",
        clientConnections
      ),
    ] {
      begin(&lines, name, kind, help)
      lines.append("\(name) \(value)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func addLatency(_ latency: LatencyCounts, to lines: inout [String]) {
    let name = "martlet_ingress_request_duration_seconds"
    begin(&lines, name, "histogram", "From a request's head to the end of its answer.")
    var total = 0
    for (place, count) in latency.counts.enumerated() {
      total += count
      let bound =
        place < LatencyCounts.bounds.count
        ? "\(Double(LatencyCounts.bounds[place]) / 1_000)" : "+Inf"
      lines.append("\(name)_bucket{le=\"\(bound)\"} \(total)")
    }
    lines.append("\(name)_sum \(Double(latency.totalNanoseconds) / 1e9)")
    lines.append("\(name)_count \(total)")
  }

  private static func begin(
    _ lines: inout [String], _ name: String, _ kind: String, _ help: String
  ) {
    lines.append("# HELP \(name) \(help)")
    lines.append("# TYPE \(name) \(kind)")
  }

  /// Names of objects hold none of these, but a label must not end early whatever it holds.
  private static func escaped(_ label: String) -> String {
    label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
