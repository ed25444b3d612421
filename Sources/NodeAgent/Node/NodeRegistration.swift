package import Foundations
package import Logging
package import Resources

/// Registers this machine as a node, keeps its status true and its lease alive.
package struct NodeRegistration: Sendable {
  private let client: any ClusterClient
  private let name: String
  private let describe: @Sendable () async -> NodeDescription
  private let logger: Logger
  /// Raised when something about the node changed: its status is written at once.
  private let changed: AsyncSignal

  /// - Parameter describe: looks at the node anew.
  package init(
    client: any ClusterClient, name: String, changed: AsyncSignal = AsyncSignal(), logger: Logger,
    describe: @escaping @Sendable () async -> NodeDescription
  ) {
    self.client = client
    self.name = name
    self.changed = changed
    self.logger = logger
    self.describe = describe
  }

  /// How often the status is written when nothing changed; and how often it is looked at.
  /// Source: upstream's nodeStatusReportFrequency and nodeStatusUpdateFrequency.
  private static let reportEvery = Duration.seconds(300)
  private static let lookEvery = Duration.seconds(10)
  /// Source: upstream's lease duration of 40 s, renewed after a quarter of it.
  private static let leaseSeconds = 40
  private static let renewEvery = Duration.seconds(10)
  private static let leaseNamespace = "kube-node-lease"

  /// Creates the Node, or takes over the one of that name.
  /// - Parameter takesOver: whether that one can only be this machine's own, of an earlier life.
  /// - Throws: `JoinError.nameTaken`, `APIError`, or what keeps the API from being reached.
  package func register(takesOver: Bool = true) async throws {
    let description = await describe()
    do {
      _ = try await client.create(.nodes, namespace: nil, description.node(now: .now()))
    } catch let error as APIError where error.reason == .alreadyExists {
      guard takesOver else { throw JoinError.nameTaken(name) }
      var node = try await client.get(.nodes, namespace: nil, name: name)
      for (label, value) in description.labels {
        node.set(Document(value), at: ["metadata", "labels", label])
      }
      _ = try await client.update(.nodes, namespace: nil, node)
      try await writeStatus(description)
    }
  }

  /// Keeps status and lease until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await renewLease() }
      group.addTask { await reportStatus() }
    }
  }

  private func reportStatus() async {
    var reported: Document?
    var reportedAt = ContinuousClock.now
    while !Task.isCancelled {
      await changed.wait(until: ContinuousClock.now + Self.lookEvery)
      if Task.isCancelled { return }
      let description = await describe()
      let content = Self.content(of: description)
      let isDue = ContinuousClock.now - reportedAt >= Self.reportEvery
      if content == reported && !isDue { continue }
      do {
        try await writeStatus(description)
        reported = content
        reportedAt = ContinuousClock.now
      } catch let error as APIError where error.reason == .notFound {
        // Somebody deleted the Node of a living machine: it registers again.
        await retryRegistration()
      } catch {
        logger.warning("the status of node \(name) could not be written: \(error)")
      }
    }
  }

  private func retryRegistration() async {
    do {
      try await register()
    } catch {
      logger.warning("node \(name) could not be registered again: \(error)")
    }
  }

  /// The status without its times.
  private static func content(of description: NodeDescription) -> Document {
    description.status(after: nil, now: Timestamp(seconds: 0))
  }

  private func writeStatus(_ description: NodeDescription) async throws {
    var node = try await client.get(.nodes, namespace: nil, name: name)
    node["status"] = description.status(after: node["status"], now: .now())
    _ = try await client.update(.nodes, namespace: nil, node, subresource: "status")
  }

  // MARK: Lease

  private func renewLease() async {
    while !Task.isCancelled {
      do {
        try await renew()
      } catch is CancellationError {
        return
      } catch {
        logger.warning("the lease of node \(name) could not be renewed: \(error)")
      }
      do { try await ContinuousClock().sleep(for: Self.renewEvery) } catch { return }
    }
  }

  private func renew() async throws {
    let spec: Document = [
      "holderIdentity": Document(name), "leaseDurationSeconds": Document(Self.leaseSeconds),
      "renewTime": Document(Timestamp.now().microDescription),
    ]
    do {
      // The proxies of this node write to it as well (`RotationDuty`): no write may undo another.
      _ = try await client.patch(
        .leases, namespace: Self.leaseNamespace, name: name, Patch(.merge, ["spec": spec]))
    } catch let error as APIError where error.reason == .notFound {
      let node = try await client.get(.nodes, namespace: nil, name: name)
      _ = try await client.create(
        .leases, namespace: Self.leaseNamespace,
        [
          "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
          "metadata": [
            "name": Document(name), "namespace": Document(Self.leaseNamespace),
            "ownerReferences": [
              [
                "apiVersion": "v1", "kind": "Node", "name": Document(name),
                "uid": node[path: "metadata", "uid"] ?? "",
              ]
            ],
          ], "spec": spec,
        ])
    }
  }
}
