import Foundations
import Networking
import Resources
import Synchronization

/// Single objects and whole collections.
extension Bench {
  func create() async throws -> BenchResult {
    let path = ResourceType.configMaps.path(namespace: plan.namespace)
    return try await measured(.create, count: plan.requestCount, warmUp: plan.warmUpCount) {
      try await target.send(target.write(.post, path, configMap("create-\($1)")), worker: $0)
    }
  }

  func get() async throws -> BenchResult {
    let path = ResourceType.configMaps.path(namespace: plan.namespace)
    try await target.send(.write(.post, path, configMap("get")), worker: 0)
    return try await measured(.get, count: plan.requestCount, warmUp: plan.warmUpCount) {
      worker, _ in
      try await target.send(target.read("\(path)/get"), worker: worker)
    }
  }

  /// Reads the collection that `listedCount` objects make: with a label, so that what other
  /// scenarios left in the namespace is not in it.
  func list() async throws -> BenchResult {
    let path = ResourceType.configMaps.path(namespace: plan.namespace)
    _ = try await LoadLoop(count: plan.listedCount, concurrency: plan.concurrency).run {
      try await target.send(
        .write(.post, path, configMap("list-\($1)", labels: ["listed": "yes"])), worker: $0)
    }
    let request = target.read("\(path)?labelSelector=listed%3Dyes")
    return try await measured(.list, count: plan.listCount, warmUp: 2) { worker, _ in
      try await target.send(request, worker: worker)
    }
  }

  /// Each worker renews a lease of its own, from the version that it wrote last.
  func renew() async throws -> BenchResult {
    let path = ResourceType.leases.path(namespace: plan.namespace)
    let leases = try await withThrowingTaskGroup(of: (Int, Document).self) { group in
      for worker in 0..<plan.concurrency {
        group.addTask {
          let lease = Self.lease("renew-\(worker)")
          return (
            worker, try Document(json: try await target.send(.write(.post, path, lease), worker: 0))
          )
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    let newest = LatestDocuments(leases)
    return try await measured(.renew, count: plan.requestCount, warmUp: plan.warmUpCount) {
      worker, _ in
      var lease = newest[worker]
      var spec = lease["spec"] ?? .emptyObject
      spec["renewTime"] = Document(Timestamp.now().microDescription)
      lease["spec"] = spec
      let request = try target.write(.put, "\(path)/renew-\(worker)", lease)
      newest[worker] = try target.encoding.object(try await target.send(request, worker: worker))
    }
  }

  /// About 1 KB as JSON.
  func configMap(_ name: String, labels: Document = .emptyObject) -> Document {
    [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": Document(name), "labels": labels],
      "data": ["content": Document(Self.filling)],
    ]
  }

  /// With what the server adds, 5,000 objects make a list of 4.7 MB.
  private static let filling = String(repeating: "0123456789abcdef", count: 40)

  static func lease(_ name: String, labels: Document = .emptyObject) -> Document {
    [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
      "metadata": ["name": Document(name), "labels": labels],
      "spec": [
        "holderIdentity": Document(name), "leaseDurationSeconds": 40,
        "renewTime": Document(Timestamp.now().microDescription),
      ],
    ]
  }
}

/// The object that each worker wrote last.
private final class LatestDocuments: Sendable {
  private let documents: Mutex<[Int: Document]>
  init(_ documents: [Int: Document]) { self.documents = Mutex(documents) }

  subscript(worker: Int) -> Document {
    get { documents.withLock { $0[worker] ?? .emptyObject } }
    set { documents.withLock { $0[worker] = newValue } }
  }
}
