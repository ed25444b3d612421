import APIServer
import Foundations
import Logging
import MartletTesting
import Resources
import Synchronization
import Testing

@testable import Controllers

@Suite("Volumes of the default class beside an API server", .timeLimit(.minutes(1)))
struct LocalPathControllerTests {
  /// A node agent as the test wants it.
  private final class FakeHost: VolumeHost {
    let calls = Mutex<[String]>([])
    let failure = Mutex<VolumeHostError?>(nil)

    func makeDirectory(for volume: String, byteCount: Int, on node: String) async throws -> String {
      try note("make \(byteCount) on \(node)")
      return "/volumes/\(volume)"
    }

    func removeDirectory(of volume: String, on node: String) async throws {
      try note("remove on \(node)")
    }

    private func note(_ call: String) throws {
      calls.withLock { $0.append(call) }
      if let failure = failure.withLock({ $0 }) { throw failure }
    }
  }

  private final class FakeEvents: EventSink {
    let notes = Mutex<[ObjectEventNote]>([])
    func record(_ note: ObjectEventNote) { notes.withLock { $0.append(note) } }
    func has(_ reason: String, _ words: String) -> Bool {
      notes.withLock { notes in
        notes.contains { $0.reason == reason && $0.message.contains(words) }
      }
    }
  }

  private struct Stage: Sendable {
    let client: any ClusterClient
    let claims: Informer
    let volumes: Informer
    let host: FakeHost
    let events: FakeEvents

    static let claim = ObjectKey(namespace: "default", name: "c")

    func createClaim(node: String) async throws {
      _ = try await client.create(
        .persistentVolumeClaims, namespace: "default",
        [
          "metadata": [
            "name": "c", "annotations": [StorageAnnotations.selectedNode: Document(node)],
          ],
          "spec": [
            "storageClassName": "local", "accessModes": ["ReadWriteOnce"],
            "resources": ["requests": ["storage": "1Ki"]],
          ],
        ])
    }

    /// Waits for what must come; whatever does not is seen by the test's time limit.
    func waitForClaim(_ holds: @escaping @Sendable (PersistentVolumeClaim?) -> Bool) async {
      await claims.waitUntil(Self.claim, limit: .seconds(50)) {
        holds($0.map { PersistentVolumeClaim($0) })
      }
    }
  }

  /// Runs binder, provisioner and protection with node `n`, and a class that waits for pods.
  private func withStage(_ body: @escaping @Sendable (Stage) async throws -> Void) async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let (host, events) = (FakeHost(), FakeEvents())
      let controllers: [any Controller] = [
        PersistentVolumeController(client: client, informers: informers, events: events),
        LocalPathController(client: client, informers: informers, host: host, events: events),
        StorageProtectionController(client: client, informers: informers),
      ]
      let stage = Stage(
        client: client, claims: informers[.persistentVolumeClaims],
        volumes: informers[.persistentVolumes], host: host, events: events)
      _ = try await client.create(.nodes, namespace: nil, ["metadata": ["name": "n"]])
      _ = try await client.create(
        .storageClasses, namespace: nil, SampleStorage.storageClass().document)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        for controller in controllers {
          let loop = ControllerLoop(
            controller, waitingFor: informers.all,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
          group.addTask { await loop.run() }
        }
        group.addTask { try await body(stage) }
        try await group.next()
        group.cancelAll()
        // The loops end without errors; the body's comes first or is the last.
        while let result = await group.nextResult() { _ = try result.get() }
      }
    }
  }

  @Test("a claim with a node gets a volume there, and both go together")
  func life() async throws {
    try await withStage { stage in
      try await stage.createClaim(node: "n")
      await stage.waitForClaim { $0?.status.phase == "Bound" }
      let claim = try #require(stage.claims[Stage.claim].map { PersistentVolumeClaim($0) })
      let key = ObjectKey(namespace: "", name: claim.volumeName)
      await stage.volumes.waitUntil(key) { $0?[path: "status", "phase"] == "Bound" }
      let volume = try #require(stage.volumes[key].map { PersistentVolume($0) })
      #expect(volume.spec.local?.path == "/volumes/\(claim.volumeName)")
      #expect(volume.status.lastPhaseTransitionTime != nil)
      _ = try await stage.client.delete(
        .persistentVolumeClaims, namespace: "default", name: "c", options: DeleteOptions())
      await stage.waitForClaim { $0 == nil }
      await stage.volumes.waitUntil(key, limit: .seconds(50)) { $0 == nil }
      // A controller whose copy is behind the server asks once more.
      let calls = stage.host.calls.withLock { $0 }
      #expect(calls.first == "make 1024 on n" && Set(calls.dropFirst()) == ["remove on n"])
    }
  }

  @Test("a node without room gives the choice back to the scheduler, and says why")
  func full() async throws {
    try await withStage { stage in
      stage.host.failure.withLock { $0 = .full("node \"n\" is full") }
      try await stage.createClaim(node: "n")
      await stage.waitForClaim {
        $0?.metadata.annotations[StorageAnnotations.provisioner] != nil
          && $0?.metadata.annotations[StorageAnnotations.selectedNode] == nil
      }
      #expect(stage.events.has("ProvisioningFailed", "node \"n\" is full"))
      #expect(stage.volumes.objects.isEmpty)
    }
  }

  @Test("a node that is gone is chosen no more")
  func unknownNode() async throws {
    try await withStage { stage in
      try await stage.createClaim(node: "gone")
      await stage.waitForClaim {
        $0?.metadata.annotations[StorageAnnotations.provisioner] != nil
          && $0?.metadata.annotations[StorageAnnotations.selectedNode] == nil
      }
      #expect(stage.events.has("ProvisioningFailed", "node \"gone\" is gone"))
      #expect(stage.host.calls.withLock { $0 }.isEmpty)
    }
  }

  @Test("a node that fails is asked again, for making and for removing; one that is gone is not")
  func retries() async throws {
    try await withStage { stage in
      stage.host.failure.withLock { $0 = .failed("no answer") }
      try await stage.createClaim(node: "n")
      while stage.host.calls.withLock({ $0.count }) < 2 { await Task.yield() }
      #expect(stage.events.has("ProvisioningFailed", "no answer"))
      stage.host.failure.withLock { $0 = nil }
      await stage.waitForClaim { $0?.status.phase == "Bound" }
      let name = try #require(
        stage.claims[Stage.claim].map { PersistentVolumeClaim($0).volumeName })
      stage.host.failure.withLock { $0 = .failed("no answer") }
      _ = try await stage.client.delete(
        .persistentVolumeClaims, namespace: "default", name: "c", options: DeleteOptions())
      while !stage.events.has("VolumeFailedDelete", "no answer") { await Task.yield() }
      let key = ObjectKey(namespace: "", name: name)
      #expect(stage.volumes[key]?[path: "status", "phase"] == "Released")
      _ = try await stage.client.delete(
        .nodes, namespace: nil, name: "n", options: DeleteOptions())
      await stage.volumes.waitUntil(key, limit: .seconds(50)) { $0 == nil }
      #expect(stage.volumes[key] == nil)
    }
  }
}
