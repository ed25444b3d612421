import Foundations
import Resources
import Testing

@testable import APIServer

@Suite("Admission by quota and limit range")
struct QuotaAdmissionTests {
  private func pod(_ name: String, _ resources: Document = .emptyObject) -> Document {
    [
      "metadata": ["name": Document(name), "uid": Document(name)],
      "spec": ["containers": [["name": "c", "resources": resources]]],
    ]
  }

  private func creation(_ name: String, isDryRun: Bool = false) -> AdmissionWrite {
    AdmissionWrite(
      operation: .create, resource: .pods, subresource: nil, namespace: "n", name: name,
      user: User(name: "jane", uid: "", groups: []), isDryRun: isDryRun, old: nil)
  }

  private func quotas(_ hard: Document, used: [Document] = []) -> ResourceQuotaAdmission {
    ResourceQuotaAdmission(
      quotas: { _ in [["metadata": ["name": "q"], "spec": ["hard": hard]]] },
      objects: { _, kind in kind == .pods ? used : [] })
  }

  @Test("a pod beyond the quota is refused, and the message says by how much")
  func exceeded() throws {
    let plugin = quotas(["pods": 1], used: [pod("old")])
    var object = pod("new")
    let error = try #require(throws: APIError.self) {
      try plugin.admit(&object, creation("new"))
    }
    #expect(error.code == 403 && error.reason == .forbidden)
    #expect(
      error.message
        == "pods \"new\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, "
        + "limited: pods=1")
  }

  @Test("writes under way count, and dry runs do not")
  func underWay() throws {
    let plugin = quotas(["pods": 1])
    var first = pod("a")
    var second = pod("b")
    try plugin.admit(&second, creation("b", isDryRun: true))
    try plugin.admit(&first, creation("a"))
    #expect(throws: APIError.self) { try plugin.admit(&second, creation("b")) }
    plugin.settle(first, creation("a"))
    try plugin.admit(&second, creation("b"))
  }

  @Test("where cpu is bounded, each container has to name its own")
  func stated() throws {
    let plugin = quotas(["requests.cpu": "1", "limits.memory": "1Gi"])
    var silent = pod("p")
    let error = try #require(throws: APIError.self) { try plugin.admit(&silent, creation("p")) }
    #expect(
      error.message.hasSuffix(
        "failed quota: q: must specify limits.memory for: c; requests.cpu for: c"))
    var stating = pod("p", ["requests": ["cpu": "1"], "limits": ["memory": "1Gi"]])
    try plugin.admit(&stating, creation("p"))
  }

  private let range = LimitRanger { _ in
    [
      [
        "spec": [
          "limits": [
            [
              "type": "Container", "min": ["cpu": "50m"], "max": ["cpu": "1"],
              "default": ["cpu": "500m"], "defaultRequest": ["cpu": "100m"],
              "maxLimitRequestRatio": ["cpu": "5"],
            ]
          ]
        ]
      ]
    ]
  }

  @Test("a container without resources gets the namespace's defaults")
  func defaults() throws {
    var object = pod("p")
    try range.admit(&object, creation("p"))
    let container = object[path: "spec", "containers"]?.elements.first { _ in true }
    #expect(
      container?["resources"] == ["requests": ["cpu": "100m"], "limits": ["cpu": "500m"]])
    #expect(
      object[path: "metadata", "annotations", "kubernetes.io/limit-ranger"]?.string
        == "LimitRanger plugin set: cpu request for container c; cpu limit for container c")
  }

  @Test(
    "a container outside the bounds is refused",
    arguments: [
      ("10m", "50m", "minimum cpu usage per Container is 50m, but request is 10m"),
      ("1", "2", "maximum cpu usage per Container is 1, but limit is 2"),
      (
        "100m", "600m",
        "cpu max limit to request ratio per Container is 5, but provided ratio is 6.000000"
      ),
    ])
  func bounds(request: String, limit: String, why: String) throws {
    var object = pod(
      "p", ["requests": ["cpu": Document(request)], "limits": ["cpu": Document(limit)]])
    let error = try #require(throws: APIError.self) { try range.admit(&object, creation("p")) }
    #expect(error.message == "pods \"p\" is forbidden: \(why)")
  }
}
