import APIServer
import Foundations
import Logging
import MartletTesting
import Resources
import Synchronization
import Testing

@testable import Controllers

@Suite(.timeLimit(.minutes(1))) struct NodeAddressControllerTests {
  private final class Notes: EventSink {
    let reasons = Mutex<[String]>([])
    func record(_ note: ObjectEventNote) { reasons.withLock { $0.append(note.reason) } }
  }

  @Test("each node gets a block of its own, and the block of one that is gone goes to who waits")
  func blocks() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let nodes = informers[.nodes]
      let notes = Notes()
      let range = try #require(CIDR("10.42.0.0/23"))
      let controller = NodeAddressController(
        client: client, informers: informers, events: notes,
        blocks: NodeBlocks(of: range, prefixLength: 24))
      let loop = ControllerLoop(
        controller, waitingFor: [nodes],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        group.addTask { await loop.run() }
        func block(_ name: String) async -> String? {
          let key = ObjectKey(namespace: "", name: name)
          await nodes.waitUntil(key) { $0?[path: "spec", "podCIDR"] != nil }
          return nodes[key]?[path: "spec", "podCIDR"]?.string
        }
        for name in ["a", "b"] {
          _ = try await client.create(
            .nodes, namespace: nil, ["metadata": ["name": Document(name)]])
          #expect(await block(name) == (name == "a" ? "10.42.0.0/24" : "10.42.1.0/24"))
        }
        _ = try await client.create(.nodes, namespace: nil, ["metadata": ["name": "c"]])
        while notes.reasons.withLock({ $0.isEmpty }) { await Task.yield() }
        #expect(notes.reasons.withLock { $0 } == ["CIDRNotAvailable"])
        _ = try await client.delete(
          .nodes, namespace: nil, name: "a", options: DeleteOptions())
        #expect(await block("c") == "10.42.0.0/24")
        #expect(
          nodes[ObjectKey(namespace: "", name: "c")]?[path: "spec", "podCIDRs"]
            == ["10.42.0.0/24"])
        group.cancelAll()
      }
    }
  }
}
