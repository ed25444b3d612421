import MartletTesting
import Resources
import Testing

@testable import APIServer

@Suite("Match conditions of webhooks", .timeLimit(.minutes(5)))
struct WebhookConditionTests {
  @Test("a webhook is not asked about what its conditions exclude")
  func excluded() async throws {
    try await WebhookFixture.run { _, _ in
      .denied(["message": "asked"])
    } _: { fixture in
      try await fixture.configure(
        .validating,
        [
          "matchConditions": [
            ["name": "skip", "expression": "object.metadata.name != 'skip-me'"],
            ["name": "me", "expression": "request.userInfo.username != ''"],
          ]
        ])
      #expect(try await fixture.createMap("skip-me").status == 201)
      #expect(try await fixture.createMap("other").message.contains("asked"))
    }
  }

  @Test("a condition without a value refuses, or is overlooked, as the failure policy says")
  func failing() async throws {
    try await WebhookFixture.run { _, _ in
      .allowed
    } _: { fixture in
      let conditions: Document = [["name": "c", "expression": "object.spec.missing"]]
      try await fixture.configure(
        .validating, named: "lax", ["matchConditions": conditions, "failurePolicy": "Ignore"])
      #expect(try await fixture.createMap("a").status == 201)
      try await fixture.configure(.validating, named: "strict", ["matchConditions": conditions])
      let refused = try await fixture.createMap("b")
      #expect(refused.status == 403)
      #expect(refused.message.contains("resulted in error: no such key: spec"))
      #expect(fixture.hook.requests.isEmpty)
    }
  }

  @Test("a condition that does not compile is not stored")
  func invalid() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let configuration: Document = [
        "metadata": ["name": "c"],
        "webhooks": [
          [
            "name": "a.example.com", "clientConfig": ["url": "https://127.0.0.1:1/"],
            "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "matchConditions": [["name": "x", "expression": "1 +"]],
          ]
        ],
      ]
      let answer = try await client.post(
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        configuration.jsonText)
      #expect(answer.status == 422)
      #expect(answer.message.contains("webhooks[0].matchConditions[0].expression: Invalid value"))
    }
  }
}
