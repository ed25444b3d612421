import Resources
import Synchronization
import Testing

@testable import NodeAgent

@Suite("A pod that ends waits for those who send to it")
struct RotationGateTests {
  private func slice(_ revision: Int, isEnding: Bool) -> Document {
    [
      "metadata": [
        "name": "web-1", "namespace": "default", "resourceVersion": Document(String(revision)),
        "labels": [
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"
        ],
      ],
      "endpoints": [
        [
          "nodeName": "one", "conditions": ["terminating": Document(isEnding)],
          "targetRef": ["kind": "Pod", "uid": "a"],
        ]
      ],
    ]
  }

  private func lease(_ node: String, _ revision: Int) -> Document {
    [
      "metadata": [
        "name": Document(node), "namespace": "kube-node-lease",
        "resourceVersion": Document("\(revision)"),
        "annotations": ["martlet.io/proxy-acts-on": Document(String(revision))],
      ]
    ]
  }

  /// Runs a gate of node `one`, of which `three` is not ready, while `body` uses it.
  private func gating(
    _ client: FollowedLists,
    _ body: @Sendable (RotationGate) async throws -> Void
  ) async throws {
    let slices = Informer(.endpointSlices, client: client)
    let gate = RotationGate(
      client: client, node: "one", slices: slices, isNodeReady: { $0 != "three" },
      lingerTime: .milliseconds(20))
    #expect(gate.mayBeInside("a"))  // nobody knows yet
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await slices.run() }
      group.addTask { await gate.run() }
      await slices.waitUntilSynced()
      try await body(gate)
      group.cancelAll()
    }
  }

  @Test("it goes once its slice says that it ends and every ready node's proxy acts on that")
  func acknowledged() async throws {
    let client = FollowedLists()
    client.set(.endpointSlices, slice(5, isEnding: false))
    for node in ["one", "two", "three"] { client.set(.leases, lease(node, 5)) }
    try await gating(client) { gate in
      #expect(gate.mayBeInside("a"))
      #expect(!gate.mayBeInside("b"))
      let late = await gate.leave("a", within: .milliseconds(50))
      #expect(late == ["the Service's EndpointSlices"])
      client.set(.endpointSlices, slice(6, isEnding: true))
      client.set(.leases, lease("one", 6))
      #expect(await gate.leave("a", within: .milliseconds(200)) == ["proxy of two"])
      let hasLeft = Mutex(false)
      try await withThrowingTaskGroup(of: [String].self) { group in
        group.addTask {
          let late = await gate.leave("a", within: .seconds(20))
          hasLeft.withLock { $0 = true }
          return late
        }
        // A later change of the slice has to be acted on by nobody.
        client.set(.endpointSlices, slice(9, isEnding: true))
        #expect(!hasLeft.withLock { $0 })
        client.set(.leases, lease("one", 9))
        client.set(.leases, lease("two", 9))
        #expect(try await group.next() == [])
      }
    }
  }

  @Test("a pod that no slice has any more waits for nobody")
  func outside() async throws {
    let client = FollowedLists()
    client.set(.endpointSlices, slice(5, isEnding: false))
    try await gating(client) { gate in
      async let late = gate.leave("a", within: .seconds(20))
      client.remove(.endpointSlices, slice(6, isEnding: false))
      #expect(await late == [])
      #expect(!gate.mayBeInside("a"))
    }
  }

  @Test("the leases are followed only while a pod waits, and again for the next one")
  func onDemand() async throws {
    let client = FollowedLists()
    client.set(.endpointSlices, slice(5, isEnding: true))
    client.set(.leases, lease("one", 5))
    try await gating(client) { gate in
      #expect(client.watchCount(.leases) == 0)
      for _ in 0..<2 {
        #expect(await gate.leave("a", within: .seconds(20)) == [])
        for _ in 0..<500 where client.watchCount(.leases) > 0 {
          try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        #expect(client.watchCount(.leases) == 0)
      }
    }
  }
}

/// Collections that a test sets and informers follow.
private final class FollowedLists: ClusterClient {
  private typealias Watch = AsyncThrowingStream<ObjectEvent, any Error>
  private struct State {
    var objects: [ResourceType: [ObjectKey: Document]] = [:]
    var watches: [ResourceType: [Int: Watch.Continuation]] = [:]
    var next = 0
  }
  private let state = Mutex(State())

  func set(_ resource: ResourceType, _ object: Document) {
    state.withLock { state in
      state.objects[resource, default: [:]][ObjectKey(object)] = object
      for watch in (state.watches[resource] ?? [:]).values { watch.yield(.modified(object)) }
    }
  }

  func remove(_ resource: ResourceType, _ object: Document) {
    state.withLock { state in
      state.objects[resource]?[ObjectKey(object)] = nil
      for watch in (state.watches[resource] ?? [:]).values { watch.yield(.deleted(object)) }
    }
  }

  func watchCount(_ resource: ResourceType) -> Int {
    state.withLock { $0.watches[resource]?.count ?? 0 }
  }

  func list(_ resource: ResourceType, namespace: String?, options: ListOptions) async throws
    -> ObjectPage
  {
    let items = state.withLock { Array(($0.objects[resource] ?? [:]).values) }
    return ObjectPage(items: items, resourceVersion: "1")
  }

  /// Starts with everything there is, so that nothing is lost between list and watch.
  func watch(_ resource: ResourceType, namespace: String?, options: ListOptions) async throws
    -> AsyncThrowingStream<ObjectEvent, any Error>
  {
    let (stream, continuation) = Watch.makeStream()
    state.withLock { state in
      state.next += 1
      let number = state.next
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { $0.watches[resource]?[number] = nil }
      }
      state.watches[resource, default: [:]][number] = continuation
      for object in (state.objects[resource] ?? [:]).values { continuation.yield(.added(object)) }
    }
    return stream
  }

  private struct NotFollowed: Error {}
  func get(_ resource: ResourceType, namespace: String?, name: String) async throws -> Document {
    throw NotFollowed()
  }
  func create(
    _ resource: ResourceType, namespace: String?, _ object: Document, options: WriteOptions
  ) async throws -> Document { throw NotFollowed() }
  func create(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String,
    _ object: Document, options: WriteOptions
  ) async throws -> Document { throw NotFollowed() }
  func update(
    _ resource: ResourceType, namespace: String?, _ object: Document, subresource: String?,
    options: WriteOptions
  ) async throws -> Document { throw NotFollowed() }
  func patch(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String?,
    _ patch: Patch, options: WriteOptions
  ) async throws -> Document { throw NotFollowed() }
  func delete(
    _ resource: ResourceType, namespace: String?, name: String, options: DeleteOptions
  ) async throws -> Document { throw NotFollowed() }
}
