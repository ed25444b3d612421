import MartletTesting
import Networking
import Resources
import Testing

/// An API server, and a webhook that is asked about its writes.
struct WebhookFixture {
  let server: TestAPIServer
  let client: TestAPIClient
  let hook: FakeWebhook

  enum Kind: String, CaseIterable, Sendable {
    case mutating = "mutatingwebhookconfigurations"
    case validating = "validatingwebhookconfigurations"

    var name: String {
      switch self {
      case .mutating: "MutatingWebhookConfiguration"
      case .validating: "ValidatingWebhookConfiguration"
      }
    }
  }

  static let configMaps = "/api/v1/namespaces/default/configmaps"

  static func run(
    reply: @escaping @Sendable (_ request: Document, _ path: String) -> FakeWebhook.Reply,
    _ body: (WebhookFixture) async throws -> Void
  ) async throws {
    try await FakeWebhook.run(reply: reply) { hook in
      try await TestAPIServer.run { server in
        try await body(
          WebhookFixture(server: server, client: try server.client(), hook: hook))
      }
    }
  }

  /// Makes a configuration of one webhook.
  /// - Parameters:
  ///   - rule: `operations`, `apiGroups`, `resources` and so on, in place of all config maps.
  ///   - changes: further members of the webhook, or other values for them.
  func configure(
    _ kind: Kind, named name: String = "test", path: String = "/", rule: Document = .emptyObject,
    _ changes: Document = .emptyObject
  ) async throws {
    var rules: Document = [
      "operations": ["*"], "apiGroups": [""], "apiVersions": ["*"], "resources": ["configmaps"],
    ]
    for (member, value) in rule.members { rules[member] = value }
    var webhook: Document = [
      "name": Document("\(name).example.com"), "clientConfig": hook.clientConfig(path: path),
      "rules": [rules], "sideEffects": "None", "admissionReviewVersions": ["v1"],
    ]
    for (member, value) in changes.members { webhook[member] = value }
    let configuration: Document = [
      "apiVersion": "admissionregistration.k8s.io/v1", "kind": Document(kind.name),
      "metadata": ["name": Document(name)], "webhooks": [webhook],
    ]
    let made = try await client.post(
      "/apis/admissionregistration.k8s.io/v1/\(kind.rawValue)", configuration.jsonText)
    try #require(made.status == 201, "\(made.text)")
  }

  func createMap(_ name: String, query: String = "", labels: Document = .emptyObject)
    async throws -> TestAPIClient.Answer
  {
    let map: Document = ["metadata": ["name": Document(name), "labels": labels]]
    return try await client.post(Self.configMaps + query, map.jsonText)
  }
}
