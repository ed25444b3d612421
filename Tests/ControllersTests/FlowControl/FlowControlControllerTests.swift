import APIServer
import Foundations
import MartletTesting
import Resources
import Testing

@testable import Controllers

@Suite("Flow schemas and priority levels as they are kept", .timeLimit(.minutes(1)))
struct FlowControlControllerTests {
  private let now = Timestamp(seconds: 1_800_000_000)

  @Test("a schema says whether its level exists, and says so once")
  func status() throws {
    let schema: Document = [
      "metadata": ["name": "s"],
      "status": ["conditions": [["type": "Other", "status": "True"]]],
    ]
    let dangling = try #require(
      FlowSchemaStatus.updated(schema, level: "l", isDangling: true, now))
    let conditions = dangling[path: "status", "conditions"]?.elements.map { $0 } ?? []
    #expect(conditions.count == 2)
    #expect(
      conditions.last == [
        "type": "Dangling", "status": "True", "reason": "NotFound",
        "lastTransitionTime": "2027-01-15T08:00:00Z",
        "message": Document(
          "This FlowSchema references the PriorityLevelConfiguration object named \"l\" but there is "
            + "no such object"),
      ])
    let later = Timestamp(seconds: 1_900_000_000)
    #expect(FlowSchemaStatus.updated(dangling, level: "l", isDangling: true, later) == nil)
    let found = try #require(
      FlowSchemaStatus.updated(dangling, level: "l", isDangling: false, later))
    #expect(found[path: "status", "conditions"]?.count == 2)
    #expect(found[path: "status", "conditions"]?.elements.map { $0["reason"] } == [nil, "Found"])
  }

  private func withControllers(
    _ body: (any ClusterClient, FlowSchemaController, DefaultFlowControlController) async throws ->
      Void
  ) async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let schemas = FlowSchemaController(client: client, informers: informers)
      let defaults = DefaultFlowControlController(client: client, informers: informers)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        try await informers[.flowSchemas].waitUntilSynced()
        try await informers[.priorityLevelConfigurations].waitUntilSynced()
        try await body(client, schemas, defaults)
        group.cancelAll()
      }
    }
  }

  @Test("the defaults' references are found")
  func found() async throws {
    try await withControllers { client, schemas, _ in
      _ = try await schemas.reconcile(ObjectKey(namespace: "", name: "probes"))
      let probes = try await client.get(.flowSchemas, namespace: nil, name: "probes")
      let condition = probes[path: "status", "conditions"]?.elements.first { _ in true }
      #expect(condition?["type"] == "Dangling" && condition?["status"] == "False")
    }
  }

  @Test("defaults that were deleted or changed come back, and what left the defaults goes")
  func kept() async throws {
    try await withControllers { client, _, defaults in
      _ = try await client.delete(
        .flowSchemas, namespace: nil, name: "probes", options: DeleteOptions())
      var level = try await client.get(
        .priorityLevelConfigurations, namespace: nil, name: "system")
      level.set(99, at: ["spec", "limited", "nominalConcurrencyShares"])
      _ = try await client.update(.priorityLevelConfigurations, namespace: nil, level)
      let schemas = ObjectKey(namespace: "flowschemas", name: "probes")
      let levels = ObjectKey(namespace: "prioritylevelconfigurations", name: "system")
      for key in [schemas, levels] { #expect(try await defaults.reconcile(key) == nil) }
      _ = try await client.get(.flowSchemas, namespace: nil, name: "probes")
      let mended = try await client.get(
        .priorityLevelConfigurations, namespace: nil, name: "system")
      #expect(mended[path: "spec", "limited", "nominalConcurrencyShares"] == 30)

      var old = try await client.get(.flowSchemas, namespace: nil, name: "probes")
      old["metadata"] = [
        "name": "old", "annotations": [DefaultFlowControl.updateAnnotation: "true"],
      ]
      _ = try await client.create(.flowSchemas, namespace: nil, old)
      try await DefaultFlowControl.all.ensure(client)
      let names = try await client.list(.flowSchemas).items.map { ObjectKey($0).name }
      #expect(!names.contains("old") && names.contains("probes"))
    }
  }
}
