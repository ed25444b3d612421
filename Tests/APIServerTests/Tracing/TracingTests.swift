import MartletTesting
import Networking
import Resources
import Testing
import Tracing

@testable import APIServer

@Suite("Traces", .timeLimit(.minutes(5)))
struct TracingTests {
  private static let maps = "/api/v1/namespaces/default/configmaps"
  private static let mapsName = "/api/v1/namespaces/{:namespace}/configmaps"
  private static let client = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
  private static let clientTrace = "0af7651916cd43dd8448eb211c80319c"

  private static func run(
    ratePerMillion: Int = 1_000_000,
    _ body: (FakeCollector, TestAPIServer, TestAPIClient) async throws -> Void
  ) async throws {
    try await FakeCollector.run(ratePerMillion: ratePerMillion) { collector, tracer in
      async let _ = tracer.run()
      try await TestAPIServer.run {
        $0.tracer = tracer
      } _: { server in
        try await body(collector, server, try server.client())
      }
    }
  }

  private static func make(
    _ name: String, _ client: TestAPIClient, traceparent: String? = nil
  ) async throws -> Int {
    try await client.send(
      .post, maps, Array(#"{"metadata":{"name":"\#(name)"}}"#.utf8),
      contentType: "application/json",
      headers: traceparent.map { ["traceparent": $0] } ?? [:]
    ).status
  }

  @Test("a request is a span with its parts, and tells what it asked for and how it was answered")
  func parts() async throws {
    try await Self.run { collector, _, client in
      #expect(try await Self.make("a", client) == 201)
      let trace = try await collector.trace(with: "POST \(Self.mapsName)")
      let root = try #require(trace.first { $0.kind == 2 })
      #expect(root.parent == "" && !root.hasFailed)
      #expect(root.attributes["http.method"] == "POST")
      #expect(root.attributes["http.target"] == Self.maps)
      #expect(root.attributes["http.status_code"] == "201")
      let parts = trace.filter { $0.parent == root.span }
      #expect(
        Set(parts.map(\.name)) == ["authentication", "authorization", "store commit"])
      for part in parts { #expect(part.start >= root.start && part.end >= part.start) }
      let commit = try #require(parts.first { $0.name == "store commit" })
      #expect(commit.kind == 3 && commit.attributes["resource"] == "configmaps")
      #expect(collector.resource == ["service.name": "apiserver"])
    }
  }

  @Test("a trace of somebody who watches over the server goes on, whatever is sampled here")
  func trusted() async throws {
    try await Self.run(ratePerMillion: 0) { collector, _, client in
      #expect(try await Self.make("none", client) == 201)
      #expect(try await Self.make("a", client, traceparent: Self.client) == 201)
      let trace = try await collector.trace(with: "POST \(Self.mapsName)")
      let root = try #require(trace.first { $0.kind == 2 })
      #expect(root.trace == Self.clientTrace && root.parent == "b7ad6b7169203331")
      #expect(collector.spans.count { $0.kind == 2 } == 1)
    }
  }

  @Test("nobody else decides what is recorded: their trace is only linked to")
  func untrusted() async throws {
    try await Self.run { collector, server, _ in
      let reader = try server.client(user: "reader", groups: [])
      let answer = try await reader.send(
        .get, Self.maps + "/a?secret=1", headers: ["traceparent": Self.client])
      #expect(answer.status == 403)
      let trace = try await collector.trace(with: "GET \(Self.mapsName)/{:name}")
      let root = try #require(trace.first { $0.kind == 2 })
      #expect(root.trace != Self.clientTrace && root.links == [Self.clientTrace])
      #expect(root.attributes["http.status_code"] == "403" && !root.hasFailed)
      #expect(root.attributes["http.target"] == Self.maps + "/a")
    }
    try await Self.run(ratePerMillion: 0) { collector, server, admin in
      let reader = try server.client(user: "reader", groups: [])
      _ = try await reader.send(.get, Self.maps, headers: ["traceparent": Self.client])
      #expect(try await Self.make("a", admin, traceparent: Self.client) == 201)
      _ = try await collector.trace(with: "POST \(Self.mapsName)")
      #expect(collector.spans.allSatisfy { !$0.name.hasPrefix("GET") })
    }
  }

  @Test("a webhook is told which trace its call is a part of, also of one that is not recorded")
  func webhooks() async throws {
    try await FakeWebhook.run { _, _ in
      .response(["allowed": true])
    } _: { hook in
      try await Self.run { collector, _, client in
        let configuration: Document = [
          "apiVersion": "admissionregistration.k8s.io/v1",
          "kind": "ValidatingWebhookConfiguration", "metadata": ["name": "w"],
          "webhooks": [
            [
              "name": "w.example.com", "clientConfig": hook.clientConfig(), "sideEffects": "None",
              "admissionReviewVersions": ["v1"],
              "rules": [
                [
                  "operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"],
                  "resources": ["configmaps"],
                ]
              ],
            ]
          ],
        ]
        let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
        #expect(try await client.post(path, configuration.jsonText).status == 201)
        #expect(try await Self.make("a", client, traceparent: Self.client) == 201)
        let trace = try await collector.trace(with: "POST \(Self.mapsName)")
        let call = try #require(trace.first { $0.name == "Call validating webhook" })
        #expect(call.attributes["webhook"] == "w.example.com" && call.kind == 3)
        #expect(hook.traceparents.last == "00-\(Self.clientTrace)-\(call.span)-01")

        let unsampled = Self.client.dropLast(2) + "00"
        #expect(try await Self.make("b", client, traceparent: String(unsampled)) == 201)
        let told = try #require(hook.traceparents.last)
        #expect(told.hasPrefix("00-\(Self.clientTrace)-") && told.hasSuffix("-00"))
      }
    }
  }

