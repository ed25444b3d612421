import MartletTesting
import Resources
import Synchronization
import Testing

@testable import NodeAgent

@Suite("A pod that ends waits for those who send to it")
struct RotationGateTests {
  private final class Flag: Sendable { let isSet = Mutex(false) }

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
    _ client: ScriptedClient,
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
      try await slices.waitUntilSynced()
      try await body(gate)
      group.cancelAll()
    }
  }

  @Test("it goes once its slice says that it ends and every ready node's proxy acts on that")
  func acknowledged() async throws {
    let client = ScriptedClient()
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
      let hasLeft = Flag()
      await withTaskGroup(of: [String].self) { group in
        group.addTask {
          let late = await gate.leave("a", within: .seconds(20))
          hasLeft.isSet.withLock { $0 = true }
          return late
        }
        #expect(!hasLeft.isSet.withLock { $0 })
        client.set(.leases, lease("two", 9))
        #expect(await group.next() == [])
      }
    }
  }

  @Test("a pod that no slice has any more waits for nobody")
  func outside() async throws {
    let client = ScriptedClient()
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
    let client = ScriptedClient()
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
