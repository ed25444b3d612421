import Foundations
import Networking
import Resources

/// Pods onto nodes that exist only as objects.
extension Bench {
  static let nodeLeaseNamespace = "kube-node-lease"
  /// How often node agents renew, by Kubernetes' defaults: a quarter of the lease's duration.
  private static let renewInterval = Duration.seconds(10)

  var nodeLabelKey: String { "martlet-bench" }
  /// As a selector, ready for a query.
  var nodeLabel: String { "\(nodeLabelKey)%3D\(plan.runName)" }

  /// Measures from the first pod's POST until every pod has a node, while heartbeats go on.
  func schedule() async throws -> BenchResult {
    let result = try await scheduleOntoNodes()
    // Or pods of the next scenario would be placed where nothing runs them.
    try await removePodsAndNodes()
    return result
  }

  private func scheduleOntoNodes() async throws -> BenchResult {
    try await makeNodes()
    try await waitForServiceAccount()
    return try await withThrowingTaskGroup(of: BenchResult?.self) { group in
      group.addTask {
        try await keepNodesReady()
        return nil
      }
      group.addTask { try await measured(.schedule) { try await createPodsAndWait() } }
      while let result = try await group.next() {
        guard let result else { continue }
        group.cancelAll()
        return result
      }
      throw CancellationError()
    }
  }

  private func createPodsAndWait() async throws -> (operationCount: Int, outcome: LoadLoop.Outcome)
  {
    let path = ResourceType.pods.path(namespace: plan.namespace)
    let waiter = try await PodWaiter.open(target, path)
    let clock = ContinuousClock()
    let start = clock.now
    async let placed: Void = waiter.wait(forCount: plan.podCount) { pod in
      pod["spec"]?["nodeName"]?.string?.isEmpty == false
    }
    let selector: Document = [nodeLabelKey: Document(plan.runName)]
    let writes = try await LoadLoop(count: plan.podCount, concurrency: plan.concurrency * 4).run {
      let pod = self.pod("schedule-\($1)", selector: selector)
      try await target.send(.write(.post, path, pod), worker: $0)
    }
    try await placed
    return (
      plan.podCount, LoadLoop.Outcome(elapsed: clock.now - start, latency: writes.latency)
    )
  }

  func pod(_ name: String, selector: Document = .emptyObject) -> Document {
    [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": ["name": Document(name), "labels": ["app": "martlet-bench"]],
      "spec": [
        "nodeSelector": selector, "terminationGracePeriodSeconds": 0,
        "containers": [
          [
            "name": "main", "image": Document(plan.image), "imagePullPolicy": "IfNotPresent",
            "resources": ["requests": ["cpu": "10m", "memory": "10Mi"]],
          ]
        ],
      ],
    ]
  }

  /// Pods are refused before their namespace has its service account.
  func waitForServiceAccount() async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(30)
    while true {
      do {
        _ = try await target.client.get(
          .serviceAccounts, namespace: plan.namespace, name: "default")
        return
      } catch let error as APIError where error.code == 404 && clock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  // MARK: Nodes

  private func nodeName(_ index: Int) -> String { "martlet-bench-\(plan.runName)-\(index)" }

  private func makeNodes() async throws {
    let nodes = ResourceType.nodes.path(namespace: nil)
    let leases = ResourceType.leases.path(namespace: Self.nodeLeaseNamespace)
    let labels: Document = [nodeLabelKey: Document(plan.runName)]
    _ = try await LoadLoop(count: plan.nodeCount, concurrency: plan.concurrency).run {
      let name = nodeName($1)
      try await target.send(
        .write(.post, leases, Self.lease(name, labels: labels)), worker: $0)
      let node = Self.node(name, labels: labels)
      try await target.send(.write(.post, nodes, node), worker: $0)
    }
    // Servers may keep status from a POST or not; and a new node carries a taint until it is known
    // to be ready.
    try await sendStatus()
    try await waitUntilUntainted()
  }

  private func sendStatus() async throws {
    let nodes = ResourceType.nodes.path(namespace: nil)
    let labels: Document = [nodeLabelKey: Document(plan.runName)]
    _ = try await LoadLoop(count: plan.nodeCount, concurrency: plan.concurrency).run {
      let name = nodeName($1)
      let status = Self.node(name, labels: labels)["status"] ?? .emptyObject
      let request = ClientRequest(
        .patch, "\(nodes)/\(name)/status",
        headers: ["accept": "application/json", "content-type": "application/merge-patch+json"],
        body: (["status": status] as Document).json)
      try await target.send(request, worker: $0)
    }
  }

  private func waitUntilUntainted() async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(120)
    let options = ListOptions(labelSelector: "\(nodeLabelKey)=\(plan.runName)")
    while clock.now < deadline {
      let page = try await target.client.list(.nodes, namespace: nil, options: options)
      if page.items.allSatisfy({ $0["spec"]?["taints"] == nil }) { return }
      try await Task.sleep(for: .milliseconds(500))
    }
    throw NodesNotReady()
  }

  /// Until cancelled.
  private func keepNodesReady() async throws {
    let leases = ResourceType.leases.path(namespace: Self.nodeLeaseNamespace)
    while !Task.isCancelled {
      let pause = Self.renewInterval / max(1, plan.nodeCount)
      for index in 0..<plan.nodeCount {
        let patch = ClientRequest(
          .patch, "\(leases)/\(nodeName(index))",
          headers: ["accept": "application/json", "content-type": "application/merge-patch+json"],
          body: (["spec": ["renewTime": Document(Timestamp.now().microDescription)]] as Document)
            .json)
        try await target.send(patch, worker: index)
        try await Task.sleep(for: pause)
      }
    }
  }

  private static func node(_ name: String, labels: Document) -> Document {
    let resources: Document = ["cpu": "32", "memory": "64Gi", "pods": "110"]
    let now = Document(Timestamp.now().description)
    return [
      "apiVersion": "v1", "kind": "Node",
      "metadata": ["name": Document(name), "labels": labels],
      "status": [
        "capacity": resources, "allocatable": resources,
        "conditions": [
          [
            "type": "Ready", "status": "True", "reason": "Bench", "lastHeartbeatTime": now,
            "lastTransitionTime": now,
          ]
        ],
      ],
    ]
  }
}

struct NodesNotReady: Error, CustomStringConvertible {
  var description: String { "the server did not take the bench's nodes for ready in time" }
}