  @Test("an aggregated server is told which trace it answers in")
  func aggregated() async throws {
    try await Self.run { collector, server, client in
      try await FakeAggregatedServer.run(authority: server.authority) { _ in
        .text(200, "here")
      } _: { fake in
        _ = try await fake.register(with: client)
        let answer = try await client.send(
          .get, "/apis/example.com/v1/things", headers: ["traceparent": Self.client])
        #expect(answer.status == 200)
        let trace = try await collector.trace(with: "GET /apis/example.com/v1/things")
        let call = try #require(trace.first { $0.name == "proxy to aggregated server" })
        #expect(call.attributes["apiservice"] == "v1.example.com")
        #expect(
          fake.requests.last?.headers.values(of: "traceparent")
            == ["00-\(Self.clientTrace)-\(call.span)-01"])
      }
    }
  }

  @Test("a watch is one span until it ends")
  func watches() async throws {
    try await Self.run { collector, _, client in
      let answer = try await client.get(Self.maps + "?watch=true&timeoutSeconds=1")
      #expect(answer.status == 200)
      let trace = try await collector.trace(with: "GET \(Self.mapsName)") {
        $0.attributes["http.status_code"] == "200"
      }
      let root = try #require(trace.first { $0.kind == 2 })
      #expect(root.end - root.start > 500_000_000)
    }
  }

  @Test("what a collector does not take, or comes too fast, is dropped and counted")
  func drops() async throws {
    try await FakeCollector.run(waitingMax: 3) { collector, tracer in
      for _ in 0..<5 { tracer.startSpan("early").end() }
      #expect(tracer.tally == TraceExporter.Tally(dropped: 2))
      collector.setDown(true)
      async let _ = tracer.run()
      try await Self.eventually { tracer.tally.refused == 3 }
      collector.setDown(false)
      tracer.startSpan("late").end()
      _ = try await collector.trace(with: "late")
      try await Self.eventually { tracer.tally.sent == 1 }
      #expect(tracer.tally == TraceExporter.Tally(sent: 1, dropped: 2, refused: 3))
      #expect(collector.spans.map(\.name) == ["late"])
    }
  }

  @Test("what is left at the end is sent, and a span ends once")
  func end() async throws {
    try await FakeCollector.run { collector, tracer in
      let span = tracer.startSpan("last")
      span.attributes["long"] = String(repeating: "ü", count: 5_000)
      span.end()
      span.attributes["late"] = "x"
      span.end()
      let running = Task { await tracer.run() }
      running.cancel()
      await running.value
      #expect(collector.spans.map(\.name) == ["last"])
      #expect(collector.spans.first?.attributes == ["long": String(repeating: "ü", count: 2_048)])
    }
  }

  private static func eventually(_ isTrue: () -> Bool) async throws {
    for _ in 0..<1_000 {
      if isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true within ten seconds")
  }
}
