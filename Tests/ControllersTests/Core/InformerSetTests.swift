import APIServer
import MartletTesting
import Resources
import Synchronization
import Testing

@testable import Controllers

@Suite("Informers of every kind", .timeLimit(.minutes(1))) struct InformerSetTests {
  private let kind = ResourceType(group: "g.example", plural: "things", kind: "Thing")

  private static let definition: Document = [
    "metadata": ["name": "things.g.example"],
    "spec": [
      "group": "g.example", "scope": "Namespaced", "names": ["plural": "things", "kind": "Thing"],
      "versions": [
        [
          "name": "v1", "served": true, "storage": true,
          "schema": [
            "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
          ],
        ]
      ],
    ],
  ]

  /// What has to come true soon. Bounded by ten seconds.
  private func eventually(_ isTrue: () -> Bool) async throws {
    for _ in 0..<1000 {
      if isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true within ten seconds")
  }

  @Test("objects of a kind that comes are told, and as removed when the kind goes")
  func kinds() async throws {
    let kind = kind
    try await TestAPIServer.run { server in
      let told = Mutex<[String]>([])
      let informers = InformerSet(client: server.api.client, kinds: server.api.kinds)
      informers.onChangeOfAnyKind { change, changed in
        guard changed == kind else { return }
        let name = ObjectKey(change.object).name
        told.withLock { told in
          switch change {
          case .added: told.append("added \(name)")
          case .updated: told.append("updated \(name)")
          case .removed: told.append("removed \(name)")
          }
        }
      }
      async let _ = informers.run()
      let client = server.api.client
      _ = try await client.create(
        .customResourceDefinitions, namespace: nil, Self.definition, options: WriteOptions())
      try await eventually { server.api.kinds.current.contains(kind) }
      _ = try await client.create(
        kind, namespace: "default", ["metadata": ["name": "one"]], options: WriteOptions())
      try await eventually { told.withLock { $0 == ["added one"] } }
      #expect(informers.anyKind.contains(kind))
      #expect(informers.objects(of: kind).count == 1)
      _ = try await client.delete(
        .customResourceDefinitions, namespace: nil, name: "things.g.example",
        options: DeleteOptions())
      try await eventually { told.withLock { $0 == ["added one", "removed one"] } }
      try await eventually { !informers.anyKind.contains(kind) }
    }
  }
}
