import Foundations
import Resources

/// What is wrong with pods, told once for all pods of a workload that have the same trouble.
enum PodFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    var pods: [Trouble.Kind: [(pod: Pod, trouble: Trouble)]] = [:]
    for pod in picture.pods where !pod.metadata.isTerminating {
      let workload = picture.workload(of: pod)
      for trouble in troubles(of: pod, workload, picture) {
        pods[trouble.kind, default: []].append((pod, trouble))
      }
    }
    return pods.values.map { found in finding(found[0].trouble, of: found.map(\.pod)) }
  }

  /// What is wrong with one pod.
  struct Trouble {
    /// Troubles of the same kind are one finding.
    struct Kind: Hashable {
      let workload: Workload
      let code: Finding.Code
      let container: String
    }

    let kind: Kind
    var severity = Finding.Severity.problem
    /// Follows the names of the pods: "cannot get its image".
    let problem: String
    let reason: String
    let remedy: String

    init(
      _ code: Finding.Code, _ workload: Workload, container: String = "",
      severity: Finding.Severity = .problem, _ problem: String, reason: String, remedy: String
    ) {
      kind = Kind(workload: workload, code: code, container: container)
      self.severity = severity
      self.problem = problem
      self.reason = reason
      self.remedy = remedy
    }
  }

  private static func finding(_ trouble: Trouble, of pods: [Pod]) -> Finding {
    let names = pods.map { $0.metadata.name ?? "" }.sorted()
    let subject = trouble.kind.workload.reference
    var who = trouble.kind.container.isEmpty ? "" : "container \(trouble.kind.container) "
    if subject.kind != "Pod" {
      let others = names.count == 1 ? "" : " and \(names.count - 1) more"
      who = (who.isEmpty ? "pod " : who + "of pod ") + names[0] + others + " "
    }
    return Finding(
      trouble.severity, trouble.kind.code, subject, who + trouble.problem, reason: trouble.reason,
      remedy: trouble.remedy)
  }

  private static func troubles(of pod: Pod, _ workload: Workload, _ picture: ClusterPicture)
    -> [Trouble]
  {
    switch pod.status.phase {
    case "Succeeded": return []
    // A Job tells of its own failures.
    case "Failed":
      return pod.metadata.controllerReference?.kind == "Job" ? [] : [failure(pod, workload)]
    default: break
    }
    if pod.spec.nodeName == nil { return waiting(pod, workload, picture) }
    let containers = ContainerFindings(pod: pod, workload: workload, picture: picture).all
    return containers.isEmpty ? slow(pod, workload, picture) : containers
  }

  private static func failure(_ pod: Pod, _ workload: Workload) -> Trouble {
    let reference = ObjectReference(.pods, pod.document)
    return Trouble(
      .podFailed, workload, severity: .warning, "failed and is still listed",
      reason: [pod.status.reason, pod.status.message].compactMap(\.self).joined(separator: ": "),
      remedy: "look at it, then remove it: kubectl delete \(reference.kubectl)")
  }

  private static func waiting(_ pod: Pod, _ workload: Workload, _ picture: ClusterPicture)
    -> [Trouble]
  {
    guard
      let condition = pod.status.conditions.first(where: {
        $0.type == "PodScheduled" && $0.status == "False"
      })
    else { return [] }
    if condition.reason == "SchedulingGated" {
      let gates = pod.spec.document["schedulingGates"]?.elements.compactMap { $0["name"]?.string }
      return [
        Trouble(
          .schedulingGated, workload, severity: .warning, "is not scheduled yet",
          reason: "scheduling gates: \((gates ?? []).joined(separator: ", "))",
          remedy: "whoever set them has to remove them from spec.schedulingGates of the pod")
      ]
    }
    return [
      Trouble(
        .unschedulable, workload, "fits on no node",
        reason: condition.message ?? condition.reason ?? "the scheduler does not say",
        remedy: UnschedulableHint(pod: pod, workload: workload, picture: picture).remedy)
    ]
  }

  /// A pod of which no container says what it waits for.
  private static func slow(_ pod: Pod, _ workload: Workload, _ picture: ClusterPicture)
    -> [Trouble]
  {
    let age = picture.age(of: pod.status.startTime)
    guard pod.status.phase == "Pending", age > Patience.start else { return [] }
    let reference = ObjectReference(.pods, pod.document)
    return [
      Trouble(
        .stuckCreating, workload, "does not start",
        reason: picture.warning(about: reference)
          ?? "its node has said nothing for \(age.components.seconds) s",
        remedy: "make what it waits for, or correct \(workload.specPath); "
          + "kubectl describe \(reference.kubectl) shows its events")
    ]
  }
}
