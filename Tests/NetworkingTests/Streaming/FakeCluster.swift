import Foundation
import NIOCore
import Resources

@testable import Networking

/// As much of an API server as `kubectl exec`, `attach`, `cp` and `port-forward` ask for, with one
/// pod `web` whose container is this machine.
struct FakeCluster: Sendable {
  /// How a request for a stream reaches whoever serves it.
  enum Route: Sendable {
    case direct
    /// Through an `UpgradeProxy`, over TLS with a client certificate.
    case proxied
  }

  /// What runs for exec and attach.
  var command: @Sendable ([String], RemoteCommandStreams) async throws -> RemoteCommandStatus =
    LocalProcess.run
  var forward: PortForwarder = { port, _ in
    throw APIError.internalError("nothing listens on \(port)")
  }

  /// Runs `body` with the address of an API server.
  func run(_ route: Route, _ body: (_ server: String) async throws -> Void) async throws {
    switch route {
    case .direct:
      try await TestServer.Plan(isTLS: false, handler: serve).run { server in
        try await body("http://127.0.0.1:\(server.port)")
      }
    case .proxied:
      try await TestServer.Plan(handler: serve).run { agent in
        let identity = try agent.pki.clientIdentity(user: "apiserver")
        let tls = try StreamingTLS(
          authorityPEM: agent.pki.authorityPEM, certificateChainPEM: identity.certificatePEM,
          privateKeyPEM: identity.keyPEM, serverName: "localhost")
        let endpoint = StreamingEndpoint(host: "127.0.0.1", port: agent.port, tls: tls)
        let front: @Sendable (ServerRequest, Responder) -> Void = { request, responder in
          guard Self.isStream(request) else { return self.serve(request, responder) }
          // The handler's callback cannot wait.
          Task {
            await UpgradeProxy().forward(
              request, to: endpoint, target: request.target.raw, responder)
          }
        }
        try await TestServer.Plan(isTLS: false, handler: front).run { server in
          try await body("http://127.0.0.1:\(server.port)")
        }
      }
    }
  }

  private static func isStream(_ request: ServerRequest) -> Bool {
    ["/exec", "/attach", "/portforward"].contains { request.path.hasSuffix($0) }
  }

  @Sendable private func serve(_ request: ServerRequest, _ responder: Responder) {
    guard Self.isStream(request) else { return answer(request, responder) }
    if let peer = request.connection.peer, peer.commonName != "apiserver" {
      return responder.send(APIError(code: 403, reason: .forbidden, message: "not you").response)
    }
    // The handler's callback cannot wait.
    Task {
      if request.path.hasSuffix("/portforward") {
        await PortForwardHandler().serve(request, responder) { _ in .local(forward) }
      } else {
        let options = RemoteCommandOptions(podQuery: request.query)
        await RemoteCommandHandler().serve(request, options, responder) {
          guard options.container.isEmpty || options.container == "main" else {
            throw APIError.badRequest("container \(options.container) is not valid for pod web")
          }
          return .local { try await command(options.command, $0) }
        }
      }
    }
  }

  private func answer(_ request: ServerRequest, _ responder: Responder) {
    let pods: Document = [
      "name": "pods", "singularName": "pod", "namespaced": true, "kind": "Pod", "verbs": ["get"],
      "shortNames": ["po"],
    ]
    let container: Document = ["name": "main", "image": "none", "stdin": true]
    let document: Document? =
      switch request.path {
      case "/api": ["kind": "APIVersions", "versions": ["v1"]]
      case "/apis": ["kind": "APIGroupList", "apiVersion": "v1", "groups": []]
      case "/api/v1":
        [
          "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": [pods],
        ]
      case "/api/v1/namespaces/default/pods/web":
        [
          "kind": "Pod", "apiVersion": "v1", "metadata": ["name": "web", "namespace": "default"],
          "spec": ["containers": [container]],
          "status": [
            "phase": "Running",
            "containerStatuses": [["name": "main", "state": ["running": .emptyObject]]],
          ],
        ]
      default: nil
      }
    if let document {
      responder.send(
        ServerResponse(status: 200, contentType: "application/json", body: document.json))
    } else {
      let missing = APIError(code: 404, reason: .notFound, message: "\(request.path) is not here")
      responder.send(missing.response)
    }
  }
}
