import APIServer
import Foundations
import MartletTesting
import Resources
import Synchronization
import Testing

@testable import Controllers

@Suite(.timeLimit(.minutes(1))) struct NamespaceControllerTests {
  private final class Notes: EventSink {
    private let notes = Mutex<[ObjectEventNote]>([])
    var all: [ObjectEventNote] { notes.withLock { $0 } }
    func record(_ note: ObjectEventNote) { notes.withLock { $0.append(note) } }
  }

  /// Runs the controller beside a namespace `n` that is being deleted.
  /// - Parameter remains: what other servers keep in it.
  private func run(
    remains: NamespaceRemains,
    _ body: (
      _ reconcile: (_ secondsLater: Int64) async throws -> Duration?, any ClusterClient, Notes
    ) async throws -> Void
  ) async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      _ = try await client.create(.namespaces, namespace: nil, ["metadata": ["name": "n"]])
      _ = try await client.create(.configMaps, namespace: "n", ["metadata": ["name": "c"]])
      _ = try await client.delete(
        .namespaces, namespace: nil, name: "n", options: DeleteOptions())
      let informers = InformerSet(client: client)
      let notes = Notes()
      let start = Timestamp.now()
      let later = Mutex<Int64>(0)
      let controller = NamespaceController(
        client: client, informers: informers, kinds: ServedKinds([.configMaps, .pods]),
        events: notes,
        now: { Timestamp(seconds: start.seconds + later.withLock { $0 }) },
        emptyOthers: { _ in remains })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        try await informers[.namespaces].waitUntilSynced()
        try await body(
          { seconds in
            later.withLock { $0 = seconds }
            try await seeNewest(client, informers[.namespaces])
            return try await controller.reconcile(ObjectKey(namespace: "", name: "n"))
          }, client, notes)
        group.cancelAll()
      }
    }
  }

  /// Waits until the informer has the namespace as it stands now.
  private func seeNewest(_ client: any ClusterClient, _ namespaces: Informer) async throws {
    let newest = try await client.get(.namespaces, namespace: nil, name: "n")
    await namespaces.waitUntil(ObjectKey(newest)) { [version = newest["metadata"]] in
      $0?[path: "metadata", "resourceVersion"] == version?["resourceVersion"]
    }
  }

  private func isThere(_ client: any ClusterClient) async throws -> Bool {
    do {
      _ = try await client.get(.namespaces, namespace: nil, name: "n")
      return true
    } catch let error as APIError where error.reason == .notFound {
      return false
    }
  }

  @Test("a namespace goes once nothing is left in it, here and with others")
  func empties() async throws {
    try await run(remains: NamespaceRemains()) { reconcile, client, notes in
      let next0 = try await reconcile(0)
      #expect(next0 == nil)
      #expect(try await isThere(client) == false)
      #expect(notes.all.isEmpty)
    }
  }

  @Test("what others keep holds it, for as long as they keep it")
  func kept() async throws {
    var remains = NamespaceRemains()
    remains.note(
      ResourceType(group: "example.com", version: "v1", plural: "things", kind: "Thing"), [[:]])
    try await run(remains: remains) { reconcile, client, notes in
      let next0 = try await reconcile(0)
      #expect(next0 != nil)
      let next100000 = try await reconcile(100_000)
      #expect(next100000 != nil)
      #expect(try await isThere(client))
      #expect(notes.all.isEmpty)
    }
  }

  @Test("others that cannot be asked hold it for five minutes, which its conditions tell")
  func hindered() async throws {
    var remains = NamespaceRemains()
    remains.undiscovered = ["example.com/v1: down"]
    try await run(remains: remains) { reconcile, client, notes in
      let next0 = try await reconcile(0)
      #expect(next0 == .seconds(5))
      let next290 = try await reconcile(290)
      #expect(next290 == .seconds(5))
      let namespace = try await client.get(.namespaces, namespace: nil, name: "n")
      let conditions = namespace[path: "status", "conditions"]?.elements.map { $0 } ?? []
      #expect(
        conditions.contains {
          $0["type"] == "NamespaceDeletionDiscoveryFailure" && $0["status"] == "True"
        })
      let next301 = try await reconcile(301)
      #expect(next301 == nil)
      #expect(try await isThere(client) == false)
      #expect(notes.all.map(\.reason) == ["NamespaceContentUnknown"])
      #expect(notes.all[0].message.contains("example.com/v1: down"))
    }
  }
}
