import Foundations
import MartletTesting
import Networking
import Resources
import Security
import Synchronization
import Testing

@testable import APIServer

/// A webhook of the test's own decides what a listening server allows.
@Suite("Authorizing webhook", .timeLimit(.minutes(2)))
struct WebhookAuthorizerTests {
  private struct Setup {
    let server: TestAPIServer
    let hook: FakeWebhook
    let directory: ScratchDirectory

    func get(_ path: String, as user: String = "ada") async throws -> Int {
      try await server.client(user: user, groups: ["dev"]).get(path).status
    }
  }

  /// - Parameters:
  ///   - settings: lines of the webhook's section that replace the usual ones.
  ///   - status: of the review that the webhook answers with; `nil` never answers.
  private func run(
    _ settings: [String: String] = [:], order: String = "[Node, RBAC, Webhook]",
    status: @escaping @Sendable (_ spec: Document) -> Document?,
    _ body: (Setup) async throws -> Void
  ) async throws {
    try await run(settings, order: order) { review in
      guard let status = status(review["spec"] ?? .null) else { return .silence }
      var answer = review
      answer["status"] = status
      return .whole(
        ServerResponse(status: 201, contentType: "application/json", body: answer.json))
    } _: { setup async throws in
      try await body(setup)
    }
  }

  private func run(
    _ settings: [String: String], order: String,
    reply: @escaping @Sendable (_ review: Document) -> FakeWebhook.Reply,
    _ body: (Setup) async throws -> Void
  ) async throws {
    try await FakeWebhook.run { review, _ in
      reply(review)
    } _: { hook in
      let directory = try ScratchDirectory()
      let kubeconfig = try directory.write(Self.kubeconfig(hook), to: "hook.kubeconfig")
      let file = try directory.write(
        Self.configuration(kubeconfig, settings, order: order), to: "authorization.yaml")
      try await TestAPIServer.run {
        $0.authorizationFile = file
      } _: { server in
        try await body(Setup(server: server, hook: hook, directory: directory))
      }
    }
  }

  private static func kubeconfig(_ hook: FakeWebhook) -> String {
    let authority = Document.base64(hook.authority.certificatePEM).string ?? ""
    return """
      apiVersion: v1
      kind: Config
      clusters:
      - {name: a, cluster: {server: "https://localhost:\(hook.port)/authorize", certificate-authority-data: \(authority)}}
      users:
      - {name: a, user: {token: secret-of-the-hook}}
      contexts:
      - {name: a, context: {cluster: a, user: a}}
      current-context: a

      """
  }

