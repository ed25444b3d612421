import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

/// Flow schemas and priority levels as they act on requests, through a listening server.
@Suite("Priority and fairness", .timeLimit(.minutes(5)))
struct RequestFairnessTests {
  private static let group = "/apis/flowcontrol.apiserver.k8s.io/v1"
  private static let maps = "/api/v1/namespaces/default/configmaps"

  /// A server where the user `slow` has a level with one seat, and may do everything.
  /// - Parameter response: the level's `limitResponse`.
  private func withTightLevel(
    _ response: String, _ body: (TestAPIServer, _ admin: TestAPIClient) async throws -> Void
  ) async throws {
    try await TestAPIServer.run(configure: Self.configure) { server in
      let admin = try server.client()
      for (path, json) in [
        (
          Self.group + "/prioritylevelconfigurations",
          #"""
          {"metadata":{"name":"tight"},"spec":{"type":"Limited","limited":{
           "nominalConcurrencyShares":1,"borrowingLimitPercent":0,"limitResponse":\#(response)}}}
          """#
        ),
        (
          Self.group + "/flowschemas",
          #"""
          {"metadata":{"name":"tight"},"spec":{"priorityLevelConfiguration":{"name":"tight"},
           "matchingPrecedence":500,"distinguisherMethod":{"type":"ByUser"},"rules":[{
           "subjects":[{"kind":"User","user":{"name":"slow"}}],
           "resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"namespaces":["*"],
             "clusterScope":true}],
           "nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}]}]}}
          """#
        ),
        (
          "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
          #"""
          {"metadata":{"name":"slow"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
           "kind":"ClusterRole","name":"cluster-admin"},
           "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"tenants"}]}
          """#
        ),
      ] {
        let answer = try await admin.post(path, json)
        #expect(answer.status == 201, "\(answer.text)")
      }
      try await body(server, admin)
    }
  }

  private static func configure(_ configuration: inout APIServer.Configuration) {
    configuration.requestsInFlightMax = 50
  }

  private static let silence: @Sendable (Document, String) -> FakeWebhook.Reply = { _, _ in
    .silence
  }

  private static let queue =
    #"{"type":"Queue","queuing":{"queues":1,"handSize":1,"queueLengthLimit":1}}"#
  private static let reject = #"{"type":"Reject"}"#

  private func uid(_ admin: TestAPIClient, _ resource: String, _ name: String) async throws
    -> String
  {
    try await admin.get("\(Self.group)/\(resource)/\(name)")
      .object[path: "metadata", "uid"]?.string ?? "missing"
  }

  /// Has every write of a config map named `held` wait for a webhook that never answers.
  private func hold(_ admin: TestAPIClient, _ hook: FakeWebhook, seconds: Int) async throws {
    let answer = try await admin.post(
      "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
      #"""
      {"metadata":{"name":"hold"},"webhooks":[{"name":"hold.example.com","sideEffects":"None",
       "admissionReviewVersions":["v1"],"timeoutSeconds":\#(seconds),"failurePolicy":"Ignore",
       "clientConfig":\#(hook.clientConfig().jsonText),
       "matchConditions":[{"name":"held","expression":"object.metadata.name.startsWith('held')"}],
       "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],
         "resources":["configmaps"]}]}]}
      """#)
    #expect(answer.status == 201, "\(answer.text)")
  }

  @Test("answers tell which schema and level they went by, refusals and errors too")
  func identities() async throws {
    try await withTightLevel(Self.queue) { server, admin in
      func expect(_ client: TestAPIClient, _ path: String, _ schema: String, _ level: String)
        async throws
      {
        let answer = try await client.get(path)
        let (schemaID, levelID) = (
          try await uid(admin, "flowschemas", schema),
          try await uid(admin, "prioritylevelconfigurations", level)
        )
        #expect(answer.headers["x-kubernetes-pf-flowschema-uid"] == schemaID, "\(path)")
        #expect(answer.headers["x-kubernetes-pf-prioritylevel-uid"] == levelID, "\(path)")
      }
      try await expect(admin, Self.maps, "exempt", "exempt")
      let slow = try server.client(user: "slow", groups: ["tenants"])
      try await expect(slow, Self.maps, "tight", "tight")
      try await expect(slow, Self.maps + "/missing", "tight", "tight")
      try await expect(slow, "/metrics-of-nobody", "tight", "tight")
      let jane = try server.client(user: "jane", groups: [])
      try await expect(jane, Self.maps, "global-default", "global-default")
      let node = try server.client(user: "system:node:a", groups: ["system:nodes"])
      try await expect(
        node, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/a",
        "system-node-high", "node-high")
    }
  }

  @Test("who finds no seat waits for one, and who finds the queue full is told to come back")
  func queueing() async throws {
    try await FakeWebhook.run(reply: Self.silence) { hook in
      try await withTightLevel(Self.queue) { server, admin in
        try await hold(admin, hook, seconds: 2)
        let slow = try server.client(user: "slow", groups: ["tenants"])
        async let held = slow.post(Self.maps, #"{"metadata":{"name":"held"}}"#)
        while hook.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let start = ContinuousClock.now
        async let waiting = slow.get(Self.maps)
        #expect(try await eventually { waitingCount(server) == 1 })
        let refusal = try await slow.get(Self.maps)
        #expect(refusal.status == 429)
        #expect(waitingCount(server) == 1)
        let labels = #"{flow_schema="tight",priority_level="tight""#
        func metrics() async throws -> String {
          try await admin.get("/metrics").text.replacing("apiserver_flowcontrol_", with: "")
        }
        let before = try await metrics()
        #expect(before.contains("current_inqueue_requests\(labels)} 1\n"), "\(before)")
        #expect(
          before.contains("rejected_requests_total\(labels),reason=\"queue-full\"} 1\n"))
        #expect(before.contains(#"nominal_limit_seats{priority_level="tight"} 1"# + "\n"))
        #expect(before.contains(#"current_executing_seats{priority_level="tight"} 1"# + "\n"))
        #expect(try await waiting.status == 200)
        let after = try await metrics()
        #expect(after.contains("current_inqueue_requests\(labels)} 0\n"))
        #expect(after.contains("dispatched_requests_total\(labels)} 2\n"))
        #expect(after.contains("request_wait_duration_seconds_count\(labels)} 1\n"))
        #expect(ContinuousClock.now - start > .milliseconds(500))
        #expect(refusal.reason == "TooManyRequests")
        #expect(refusal.message == "Too many requests, please try again later.")
        #expect(refusal.headers["retry-after"] == "1")
        #expect(
          refusal.headers["x-kubernetes-pf-prioritylevel-uid"]
            == (try await uid(admin, "prioritylevelconfigurations", "tight")))
        #expect(try await held.status == 201)
        #expect(try await slow.get(Self.maps).status == 200)
      }
    }
  }

  @Test("others are served while a level is full")
  func isolation() async throws {
    try await FakeWebhook.run(reply: Self.silence) { hook in
      try await withTightLevel(Self.reject) { server, admin in
        try await hold(admin, hook, seconds: 2)
        let slow = try server.client(user: "slow", groups: ["tenants"])
        let other = try server.client(user: "other", groups: ["tenants"])
        async let held = slow.post(Self.maps, #"{"metadata":{"name":"held"}}"#)
        while hook.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let start = ContinuousClock.now
        #expect(try await slow.get(Self.maps).status == 429)
        #expect(try await other.get(Self.maps).status == 200)
        #expect(try await admin.get(Self.maps).status == 200)
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(try await held.status == 201)
        #expect(try await slow.get(Self.maps).status == 200)
      }
    }
  }

  @Test("a watch holds its seat while it begins, and not while it lasts")
  func watches() async throws {
    try await withTightLevel(Self.reject) { server, _ in
      let slow = try server.client(user: "slow", groups: ["tenants"])
      for _ in 0..<3 {
        let watch = try await slow.transport.stream(
          ClientRequest(.get, Self.maps + "?watch=true"))
        #expect(watch.status == 200)
        #expect(try await eventually { try await slow.get(Self.maps).status == 200 })
      }
    }
  }

  @Test("a client that goes while it waits leaves its place to others")
  func cancelling() async throws {
    try await FakeWebhook.run(reply: Self.silence) { hook in
      try await withTightLevel(Self.queue) { server, admin in
        try await hold(admin, hook, seconds: 3)
        let slow = try server.client(user: "slow", groups: ["tenants"])
        async let held = slow.post(Self.maps, #"{"metadata":{"name":"held"}}"#)
        while hook.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let waiting = Task { [slow] in try await slow.get(Self.maps) }
        #expect(try await eventually { waitingCount(server) == 1 })
        waiting.cancel()
        _ = await waiting.result
        #expect(try await eventually { waitingCount(server) == 0 })
        // There is one place in the queue, and it is free again.
        #expect(try await slow.get(Self.maps).status == 200)
        #expect(try await held.status == 201)
        let tally = server.api.fairness?.tallies.first { $0.schema == "tight" }
        #expect(tally?.refusedCount(.cancelled) == 1)
        #expect(tally?.dispatchedCount == 2)
      }
    }
  }

  @Test("a level that is widened lets in who waits; rules hold as soon as they are answered")
  func changes() async throws {
    try await FakeWebhook.run(reply: Self.silence) { hook in
      try await withTightLevel(Self.queue) { server, admin in
        try await hold(admin, hook, seconds: 10)
        let slow = try server.client(user: "slow", groups: ["tenants"])
        let held = Task { [slow] in try await slow.post(Self.maps, #"{"metadata":{"name":"held"}}"#)
        }
        while hook.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let start = ContinuousClock.now
        async let waiting = slow.get(Self.maps)
        #expect(try await eventually { waitingCount(server) == 1 })
        let level = try await admin.patch(
          Self.group + "/prioritylevelconfigurations/tight", .merge,
          #"{"spec":{"limited":{"nominalConcurrencyShares":100}}}"#)
        #expect(level.status == 200, "\(level.text)")
        // Whoever asks next brings the change.
        #expect(try await slow.get(Self.maps).status == 200)
        #expect(try await waiting.status == 200)
        let schema = try await admin.delete(Self.group + "/flowschemas/tight")
        #expect(schema.status == 200, "\(schema.text)")
        let answer = try await slow.get(Self.maps)
        #expect(
          answer.headers["x-kubernetes-pf-flowschema-uid"]
            == (try await uid(admin, "flowschemas", "global-default")))
        #expect(ContinuousClock.now - start < .seconds(5))
        held.cancel()
        _ = await held.result
      }
    }
  }

  private func waitingCount(_ server: TestAPIServer) -> Int? {
    server.api.fairness?.levelNumbers.first { $0.name == "tight" }?.waitingCount
  }

  private func eventually(_ holds: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<500 {
      if try await holds() { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}
