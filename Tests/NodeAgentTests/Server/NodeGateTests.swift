import APIServer
import Foundations
import Logging
import MartletTesting
import Networking
import Resources
import Testing

@testable import NodeAgent

@Suite("Who may use a node's own API", .timeLimit(.minutes(5)))
struct NodeGateTests {
  @Test(
    "a path asks for a right to a part of the node",
    arguments: [
      ("/metrics", "metrics"), ("/metrics/cadvisor", "metrics"), ("/stats/summary", "stats"),
      ("/pods", "proxy"), ("/exec/n/p/c", "proxy"), ("/metricsx", "proxy"), ("/", "proxy"),
    ])
  func paths(_ path: String, _ subresource: String) {
    #expect(NodeAccessAttributes(.get, path).subresource == subresource)
  }

  @Test("a method asks for a verb")
  func verbs() {
    #expect(NodeAccessAttributes(.get, "/metrics").verb == "get")
    #expect(NodeAccessAttributes(.head, "/metrics").verb == "get")
    #expect(NodeAccessAttributes(.post, "/exec/n/p/c").verb == "create")
    #expect(NodeAccessAttributes(.delete, "/volumes/v").verb == "delete")
  }

  private func request(
    _ path: String, user: String? = nil, groups: [String] = [], token: String? = nil,
    isExpired: Bool = false
  ) throws -> ServerRequest {
    let peer = user.map {
      PeerIdentity(
        commonName: $0, organizations: groups,
        notValidAfter: Timestamp.now().seconds + (isExpired ? -1 : 60), certificate: [])
    }
    return ServerRequest(
      method: .get, target: try RequestTarget(path),
      headers: token.map { ["authorization": "Bearer \($0)"] } ?? [:],
      connection: ConnectionFacts(
        version: .http1, isTLS: true, clientCertificate: peer.map { .verified($0) } ?? .absent,
        remoteAddress: ""))
  }

  private func gate(_ server: TestAPIServer) -> NodeGate {
    NodeGate(client: server.api.client, nodeName: "w", logger: Logger(label: "test"))
  }

  @Test("administrators pass at once, unless their certificate is too old")
  func trusted() async throws {
    try await TestAPIServer.run { server in
      let gate = gate(server)
      #expect(gate.isTrusted(try request("/pods", user: "admin", groups: ["system:masters"])))
      #expect(!gate.isTrusted(try request("/pods", user: "jane", groups: ["system:nodes"])))
      let old = try request("/pods", user: "admin", groups: ["system:masters"], isExpired: true)
      #expect(!gate.isTrusted(old))
      #expect(await gate.refusal(of: old)?.code == 401)
    }
  }

  @Test("whoever may read nodes/metrics passes with a certificate or a token, and nobody else")
  func review() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      let answer = try await admin.post(
        "/api/v1/namespaces/default/serviceaccounts/default/token",
        #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}"#)
      let token = try #require(answer.object[path: "status", "token"]?.string)
      let refusal = try await gate(server).refusal(of: request("/metrics", token: token))
      #expect(refusal?.code == 403)
      #expect(
        refusal?.message
          == "Forbidden (user=system:serviceaccount:default:default, verb=get, resource=nodes, "
          + "subresource(s)=[metrics])")
      let bound = try await admin.post(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        #"""
        {"metadata":{"name":"monitoring"},
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"system:monitoring"},
         "subjects":[{"kind":"ServiceAccount","name":"default","namespace":"default"},
          {"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"jane"}]}
        """#)
      #expect(bound.status == 201, "\(bound.text)")
      let gate = gate(server)
      #expect(try await gate.refusal(of: request("/metrics/cadvisor", token: token)) == nil)
      #expect(try await gate.refusal(of: request("/metrics", user: "jane")) == nil)
      #expect(try await gate.refusal(of: request("/pods", token: token))?.code == 403)
      #expect(try await gate.refusal(of: request("/metrics", user: "joe"))?.code == 403)
      #expect(try await gate.refusal(of: request("/metrics", token: "nonsense"))?.code == 401)
      #expect(try await gate.refusal(of: request("/metrics"))?.code == 401)
      // What was allowed is remembered: monitoring asks often.
      _ = try await admin.delete(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/monitoring")
      #expect(try await gate.refusal(of: request("/metrics", token: token)) == nil)
    }
  }
}
