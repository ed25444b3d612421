import Foundations
import Logging
import MartletTesting
import Networking
import Resources
import Synchronization
import Testing

@testable import APIServer

@Suite("The resource metrics API", .timeLimit(.minutes(5)))
struct UsageMetricsTests {
  private static let summary: Document = [
    "node": [
      "nodeName": "w",
      "cpu": [
        "time": "2026-01-01T00:00:15.500000000Z", "usageNanoCores": 1500,
        "windowNanoSeconds": 15_002_000_000,
      ], "memory": ["workingSetBytes": 4096],
    ],
    "pods": [
      [
        "podRef": ["name": "p", "namespace": "default", "uid": "u"],
        "containers": [
          [
            "name": "c",
            "cpu": [
              "time": "2026-01-01T00:00:15.500000000Z", "usageNanoCores": 7,
              "windowNanoSeconds": 9_000_000,
            ], "memory": ["workingSetBytes": 2048],
          ],
          ["name": "new", "cpu": ["usageCoreNanoSeconds": 1]],
        ],
      ]
    ],
  ]

  @Test("a node's summary becomes its metrics")
  func node() {
    let metrics = UsageMetrics.node(
      ["metadata": ["name": "w", "labels": ["a": "b"]]], Self.summary)
    #expect(metrics?["usage"] == ["cpu": "1500n", "memory": "4Ki"])
    #expect(metrics?["window"]?.string == "15.002s")
    #expect(metrics?["timestamp"]?.string == "2026-01-01T00:00:15Z")
    #expect(metrics?[path: "metadata", "labels"] == ["a": "b"])
    #expect(metrics?["kind"]?.string == "NodeMetrics")
  }

  @Test("a pod's containers are told of where their rate is known, and no other pod's")
  func pod() {
    let metrics = UsageMetrics.pod(
      ["metadata": ["name": "p", "namespace": "default", "uid": "u"]], Self.summary)
    #expect(metrics?["containers"] == [["name": "c", "usage": ["cpu": "7n", "memory": "2Ki"]]])
    #expect(metrics?["window"]?.string == "0.009s")
    let successor: Document = ["metadata": ["name": "p", "namespace": "default", "uid": "v"]]
    #expect(UsageMetrics.pod(successor, Self.summary) == nil)
  }

  @Test("each node is asked once in a while, and one that does not answer is left out")
  func summaries() async {
    let asked = Mutex<[String]>([])
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let summaries = NodeSummaries(logger: logger) { node in
      let name = ObjectKey(node).name
      asked.withLock { $0.append(name) }
      if name == "bad" { throw APIError.internalError("down") }
      return ["node": ["nodeName": Document(name)]]
    }
    let nodes = (0..<40).map { ["metadata": ["name": Document("n\($0)")]] as Document }
    let all = nodes + [["metadata": ["name": "bad"]]]
    let first = await summaries.summaries(of: all)
    #expect(first.count == 40 && first["bad"] == nil)
    let second = await summaries.summaries(of: all)
    #expect(second == first)
    #expect(asked.withLock { $0.count { $0 != "bad" } } == 40)
  }

  @Test("it is discovered, read only, and knows nothing of what does not run")
  func served() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let groups = try await client.get("/apis")
      #expect(groups.text.contains("metrics.k8s.io/v1beta1"))
      let root = "/apis/metrics.k8s.io/v1beta1"
      let nodes = try await client.send(
        .get, root + "/nodes",
        headers: ["accept": "application/vnd.kubernetes.protobuf, */*"])
      #expect(nodes.status == 200 && nodes.object["kind"]?.string == "NodeMetricsList")
      let pod = try await client.get(root + "/namespaces/default/pods/p")
      #expect(pod.status == 404)
      #expect(pod.message == "podmetrics.metrics.k8s.io \"default/p\" not found")
      #expect(try await client.get(root + "/pods?labelSelector=a%3D%3D%3Db").status == 400)
      #expect(try await client.post(root + "/nodes", "{}").status == 405)
      let page = try await server.api.client.list(
        .podUsage, namespace: "default", options: ListOptions(labelSelector: "a in (b,c)"))
      #expect(page.items.isEmpty)
    }
  }
}
