import ContainerRuntimeInterface
import Resources
import SwiftProtobuf

/// Finds the running sandbox or container that a stream is for, by asking the runtime: it knows for
/// certain, and streams are rare.
package struct StreamTargets: Sendable {
  private let runtime: any ContainerRuntime

  package init(runtime: any ContainerRuntime) { self.runtime = runtime }

  /// - Throws: `APIError` 404 where the pod has no ready sandbox here; `RuntimeError`.
  package func sandbox(namespace: String, pod: String) async throws -> SandboxID {
    let ready = try await runtime.sandboxes(
      matching: .with { $0.state = .with { $0.state = .ready } })
    let found = ready.filter { $0.metadata.namespace == namespace && $0.metadata.name == pod }
    guard let newest = found.max(by: { $0.createdAt < $1.createdAt }) else {
      throw APIError(
        code: 404, reason: .notFound, message: "pod \(namespace)/\(pod) does not run on this node")
    }
    return SandboxID(newest.id)
  }

  /// - Throws: `APIError` 404 where no such container runs; `RuntimeError`.
  package func container(_ wanted: AgentStreamRoute.Container) async throws -> ContainerID {
    let sandbox = try await sandbox(namespace: wanted.namespace, pod: wanted.pod)
    let running = try await runtime.containers(
      matching: .with {
        $0.podSandboxID = sandbox.rawValue
        $0.state = .with { $0.state = .running }
      })
    let found = running.filter { $0.metadata.name == wanted.name }
    guard let newest = found.max(by: { $0.createdAt < $1.createdAt }) else {
      throw APIError(
        code: 404, reason: .notFound, message: "container not found (\"\(wanted.name)\")")
    }
    return ContainerID(newest.id)
  }
}
