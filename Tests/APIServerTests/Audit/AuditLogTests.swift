import Foundations
import MartletTesting
import Networking
import Resources
import Synchronization
import Testing

@testable import APIServer

/// Keeps events in memory.
private final class KeptEvents: AuditBackend {
  let name = "memory"
  let lostCount = 7
  private let events = Mutex<[Document]>([])

  func record(_ event: [UInt8]) {
    do {
      let event = try Document(json: event)
      events.withLock { $0.append(event) }
    } catch {
      Issue.record("an event is no JSON: \(error)")
    }
  }

  /// Of requests whose URI begins so.
  func about(_ uri: String) -> [Document] {
    events.withLock { $0 }.filter { $0["requestURI"]?.string?.hasPrefix(uri) == true }
  }
}

@Suite("Audit log", .timeLimit(.minutes(5)))
struct AuditLogTests {
  private static let maps = "/api/v1/namespaces/default/configmaps"
  private static let secrets = "/api/v1/namespaces/default/secrets"

  /// Runs with a policy whose stages are but the last, unless it says otherwise.
  private static func run(
    _ policy: String, omitting: String = "omitStages: [RequestReceived]\n",
    _ body: (KeptEvents, TestAPIServer, TestAPIClient) async throws -> Void
  ) async throws {
    let kept = KeptEvents()
    let parsed = try AuditPolicy(
      try DocumentParser.parse(
        yaml: Array("apiVersion: audit.k8s.io/v1\nkind: Policy\n\(omitting)\(policy)".utf8)))
    try await TestAPIServer.run {
      $0.audit = AuditLog(parsed, [kept])
    } _: { server in
      try await body(kept, server, try server.client())
    }
  }

