package import Resources

/// Whether a container that ended runs again.
package enum RestartDecision {
  /// Source: Kubernetes documentation, "Pod Lifecycle", "How Pods handle problems with containers".
  package static func runsAgain(
    _ container: PodContainer, in pod: Pod, exitCode: Int
  ) -> Bool {
    if container.role == .ephemeral { return false }
    if container.role == .sidecar { return true }
    for rule in container.container.restartPolicyRules where matches(rule, exitCode) {
      return rule.action == "Restart" || rule.action == "RestartAllContainers"
    }
    switch policy(of: container, in: pod) {
    case "Never": return false
    case "OnFailure": return exitCode != 0
    // An init container's success is never repeated.
    default: return container.role == .initial ? exitCode != 0 : true
    }
  }

  private static func policy(of container: PodContainer, in pod: Pod) -> String {
    container.container.restartPolicy ?? pod.spec.restartPolicy ?? "Always"
  }

  private static func matches(_ rule: ContainerRestartRule, _ exitCode: Int) -> Bool {
    guard let codes = rule.exitCodes else { return false }
    return codes.values.contains(exitCode) != (codes.operator == "NotIn")
  }
}
