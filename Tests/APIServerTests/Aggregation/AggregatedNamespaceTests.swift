import MartletTesting
import Networking
import Resources
import Synchronization
import Testing

@testable import APIServer

/// What happens to the objects of other servers when their namespace ends.
@Suite("The end of a namespace at aggregated servers", .timeLimit(.minutes(1)))
struct AggregatedNamespaceTests {
  /// Things that are deleted all at once, parts that are deleted one by one, and what cannot be.
  private final class Backend: Sendable {
    let things = Mutex<[String]>(["a", "b"])
    let parts = Mutex<[String]>(["c", "d e"])
    /// Answers every deletion with this, where it is set.
    let refusal = Mutex<ServerResponse?>(nil)

    private static let list: Document = [
      "kind": "APIResourceList", "groupVersion": "example.com/v1",
      "resources": [
        resource("things", ["list", "delete", "deletecollection"]),
        resource("parts", ["list", "delete"]), resource("readings", ["list", "get"]),
        resource("machines", ["list", "delete", "deletecollection"], isNamespaced: false),
      ],
    ]

    private static func resource(
      _ name: String, _ verbs: [Document], isNamespaced: Bool = true
    ) -> Document {
      [
        "name": Document(name), "singularName": "", "namespaced": Document(isNamespaced),
        "kind": "Any", "verbs": Document(verbs),
      ]
    }

    func answer(_ request: ServerRequest) -> ServerResponse {
      let root = "/apis/example.com/v1"
      switch (request.method, request.path) {
      case (.get, root): return json(Self.list)
      case (.get, root + "/namespaces/n/things"): return json(things.withLock { list($0) })
      case (.get, root + "/namespaces/n/parts"): return json(parts.withLock { list($0) })
      case (.delete, let path):
        if let refusal = refusal.withLock({ $0 }) { return refusal }
        if path == root + "/namespaces/n/things" {
          things.withLock { $0 = [] }
        } else {
          parts.withLock { $0.removeAll { path == root + "/namespaces/n/parts/\($0)" } }
        }
        return json(["kind": "Status", "status": "Success"])
      default: return .text(404, "nothing here")
      }
    }

    private func list(_ names: [String]) -> Document {
      [
        "kind": "List",
        "items": Document(
          names.map {
            ["metadata": ["name": Document($0), "finalizers": ["example.com/hold"]]]
          }),
      ]
    }

    private func json(_ object: Document) -> ServerResponse {
      ServerResponse(status: 200, contentType: "application/json", body: object.json)
    }
  }

  private func run(
    isAvailable: Bool = true,
    _ body: (AggregationLayer, Backend, FakeAggregatedServer) async throws -> Void
  ) async throws {
    let backend = Backend()
    try await TestAPIServer.run { server in
      try await FakeAggregatedServer.run(
        authority: server.authority, reply: { backend.answer($0) }
      ) { fake in
        let apiService = try await fake.register(
          with: try server.client(), isAvailable: isAvailable)
        let layer = try #require(server.api.aggregation)
        if isAvailable { #expect(await layer.check(apiService) == nil) }
        try await body(layer, backend, fake)
      }
    }
  }

  @Test("everything that can be deleted is, all at once or one by one; nothing outside is touched")
  func deletes() async throws {
    try await run { layer, backend, fake in
      let remains = await layer.empty(namespace: "n")
      #expect(remains.isEmpty, "\(remains)")
      #expect(backend.things.withLock { $0 } == [] && backend.parts.withLock { $0 } == [])
      let deletions = fake.requests.filter { $0.method == .delete }
      let root = "/apis/example.com/v1/namespaces/n"
      #expect(deletions.map(\.path) == ["\(root)/things", "\(root)/parts/c", "\(root)/parts/d e"])
      for deletion in deletions {
        let options = try Document(json: deletion.body)
        #expect(options["propagationPolicy"] == "Background")
        #expect(deletion.headers["x-remote-group"] == "system:masters")
      }
    }
  }

  @Test("what stays is told with its count; a refusal is told with its reason")
  func remains() async throws {
    try await run { layer, backend, _ in
      backend.refusal.withLock { $0 = ServerResponse(status: 202, headers: [:]) }
      let waiting = await layer.empty(namespace: "n")
      #expect(waiting.kinds.map(\.resource.plural) == ["things", "parts"])
      #expect(waiting.kinds.map(\.objects.count) == [2, 2])
      #expect(waiting.failures.isEmpty && waiting.undiscovered.isEmpty)
      backend.refusal.withLock {
        $0 = ServerResponse(
          status: 500, contentType: "application/json", body: Array(#"{"message":"no"}"#.utf8))
      }
      let refused = await layer.empty(namespace: "n")
      let root = "/apis/example.com/v1/namespaces/n"
      #expect(refused.failures == ["\(root)/things: no"])
    }
  }

  @Test("a server that keeps something and cannot be asked now is waited for; others are not")
  func unavailable() async throws {
    try await run { layer, _, fake in
      try await fake.tellAvailable(false)
      let before = fake.requests.count
      let remains = await layer.empty(namespace: "n")
      #expect(
        remains.undiscovered == ["example.com/v1: stale GroupVersion discovery: example.com/v1"])
      #expect(remains.isHindered && remains.kinds.isEmpty)
      #expect(fake.requests.count == before)
    }
    try await run(isAvailable: false) { layer, _, fake in
      #expect(await layer.empty(namespace: "n").isEmpty)
      #expect(fake.requests.isEmpty)
      // It was well before this server started, which has not asked it yet.
      try await fake.tellAvailable(true)
      #expect(await layer.empty(namespace: "n").isHindered)
    }
  }
}
