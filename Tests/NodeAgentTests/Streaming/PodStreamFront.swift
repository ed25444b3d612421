import Logging
import Networking
import NodeAgent
import Resources

/// As much of an API server as kubectl asks for before it streams, in front of an agent's handler.
struct PodStreamFront: RequestHandler {
  let agent: AgentStreamHandler

  /// Runs `body` with the server's address.
  static func run(
    _ agent: AgentStreamHandler, _ body: (_ server: String) async throws -> Void
  ) async throws {
    let configuration = ServerConfiguration(
      addresses: [ListenAddress(host: "127.0.0.1", port: 0)], tls: nil,
      logger: Logger(label: "front"))
    let server = try await HTTPServer.start(configuration, handler: PodStreamFront(agent: agent))
    do {
      try await body("http://\(server.addresses[0])")
    } catch {
      await server.stop(drain: .zero)
      throw error
    }
    await server.stop(drain: .zero)
  }

  func handle(_ request: ServerRequest, _ responder: Responder) {
    let parts = request.path.split(separator: "/").map(String.init)
    guard parts.count == 7 else {
      let document = Self.documents[request.path] ?? pod(parts)
      return responder.send(
        ServerResponse(status: 200, contentType: "application/json", body: document.json))
    }
    let options = RemoteCommandOptions(podQuery: request.query)
    let path =
      parts[6] == "portforward"
      ? "/portForward/\(parts[3])/\(parts[5])?\(request.query.encoded)"
      : "/\(parts[6])/\(parts[3])/\(parts[5])/main?\(options.agentQuery.encoded)"
    do {
      var forwarded = request
      forwarded.target = try RequestTarget(path)
      guard let route = AgentStreamRoute(path: forwarded.path) else {
        return responder.send(ServerResponse(status: 404))
      }
      // The handler's callback cannot wait.
      Task { [forwarded] in await agent.serve(route, forwarded, responder) }
    } catch {
      responder.send(ServerResponse(status: 400))
    }
  }

  private func pod(_ parts: [String]) -> Document {
    let container: Document = ["name": "main", "stdin": true, "tty": false]
    let status: Document = ["name": "main", "state": ["running": .emptyObject]]
    return [
      "kind": "Pod", "apiVersion": "v1",
      "metadata": ["name": Document(parts.last ?? ""), "namespace": "default"],
      "spec": ["containers": [container]],
      "status": ["phase": "Running", "containerStatuses": [status]],
    ]
  }

  private static let documents: [String: Document] = [
    "/api": ["kind": "APIVersions", "versions": ["v1"]],
    "/apis": ["kind": "APIGroupList", "apiVersion": "v1", "groups": []],
    "/api/v1": [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1",
      "resources": [
        [
          "name": "pods", "singularName": "pod", "namespaced": true, "kind": "Pod",
          "verbs": ["get"],
        ]
      ],
    ],
  ]
}
