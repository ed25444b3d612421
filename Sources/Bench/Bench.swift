package import Networking
import Resources

/// Puts a load on an API server, any that speaks Kubernetes' API, and measures what it costs.
package struct Bench: Sendable {
  let plan: BenchPlan
  let target: BenchTarget
  private let probe: ProcessProbe?
  private let progress: @Sendable (String) -> Void

  /// - Parameters:
  ///   - probe: the server's processes, where they run on this machine.
  ///   - progress: gets a sentence before each step that takes a while.
  package init(
    _ configuration: ClientConfiguration, plan: BenchPlan, probe: ProcessProbe? = nil,
    progress: @Sendable @escaping (String) -> Void = { _ in }
  ) {
    self.plan = plan
    self.target = BenchTarget(
      configuration, connectionCount: plan.connectionCount, encoding: plan.encoding)
    self.probe = probe
    self.progress = progress
  }

  /// Runs the plan's scenarios one after the other and takes away all that they made, also where
  /// one fails.
  package func run() async throws -> BenchReport {
    defer { target.close() }
    try await makeNamespace()
    var results: [BenchResult] = []
    do {
      for scenario in plan.scenarios {
        progress("\(scenario.rawValue)...")
        results.append(try await run(scenario))
      }
    } catch {
      // The scenario's failure is what people need to see.
      do { try await cleanUp() } catch { progress("cleaning up failed: \(error)") }
      throw error
    }
    try await cleanUp()
    return BenchReport(results: results)
  }

  private func run(_ scenario: BenchScenario) async throws -> BenchResult {
    switch scenario {
    case .create: try await create()
    case .get: try await get()
    case .list: try await list()
    case .renew: try await renew()
    case .watch: try await watch()
    case .schedule: try await schedule()
    case .podStart: try await startPods(.podStart, count: plan.podStartCount, atOnce: false)
    case .podBurst: try await startPods(.podBurst, count: plan.podBurstCount, atOnce: true)
    case .definitions: try await define()
    }
  }

  /// Measures the server while `body` runs.
  /// - Parameter body: returns how many operations it did, and how long they took.
  func measured(
    _ scenario: BenchScenario,
    _ body: () async throws -> (operationCount: Int, outcome: LoadLoop.Outcome)
  ) async throws -> BenchResult {
    let before = try probe?.sample()
    let (count, outcome) = try await body()
    let after = try probe?.sample()
    var result = BenchResult(
      scenario: scenario, operationCount: count, elapsed: outcome.elapsed,
      latency: outcome.latency)
    if let before, let after {
      result.processorTime = after.processorTime - before.processorTime
      result.memory = after
    }
    return result
  }

  /// Warms up with the operation, then measures it.
  func measured(
    _ scenario: BenchScenario, count: Int, warmUp: Int,
    _ operation: @Sendable @escaping (_ worker: Int, _ index: Int) async throws -> Void
  ) async throws -> BenchResult {
    _ = try await LoadLoop(count: warmUp, concurrency: plan.concurrency).run(operation)
    return try await measured(scenario) {
      let loop = LoadLoop(count: count, concurrency: plan.concurrency)
      return (count, try await loop.run { try await operation($0, warmUp + $1) })
    }
  }

  // MARK: Before and after

  private func makeNamespace() async throws {
    _ = try await target.client.create(
      .namespaces, namespace: nil, ["metadata": ["name": Document(plan.namespace)]])
  }

  private func cleanUp() async throws {
    progress("cleaning up...")
    try await removePodsAndNodes()
    if plan.scenarios.contains(.definitions) { try await removeDefinitions() }
    _ = try await target.client.delete(
      .namespaces, namespace: nil, name: plan.namespace, options: .init())
  }

  /// The run's pods, and the nodes that were objects only.
  func removePodsAndNodes() async throws {
    // No node agent ends the pods of nodes that are objects only.
    let pods = ResourceType.pods.path(namespace: plan.namespace)
    try await target.send(
      .write(
        .delete, pods, ["kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0]),
      worker: 0)
    let nodes = "\(ResourceType.nodes.path(namespace: nil))?labelSelector=\(nodeLabel)"
    try await target.send(.write(.delete, nodes, .emptyObject), worker: 0)
    let leases = ResourceType.leases.path(namespace: Self.nodeLeaseNamespace)
    let own = "\(leases)?labelSelector=\(nodeLabel)"
    try await target.send(.write(.delete, own, .emptyObject), worker: 0)
  }
}
