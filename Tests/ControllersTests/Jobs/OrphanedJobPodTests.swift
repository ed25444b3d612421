import APIServer
import Foundations
import Logging
import MartletTesting
import Resources
import Testing

@testable import Controllers

@Suite(.timeLimit(.minutes(1))) struct OrphanedJobPodTests {
  @Test("a pod that no Job owns any more can be deleted; one that a Job owns waits for its count")
  func letsGo() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let pods = informers[.pods]
      let loop = ControllerLoop(
        OrphanedJobPodController(client: client, informers: informers), waitingFor: [pods],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      func create(_ name: String, owner: String?) async throws {
        var pod: Document = [
          "metadata": [
            "name": Document(name), "finalizers": [Document(JobPod.finalizer), "a.b/c"],
          ],
          "spec": ["containers": [["name": "a", "image": "a"]]],
        ]
        if let owner {
          pod.set(
            [
              [
                "apiVersion": "batch/v1", "kind": "Job", "name": "j", "uid": Document(owner),
                "controller": true,
              ]
            ], at: ["metadata", "ownerReferences"])
        }
        _ = try await client.create(.pods, namespace: "default", pod)
      }
      try await create("owned", owner: "some-job")
      try await create("cut-off", owner: "some-job")
      try await create("orphan", owner: nil)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        group.addTask { await loop.run() }
        func finalizers(_ name: String) -> Document? {
          pods[ObjectKey(namespace: "default", name: name)]?[path: "metadata", "finalizers"]
        }
        func waitUntilLetGo(_ name: String) async {
          await pods.waitUntil(ObjectKey(namespace: "default", name: name)) {
            $0?[path: "metadata", "finalizers"] == ["a.b/c"]
          }
        }
        await waitUntilLetGo("orphan")
        _ = try await client.patch(
          .pods, namespace: "default", name: "cut-off",
          Patch(.merge, ["metadata": ["ownerReferences": .null]]))
        await waitUntilLetGo("cut-off")
        #expect(finalizers("owned") == [Document(JobPod.finalizer), "a.b/c"])
        group.cancelAll()
      }
    }
  }
}