  private static func configuration(
    _ kubeconfig: String, _ changes: [String: String], order: String
  ) -> String {
    var settings = [
      "authorizedTTL": "5m", "unauthorizedTTL": "30s", "timeout": "1s",
      "subjectAccessReviewVersion": "v1", "failurePolicy": "NoOpinion",
      "connectionInfo": "{type: KubeConfigFile, kubeConfigFile: \(kubeconfig)}",
    ]
    settings.merge(changes) { $1 }
    let webhook = settings.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)" }
    let members = order.dropFirst().dropLast().split(separator: ", ").map { type in
      "- type: \(type)\n  name: \(type.lowercased())\n"
        + (type == "Webhook" ? "  webhook:\n\(webhook.joined(separator: "\n"))\n" : "")
    }
    return "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\n"
      + "authorizers:\n\(members.joined())"
  }

  private static let pods = "/api/v1/namespaces/default/pods"

  @Test("what roles do not allow, the webhook may, and is asked once for a while")
  func allowed() async throws {
    try await run { spec in
      ["allowed": Document(spec[path: "resourceAttributes", "resource"]?.string == "pods")]
    } _: { setup async throws in
      for _ in 0..<5 { #expect(try await setup.get(Self.pods) == 200) }
      #expect(setup.hook.requests.count == 1)
      let asked = try #require(setup.hook.requests.first)
      #expect(asked["kind"]?.string == "SubjectAccessReview")
      #expect(asked[path: "spec", "user"]?.string == "ada")
      let attributes: Document = [
        "namespace": "default", "verb": "list", "version": "v1", "resource": "pods",
      ]
      #expect(asked[path: "spec", "resourceAttributes"] == attributes)
      for _ in 0..<5 {
        #expect(try await setup.get("/api/v1/namespaces/default/secrets") == 403)
      }
      #expect(setup.hook.requests.count == 2)
      #expect(try await setup.get(Self.pods, as: "bob") == 200)
      #expect(setup.hook.requests.count == 3)
      #expect(try await setup.server.client().get(Self.pods).status == 200)
      #expect(setup.hook.requests.count == 3, "administrators are nobody's question")
    }
  }

  @Test("a webhook that forbids ends it, whatever roles after it say; asked before, it does not")
  func denied() async throws {
    for (order, wanted) in [("[Webhook, RBAC]", 403), ("[RBAC, Webhook]", 200)] {
      try await run(
        order: order
      ) { _ in
        ["allowed": false, "denied": true, "reason": "the house is closed"]
      } _: { setup async throws in
        let admin = try setup.server.client()
        let role = try await admin.post(
          "/apis/rbac.authorization.k8s.io/v1/clusterroles",
          #"""
          {"metadata":{"name":"reader"},
          "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}]}
          """#)
        #expect(role.status == 201, "\(role.text)")
        let binding = try await admin.post(
          "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
          #"""
          {"metadata":{"name":"ada"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
          "kind":"ClusterRole","name":"reader"},"subjects":[{"kind":"User","name":"ada",
          "apiGroup":"rbac.authorization.k8s.io"}]}
          """#)
        #expect(binding.status == 201, "\(binding.text)")
        let answer = try await setup.server.client(user: "ada", groups: []).get(Self.pods)
        #expect(answer.status == wanted, "\(answer.text)")
        if wanted == 403 { #expect(answer.text.contains("the house is closed")) }
      }
    }
  }

  @Test("nothing is remembered where the file says so")
  func uncached() async throws {
    try await run(["cacheAuthorizedRequests": "false"]) { _ in
      ["allowed": true]
    } _: { setup async throws in
      for _ in 0..<3 { #expect(try await setup.get(Self.pods) == 200) }
      #expect(setup.hook.requests.count == 3)
    }
  }

  @Test(
    "one that is silent is left out or forbids, as its failure policy says",
    arguments: ["NoOpinion", "Deny"])
  func silent(policy: String) async throws {
    try await run(["failurePolicy": policy], order: "[Webhook, AlwaysAllow]") { _ in
      nil
    } _: { setup async throws in
      let start = ContinuousClock.now
      #expect(try await setup.get(Self.pods) == (policy == "Deny" ? 403 : 200))
      #expect(.now - start < .seconds(10))
    }
  }

  private static let hostileReplies: [(String, FakeWebhook.Reply)] = [
    ("slow", .drip), ("endless", .flood),
    (
      "elsewhere",
      .whole(ServerResponse(status: 307, headers: ["location": "https://localhost:1/"]))
    ),
    ("broken", .whole(.text(500, "busy"))), ("another page", .whole(.text(200, "<html>"))),
    ("no review", .whole(.text(200, #"{"allowed":true,"status":7}"#))),
  ]

  @Test(
    "one that is slow, endless, elsewhere or wrong allows nothing, and holds nobody else up",
    arguments: hostileReplies.map(\.0))
  func hostileAnswer(_ name: String) async throws {
    let reply = try #require(Self.hostileReplies.first { $0.0 == name }).1
    try await run(["failurePolicy": "Deny"], order: "[RBAC, Webhook]") { _ in
      reply
    } _: { setup async throws in
      let start = ContinuousClock.now
      async let refused = setup.get(Self.pods)
      #expect(try await setup.server.client().get(Self.pods).status == 200)
      #expect(try await refused == 403)
      #expect(.now - start < .seconds(10))
    }
  }

  @Test("its conditions leave questions out")
  func conditions() async throws {
    try await run(
      [
        "matchConditionSubjectAccessReviewVersion": "v1",
        "matchConditions": "[{expression: \"request.user != 'bob'\"}]",
      ]
    ) { _ in
      ["allowed": true]
    } _: { setup async throws in
      #expect(try await setup.get(Self.pods, as: "bob") == 403)
      #expect(setup.hook.requests.isEmpty)
      #expect(try await setup.get(Self.pods) == 200)
    }
  }

  @Test("reviews, impersonation and grants of roles ask it too")
  func otherQuestions() async throws {
    try await run { spec in
      let resource = spec[path: "resourceAttributes", "resource"]?.string
      return ["allowed": Document(resource != "secrets"), "reason": "the hook says so"]
    } _: { setup async throws in
      let ada = try setup.server.client(user: "ada", groups: ["dev"])
      func review(_ resource: String) async throws -> Document {
        try await ada.post(
          "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
          #"""
          {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
          "spec":{"resourceAttributes":{"verb":"get","resource":"\#(resource)"}}}
          """#
        ).object["status"] ?? .null
      }
      let pods = try await review("pods")
      #expect(pods["allowed"]?.bool == true && pods["reason"]?.string == "the hook says so")
      #expect(try await review("secrets")["allowed"]?.bool == false)
      // The server's own components wait for it too.
      let own = try await setup.server.api.client.create(
        .subjectAccessReviews, namespace: nil,
        [
          "spec": ["user": "eve", "resourceAttributes": ["verb": "get", "resource": "nodes"]]
        ], options: WriteOptions())
      #expect(own[path: "status", "allowed"]?.bool == true)
      // Nobody may grant more than he has, unless the webhook lets him escalate.
      let role = try await ada.post(
        "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
        #"""
        {"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}
        """#)
      #expect(role.status == 201, "\(role.text)")
      #expect(
        setup.hook.requests.contains {
          $0[path: "spec", "resourceAttributes", "verb"]?.string == "escalate"
        })
      // Refused by way of a completion, for want of the answer about that name: it comes again too.
      let changed = try await ada.patch(
        "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles/r", .merge,
        #"{"rules":[{"apiGroups":[""],"resources":["nodes"],"verbs":["get"]}]}"#)
      #expect(changed.status == 200, "\(changed.text)")
    }
  }

  @Test("a file that changes is read again")
  func reload() async throws {
    try await run { _ in
      ["allowed": true]
    } _: { setup async throws in
      #expect(try await setup.get(Self.pods) == 200)
      _ = try setup.directory.write(
        Self.configuration("/nowhere", [:], order: "[RBAC]"), to: "authorization.yaml")
      for _ in 0..<100 {
        if try await setup.get(Self.pods) == 403 { return }
        try await Task.sleep(for: .milliseconds(200))
      }
      Issue.record("the file was not read again")
    }
  }
}
