import ContainerRuntimeInterface
import SwiftProtobuf

/// Reads what the runtime holds of one pod, and asks only for what may have changed.
struct RuntimeInspector {
  private let runtime: any ContainerRuntime
  private let podUID: String
  /// Runs that have ended: nothing of them changes any more.
  private var ended: [ContainerID: ContainerRecord] = [:]
  /// Addresses of sandboxes: they keep them to their end.
  private var sandboxes: [SandboxID: SandboxRecord] = [:]

  init(runtime: any ContainerRuntime, podUID: String) {
    self.runtime = runtime
    self.podUID = podUID
  }

  mutating func read() async throws -> PodRuntimeState {
    let labels = [RuntimeLabels.podUID: podUID]
    let sandboxList = try await runtime.sandboxes(matching: .with { $0.labelSelector = labels })
    let containerList = try await runtime.containers(matching: .with { $0.labelSelector = labels })
    var foundSandboxes: [SandboxRecord] = []
    for sandbox in sandboxList {
      if let record = try await record(of: sandbox) { foundSandboxes.append(record) }
    }
    var foundContainers: [ContainerRecord] = []
    for container in containerList {
      if let record = try await record(of: container) { foundContainers.append(record) }
    }
    let state = PodRuntimeState(sandboxes: foundSandboxes, containers: foundContainers)
    sandboxes = Dictionary(state.sandboxes.map { ($0.id, $0) }) { first, _ in first }
    ended = Dictionary(
      state.containers.filter { $0.state == .exited }.map { ($0.id, $0) }
    ) { first, _ in first }
    return state
  }

  private func record(of listed: CRIPodSandbox) async throws -> SandboxRecord? {
    let id = SandboxID(listed.id)
    if var known = sandboxes[id] {
      known.isReady = listed.state == .ready
      return known
    }
    do {
      return SandboxRecord(try await runtime.sandboxStatus(id))
    } catch RuntimeError.notFound {
      return nil
    }
  }

  private func record(of listed: CRIContainer) async throws -> ContainerRecord? {
    let id = ContainerID(listed.id)
    if let known = ended[id] { return known }
    do {
      return ContainerRecord(
        try await runtime.containerStatus(id), sandbox: SandboxID(listed.podSandboxID))
    } catch RuntimeError.notFound {
      return nil
    }
  }
}