  private static func eventually(_ isTrue: () -> Bool) async throws {
    for _ in 0..<1000 {
      if isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true within ten seconds")
  }

  @Test("monitoring is told how many events there were, and how many were lost where")
  func metrics() async throws {
    try await Self.run("rules: [{level: Metadata}]") { kept, _, client in
      #expect(try await client.get(Self.maps).status == 200)
      let before = kept.about("/").count
      let text = try await client.get("/metrics").text
      #expect(text.contains("\napiserver_audit_event_total \(before)\n"))
      #expect(text.contains("\napiserver_audit_error_total{plugin=\"memory\"} 7\n"))
    }
  }

  @Test("an event tells who asked for what, how it ended, and why it was allowed")
  func metadata() async throws {
    try await Self.run("rules: [{level: Metadata}]") { kept, server, client in
      let made = try await client.post(Self.maps, #"{"metadata":{"name":"m"},"data":{"a":"b"}}"#)
      #expect(made.status == 201)
      let events = kept.about(Self.maps)
      #expect(events.count == 1)
      let event = try #require(events.first)
      #expect(event["kind"] == "Event" && event["apiVersion"] == "audit.k8s.io/v1")
      #expect(event["level"] == "Metadata" && event["stage"] == "ResponseComplete")
      #expect(event["verb"] == "create")
      #expect(event[path: "user", "username"] == "admin")
      #expect(
        event["objectRef"] == [
          "resource": "configmaps", "namespace": "default", "name": "m", "apiVersion": "v1",
        ])
      #expect(event["responseStatus"] == ["metadata": [:], "code": 201])
      #expect(event["sourceIPs"] == ["127.0.0.1"])
      #expect(event[path: "annotations", "authorization.k8s.io/decision"] == "allow")
      #expect(event["requestObject"] == nil && event["responseObject"] == nil)
      #expect(event["auditID"]?.string == made.headers["audit-id"])
      #expect(event["requestReceivedTimestamp"]?.string?.hasSuffix("Z") == true)

      let reader = try server.client(user: "r", groups: [])
      #expect(try await reader.get(Self.maps + "/m").status == 403)
      let refused = try #require(kept.about(Self.maps).last)
      #expect(refused[path: "annotations", "authorization.k8s.io/decision"] == "forbid")
      #expect(refused[path: "responseStatus", "code"] == 403)
      #expect(refused[path: "responseStatus", "reason"] == "Forbidden")
      #expect(refused[path: "responseStatus", "message"]?.string?.contains("cannot get") == true)

      let stranger = try server.client(user: nil, token: "no such token")
      #expect(try await stranger.get(Self.maps).status == 401)
      let unknown = try #require(kept.about(Self.maps).last)
      #expect(unknown["stage"] == "ResponseStarted")
      #expect(unknown[path: "responseStatus", "code"] == 401)
    }
  }

  @Test("what the server's own components write is written down as requests of theirs")
  func loopback() async throws {
    try await Self.run(
      """
      rules:
      - {level: None, resources: [{group: "", resources: [secrets]}]}
      - {level: Request, verbs: [create, update, patch, delete]}
      """
    ) { kept, server, _ in
      let client = server.api.client
      _ = try await client.create(
        .configMaps, namespace: "default", ["metadata": ["name": "m"], "data": ["a": "b"]],
        options: WriteOptions(fieldManager: "job-controller"))
      var map = try await client.get(.configMaps, namespace: "default", name: "m")
      map.set("c", at: ["data", "a"])
      _ = try await client.update(.configMaps, namespace: "default", map)
      _ = try await client.delete(
        .configMaps, namespace: "default", name: "m", options: DeleteOptions())
      await #expect(throws: APIError.self) {
        _ = try await client.delete(
          .configMaps, namespace: "default", name: "m", options: DeleteOptions())
      }
      _ = try await client.create(
        .secrets, namespace: "default", ["metadata": ["name": "s"]], options: WriteOptions())
      let events = kept.about(Self.maps)
      #expect(events.map { $0["verb"]?.string } == ["create", "update", "delete", "delete"])
      #expect(
        events.map { $0[path: "responseStatus", "code"]?.integer } == [201, 200, 200, 404])
      #expect(events.allSatisfy { $0[path: "user", "username"] == "system:apiserver" })
      #expect(events.allSatisfy { $0["stage"] == "ResponseComplete" })
      #expect(events.first?["userAgent"] == "martlet/job-controller")
      #expect(events.first?[path: "requestObject", "data", "a"] == "b")
      #expect(events[1]["requestURI"]?.string == Self.maps + "/m")
      #expect(events.last?[path: "objectRef", "name"] == "m")
      #expect(kept.about(Self.secrets).isEmpty)
    }
  }

  @Test("each level holds what the level says, and secrets only what a rule names")
  func levels() async throws {
    try await Self.run(
      """
      omitManagedFields: true
      rules:
      - {level: None, verbs: [list]}
      - {level: Request, verbs: [create]}
      - {level: RequestResponse}
      """
    ) { kept, _, client in
      _ = try await client.post(Self.maps, #"{"metadata":{"name":"m"},"data":{"a":"b"}}"#)
      let created = try #require(kept.about(Self.maps).last)
      #expect(created[path: "requestObject", "data"] == ["a": "b"])
      #expect(created["responseObject"] == nil)
      _ = try await client.patch(Self.maps + "/m", .merge, #"{"data":{"a":"c"}}"#)
      let patched = try #require(kept.about(Self.maps).last)
      #expect(patched["requestObject"] == ["data": ["a": "c"]])
      #expect(patched[path: "responseObject", "data"] == ["a": "c"])
      #expect(patched[path: "responseObject", "metadata", "managedFields"] == nil)
      let count = kept.about(Self.maps).count
      _ = try await client.get(Self.maps)
      #expect(kept.about(Self.maps).count == count)
      _ = try await client.post(
        Self.secrets, #"{"metadata":{"name":"s"},"stringData":{"p":"hush"}}"#)
      _ = try await client.get(Self.secrets + "/s")
      for event in kept.about(Self.secrets) {
        #expect(event["level"] == "Metadata")
        #expect(!event.jsonText.contains("hush") && event["responseObject"] == nil)
      }
      #expect(kept.about(Self.secrets).count == 2)
      let gone = try await client.delete(Self.maps + "/m")
      #expect(gone.status == 200)
      #expect(
        kept.about(Self.maps).last?[path: "responseStatus", "status"] == "Success")
    }
  }

  @Test("a watch is told of when it begins and when it ends, other requests when they come and end")
  func stages() async throws {
    try await Self.run("rules: [{level: Metadata}]", omitting: "") { kept, _, client in
      _ = try await client.get(Self.maps + "?watch=true&timeoutSeconds=1")
      func stages(_ uri: String) -> [String] {
        kept.about(uri).compactMap { $0["stage"]?.string }
      }
      try await Self.eventually { stages(Self.maps + "?watch").count == 3 }
      #expect(
        stages(Self.maps + "?watch") == ["RequestReceived", "ResponseStarted", "ResponseComplete"])
      _ = try await client.get("/version")
      #expect(stages("/version") == ["RequestReceived", "ResponseComplete"])
      let ids = Set(kept.about(Self.maps).compactMap { $0["auditID"]?.string })
      #expect(ids.count == 1)
    }
  }

  @Test("who acts for another is told of with both names")
  func impersonation() async throws {
    try await Self.run("rules: [{level: Metadata}]") { kept, _, client in
      _ = try await client.send(.get, Self.maps, headers: ["impersonate-user": "jane"])
      let event = try #require(kept.about(Self.maps).last)
      #expect(event[path: "user", "username"] == "admin")
      #expect(event[path: "impersonatedUser", "username"] == "jane")
      #expect(event[path: "responseStatus", "code"] == 403)
    }
  }

  @Test("admission adds what it has to say: pod security, policies and webhooks")
  func annotations() async throws {
    try await Self.run("rules: [{level: Metadata}]") { kept, _, client in
      let namespace = try await client.post(
        "/api/v1/namespaces",
        """
        {"metadata":{"name":"strict","labels":{"pod-security.kubernetes.io/enforce":"baseline",
        "pod-security.kubernetes.io/audit":"restricted"}}}
        """)
      #expect(namespace.status == 201)
      _ = try await client.post(
        "/api/v1/namespaces/strict/serviceaccounts", #"{"metadata":{"name":"default"}}"#)
      let pods = "/api/v1/namespaces/strict/pods"
      let made = try await client.post(
        pods, #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#)
      #expect(made.status == 201, "\(made.text)")
      #expect(made.headers.values(of: "warning").isEmpty)
      let event = try #require(kept.about(pods).last)
      #expect(
        event[path: "annotations", "pod-security.kubernetes.io/enforce-policy"]
          == "baseline:latest")
      #expect(
        event[path: "annotations", "pod-security.kubernetes.io/audit-violations"]?.string?
          .hasPrefix("would violate PodSecurity \"restricted:latest\": ") == true)

      let group = "/apis/admissionregistration.k8s.io/v1"
      let policy = try await client.post(
        "\(group)/validatingadmissionpolicies",
        """
        {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],
        "apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}]},
        "validations":[{"expression":"false","message":"never"}],
        "auditAnnotations":[{"key":"name","valueExpression":"object.metadata.name"}]}}
        """)
      #expect(policy.status == 201, "\(policy.text)")
      let binding = try await client.post(
        "\(group)/validatingadmissionpolicybindings",
        #"{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Audit"]}}"#)
      #expect(binding.status == 201)
      #expect(try await client.post(Self.maps, #"{"metadata":{"name":"m"}}"#).status == 201)
      let map = try #require(kept.about(Self.maps).last)
      #expect(map[path: "annotations", "p/name"] == "m")
      #expect(
        map[path: "annotations", "validation.policy.admission.k8s.io/validation_failure"]?.string
          == #"[{"message":"never","policy":"p","binding":"b","expressionIndex":0,"validationActions":["Audit"]}]"#
      )
    }
  }

  @Test("webhooks' own annotations, and what they did, are written down")
  func webhooks() async throws {
    try await FakeWebhook.run { _, path in
      path == "/broken"
        ? .whole(ServerResponse(status: 500))
        : .response([
          "allowed": true, "auditAnnotations": ["checked": "yes"], "patchType": "JSONPatch",
          "patch": .base64(Array(#"[{"op":"add","path":"/data","value":{"a":"b"}}]"#.utf8)),
        ])
    } _: { hook in
      try await Self.run("rules: [{level: Metadata}]") { kept, server, client in
        let fixture = WebhookFixture(server: server, client: client, hook: hook)
        try await fixture.configure(.mutating, named: "a", rule: ["operations": ["CREATE"]])
        try await fixture.configure(
          .mutating, named: "b", path: "/broken", ["failurePolicy": "Ignore"])
        #expect(try await fixture.createMap("m").status == 201)
        let event = try #require(kept.about(Self.maps).last)
        let annotations = event["annotations"]
        #expect(annotations?["a.example.com/checked"] == "yes")
        #expect(
          annotations?["mutation.webhook.admission.k8s.io/round_0_index_0"]?.string
            == #"{"configuration":"a","webhook":"a.example.com","mutated":true}"#)
        #expect(
          annotations?["failed-open.mutation.webhook.admission.k8s.io/round_0_index_1"]
            == "b.example.com")
      }
    }
  }

  @Test("bodies in protobuf and YAML are shown as JSON, and very large ones left out")
  func bodies() async throws {
    try await Self.run("rules: [{level: RequestResponse}]") { kept, _, client in
      _ = try await client.send(
        .post, Self.maps, Array("metadata: {name: m}\ndata: {a: b}\n".utf8),
        contentType: "application/yaml",
        headers: ["accept": "application/vnd.kubernetes.protobuf"])
      let event = try #require(kept.about(Self.maps).last)
      #expect(event[path: "requestObject", "data"] == ["a": "b"], "\(event.jsonText)")
      #expect(event[path: "responseObject", "data"] == ["a": "b"], "\(event.jsonText)")
      let large = String(repeating: "x", count: AuditTrail.objectByteCountMax)
      _ = try await client.post(Self.maps, #"{"metadata":{"name":"l"},"data":{"a":"\#(large)"}}"#)
      let cut = try #require(kept.about(Self.maps).last)
      #expect(cut["requestObject"] == nil)
      #expect(cut[path: "annotations", "audit.k8s.io/truncated"] == "true")
    }
  }
}
