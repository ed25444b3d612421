import Testing

@testable import Ingress

@Suite struct MetricsPageTests {
  @Test("the counts of all event loops are added up, in Prometheus' text")
  func text() {
    let one = RequestCounts()
    let two = RequestCounts()
    let route = RequestCounts.RouteName(ingress: "default/web", backend: "default/web:80")
    one.note(route, status: 200, nanoseconds: 3_000_000)
    one.note(route, status: 503, nanoseconds: 700_000)
    two.note(route, status: 204, nanoseconds: 20_000_000_000)
    two.note(nil, status: 404, nanoseconds: 0)
    two.retryCount = 2
    let loops = [one, two].map {
      LoopCounts(
        requests: $0.requests.mapValues(\.counts), latency: $0.latency, retryCount: $0.retryCount,
        failureCount: $0.failureCount, backendConnections: 3)
    }
    let text = MetricsPage.text(loops, clientConnections: 7)
    let name = "martlet_ingress_requests_total"
    let labels = #"ingress="default/web",backend="default/web:80""#
    for line in [
      "# TYPE \(name) counter", "\(name){\(labels),code=\"2xx\"} 2",
      "\(name){\(labels),code=\"5xx\"} 1",
      "\(name){ingress=\"\",backend=\"\",code=\"4xx\"} 1",
      "martlet_ingress_request_duration_seconds_bucket{le=\"0.001\"} 2",
      "martlet_ingress_request_duration_seconds_bucket{le=\"0.005\"} 3",
      "martlet_ingress_request_duration_seconds_bucket{le=\"+Inf\"} 4",
      "martlet_ingress_request_duration_seconds_count 4", "martlet_ingress_retries_total 2",
      "martlet_ingress_backend_connections 6", "martlet_ingress_client_connections 7",
    ] {
      #expect(text.split(separator: "\n").contains(line[...]), "\(line) is missing in \(text)")
    }
  }

  @Test("routes beyond the bound are counted under no name")
  func bound() {
    let counts = RequestCounts()
    for number in 0..<5_000 {
      counts.note(.init(ingress: "\(number)", backend: ""), status: 200, nanoseconds: 1)
    }
    #expect(counts.requests.count == 4_097)
    #expect(counts.requests[.init(ingress: "", backend: "")]?.counts[2] == 904)
  }
}
