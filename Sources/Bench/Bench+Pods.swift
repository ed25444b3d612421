import Networking
import Resources

/// Pods on real nodes, from POST to Running.
extension Bench {
  func startPods(
    _ scenario: BenchScenario, count: Int, atOnce: Bool
  ) async throws -> BenchResult {
    try await waitForServiceAccount()
    // The first pod of a node pays for what later ones find there.
    _ = try await startPod("\(scenario.rawValue)-warm-up")
    return try await measured(scenario) {
      let loop = LoadLoop(count: count, concurrency: atOnce ? count : 1)
      let outcome = try await loop.run { _, index in
        let name = "\(scenario.rawValue)-\(index)"
        try await startPod(name)
      }
      return (count, outcome)
    }
  }

  private func startPod(_ name: String) async throws {
    let path = ResourceType.pods.path(namespace: plan.namespace)
    let created = try Document(
      json: try await target.send(.write(.post, path, pod(name)), worker: 0))
    let version = created.value(at: ["metadata", "resourceVersion"])?.string ?? ""
    let query = "watch=true&fieldSelector=metadata.name%3D\(name)&resourceVersion=\(version)"
    let reader = WatchReader(try await target.stream(.read("\(path)?\(query)"), worker: 0))
    while let event = try await reader.next() {
      switch event {
      case .added(let pod), .modified(let pod):
        if pod.value(at: ["status", "phase"])?.string == "Running" { return }
      case .error(let error): throw error
      case .deleted, .bookmark: continue
      }
    }
    throw WatchEnded(missing: 1)
  }
}
