import MartletTesting
import Networking
import Resources
import Security
import Testing

@testable import APIServer

@Suite("Calls to webhooks", .timeLimit(.minutes(2)))
struct WebhookClientsTests {
  private func clients(port: Int, targets: [String]) -> WebhookClients {
    let slice: Document = [
      "metadata": ["labels": ["kubernetes.io/service-name": "hook"]],
      "ports": [["name": "https", "port": Document(port)]],
      "endpoints": Document(
        targets.map { target -> Document in
          ["addresses": [Document(target)], "conditions": ["ready": true]]
        }),
    ]
    let services = ServiceResolver(
      service: { namespace, name in
        guard namespace == "ns", name == "hook" else { return nil }
        return ["spec": ["ports": [["name": "https", "port": 8443, "targetPort": "x"]]]]
      }, slices: { _ in [slice] })
    return WebhookClients(OutgoingClients(services: services))
  }

  @Test("a Service is called at an endpoint's own port, under the name in its certificate")
  func service() async throws {
    try await FakeWebhook.run(serverName: "hook.ns.svc") { _, path in
      let body: Document = ["path": Document(path)]
      return .whole(
        ServerResponse(status: 200, contentType: "application/json", body: body.json))
    } _: { hook in
      let clients = clients(port: hook.port, targets: ["127.0.0.1"])
      let endpoint = WebhookEndpoint([
        "service": ["namespace": "ns", "name": "hook", "port": 8443, "path": "/x/y"],
        "caBundle": .base64(hook.authority.certificatePEM),
      ])
      for _ in 0..<3 {
        let answer = try await clients.post(
          ["a": "b"], to: endpoint, timeout: .seconds(5))
        #expect(answer == ["path": "/x/y"])
      }
      #expect(hook.requests == [["a": "b"], ["a": "b"], ["a": "b"]])
      await #expect(throws: APIError.self) {
        _ = try await clients.post(
          ["a": "b"],
          to: WebhookEndpoint(["service": ["namespace": "ns", "name": "hook", "port": 1]]),
          timeout: .seconds(5))
      }
    }
  }

  @Test("a Service whose certificate names another is not called")
  func otherName() async throws {
    try await FakeWebhook.run(serverName: "other.ns.svc") { _, _ in
      .allowed
    } _: { hook in
      let clients = clients(port: hook.port, targets: ["127.0.0.1"])
      let endpoint = WebhookEndpoint([
        "service": ["namespace": "ns", "name": "hook", "port": 8443],
        "caBundle": .base64(hook.authority.certificatePEM),
      ])
      await #expect(throws: WebhookCallError.self) {
        _ = try await clients.post(["a": "b"], to: endpoint, timeout: .seconds(5))
      }
      #expect(hook.requests.isEmpty)
    }
  }
}
