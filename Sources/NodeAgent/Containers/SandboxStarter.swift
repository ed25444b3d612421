import ContainerRuntimeInterface
import Foundations
package import Resources

/// Makes a pod's sandbox.
package struct SandboxStarter: Sendable {
  private let services: NodeServices

  package init(services: NodeServices) { self.services = services }

  func configuration(of pod: Pod, attempt: Int) throws -> CRIPodSandboxConfig {
    SandboxConfiguration.make(
      for: pod, attempt: attempt, configuration: services.configuration,
      host: try hostResolver())
  }

  package func start(_ pod: Pod, attempt: Int) async throws {
    let handler = try await handler(of: pod)
    let config = try configuration(of: pod, attempt: attempt)
    try DurableFile.makeDirectory(config.logDirectory, mode: 0o755)
    try services.limitGroup(PodAmounts(of: pod).cgroup, config.linux.cgroupParent)
    await services.sandboxPlaces.acquire()
    defer { services.sandboxPlaces.release() }
    try Task.checkCancellation()
    _ = try await services.runtime.runSandbox(config, handler: handler)
  }

  private func hostResolver() throws -> ResolverConfiguration {
    let path = services.configuration.hostResolverPath
    guard let bytes = try DurableFile.read(path) else { return ResolverConfiguration() }
    return ResolverConfiguration(parsing: String(decoding: bytes, as: UTF8.self))
  }

  /// Empty for the runtime's default.
  private func handler(of pod: Pod) async throws -> String {
    guard let name = pod.spec.runtimeClassName, !name.isEmpty else { return "" }
    let runtimeClass = try await services.client.get(
      .runtimeClasses, namespace: nil, name: name)
    return runtimeClass["handler"]?.string ?? ""
  }
}
