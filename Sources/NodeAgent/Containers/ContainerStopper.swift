import Foundations
package import Resources

/// Ends a container as its pod asks: first its preStop hook, then the stop signal, then the kill.
package struct ContainerStopper: Sendable {
  private let services: NodeServices
  private let pod: Pod
  private let podIP: String

  /// What the stop signal is given, however long the hook took.
  /// Source: kubelet's minimumGracePeriodInSeconds.
  private static let graceMin: Duration = .seconds(2)

  package init(services: NodeServices, pod: Pod, podIP: String) {
    self.services = services
    self.pod = pod
    self.podIP = podIP
  }

  /// Returns when the container has ended, or the runtime could not end it.
  /// - Parameter runsHook: not where the hook is running already.
  package func stop(_ order: KillOrder, runsHook: Bool) async throws {
    let container = pod.allContainers.first { $0.name == order.name }
    PodEvents(pod, sink: services.events)
      .tell(.normal, "Killing", order.message, about: container)
    var grace = order.grace
    if runsHook, grace > .zero, let container {
      let began = services.now()
      await runHook(of: container, order)
      grace = max(order.grace - began.distance(to: services.now()), Self.graceMin)
    }
    do {
      try await services.runtime.stopContainer(order.container, grace: grace)
    } catch RuntimeError.notFound {
      return  // as good as ended
    }
  }

  private func runHook(of container: PodContainer, _ order: KillOrder) async {
    guard let hook = container.container.lifecycle?.preStop,
      let target = ProbeTarget(hook, container: container.container, podIP: podIP)
    else { return }
    let result = await within(order.grace) {
      await services.check.perform(target, in: order.container, timeout: order.grace)
    }
    guard case .failure(let message) = result else { return }
    PodEvents(pod, sink: services.events).tell(
      .warning, "FailedPreStopHook", "PreStopHook failed: \(message)", about: container)
  }

  /// A hook that takes longer than the grace is left to itself.
  private func within(
    _ limit: Duration, _ body: @escaping @Sendable () async -> ProbeResult
  ) async -> ProbeResult {
    let clock = services.clock
    return await withTaskGroup(of: ProbeResult.self) { group in
      group.addTask { await body() }
      group.addTask {
        do { try await clock.sleep(for: limit) } catch { return .success }
        return .failure("it took longer than the grace period of \(limit)")
      }
      defer { group.cancelAll() }
      return await group.next() ?? .success
    }
  }
}
