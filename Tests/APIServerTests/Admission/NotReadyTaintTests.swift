import APIServer
import MartletTesting
import Resources
import Testing

@Suite("Taint of new nodes", .timeLimit(.minutes(1)))
struct NotReadyTaintTests {
  private let own: Document = [
    "key": "node.kubernetes.io/not-ready", "effect": "NoSchedule",
  ]
  private let other: Document = ["key": "dedicated", "value": "db", "effect": "NoExecute"]

  @Test(
    "a new node takes no pods before it is told to be ready; whoever takes the taint away is left alone"
  )
  func newNode() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      func node(_ name: String, _ taints: [Document]) -> Document {
        [
          "apiVersion": "v1", "kind": "Node", "metadata": ["name": Document(name)],
          "spec": ["taints": Document(taints)],
        ]
      }
      func taints(_ node: Document) -> [Document] {
        node[path: "spec", "taints"]?.elements.map { $0 } ?? []
      }
      let plain = try await client.create(.nodes, namespace: nil, node("plain", []))
      #expect(taints(plain) == [own])
      let dedicated = try await client.create(.nodes, namespace: nil, node("dedicated", [other]))
      #expect(taints(dedicated) == [other, own])
      let aware = try await client.create(.nodes, namespace: nil, node("aware", [own, other]))
      #expect(taints(aware) == [own, other])
      var freed = dedicated
      freed.set(Document([other]), at: ["spec", "taints"])
      #expect(taints(try await client.update(.nodes, namespace: nil, freed)) == [other])
    }
  }
}
