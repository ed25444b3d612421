import Foundations
import Resources

/// What is wrong with the containers of a pod that has a node.
struct ContainerFindings {
  let pod: Pod
  let workload: Workload
  let picture: ClusterPicture

  var all: [PodFindings.Trouble] {
    let statuses = pod.status.initContainerStatuses + pod.status.containerStatuses
    return statuses.compactMap { status in
      if let waiting = status.state?.waiting { return trouble(status, waiting) }
      guard status.state?.running != nil else { return nil }
      return restarting(status) ?? unready(status)
    }
  }

  private typealias Trouble = PodFindings.Trouble

  private var kubectl: ObjectReference { ObjectReference(.pods, pod.document) }

  private func field(_ name: String, _ status: ContainerStatus) -> String {
    "\(workload.field(name, of: status.name, in: pod)) of \(workload.reference)"
  }

  private func container(_ status: ContainerStatus) -> Container? {
    (pod.spec.containers + pod.spec.initContainers).first { $0.name == status.name }
  }

  // MARK: Waiting

  private func trouble(_ status: ContainerStatus, _ waiting: ContainerStateWaiting)
    -> PodFindings.Trouble?
  {
    let said = waiting.message ?? ""
    switch waiting.reason ?? "" {
    case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ImageInspectError",
      "RegistryUnavailable", "SignatureValidationFailed":
      return imagePull(status, said)
    case "ErrImageNeverPull":
      return Trouble(
        .imagePull, workload, container: status.name, "has no image", reason: said,
        remedy: "bring the image to the node, or change \(field("imagePullPolicy", status))")
    case "CrashLoopBackOff": return crashLoop(status)
    case "CreateContainerConfigError":
      return Trouble(
        .containerConfiguration, workload, container: status.name, "cannot be configured",
        reason: said,
        remedy: "make what is missing, or change \(field("env", status)) or envFrom beside it")
    case "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError",
      "PostStartHookError":
      return Trouble(
        .containerStart, workload, container: status.name, "cannot be started", reason: said,
        remedy: "change \(field("command", status)), or what else the reason names")
    default: return nil
    }
  }

  private func imagePull(_ status: ContainerStatus, _ said: String) -> PodFindings.Trouble {
    let image = container(status)?.image ?? status.image
    return Trouble(
      .imagePull, workload, container: status.name, "cannot get its image \(image)",
      reason: said,
      remedy: "change \(field("image", status)), or name a Secret for the registry in "
        + "\(workload.specPath).imagePullSecrets: kubectl \(workload.reference.scope)set image "
        + "\(workload.reference.kind.lowercased())/\(workload.reference.name) \(status.name)=IMAGE")
  }

  // MARK: Ending

  private func crashLoop(_ status: ContainerStatus) -> PodFindings.Trouble {
    let end = status.lastState?.terminated ?? status.state?.terminated
    if let killed = killedByProbe(
      status, end, .crashLoop, "is killed again and again, \(status.restartCount) restarts so far")
    {
      return killed
    }
    let hint = end.map { ExitHint($0) }
    return Trouble(
      .crashLoop, workload, container: status.name,
      "ends again and again, \(status.restartCount) restarts so far",
      reason: reason(status, end, hint), remedy: remedy(status, hint))
  }

  private func restarting(_ status: ContainerStatus) -> PodFindings.Trouble? {
    guard let end = status.lastState?.terminated, status.restartCount >= 3,
      let finished = end.finishedAt, picture.age(of: finished) < Patience.restart
    else { return nil }
    if let killed = killedByProbe(
      status, end, .restarts, severity: .warning, "runs, after \(status.restartCount) restarts")
    {
      return killed
    }
    let hint = ExitHint(end)
    return Trouble(
      .restarts, workload, container: status.name, severity: .warning,
      "runs, after \(status.restartCount) restarts", reason: reason(status, end, hint),
      remedy: remedy(status, hint))
  }

  private func reason(
    _ status: ContainerStatus, _ end: ContainerStateTerminated?, _ hint: ExitHint?
  ) -> String {
    guard let end, let hint else { return "nobody saw how it ended" }
    let reference = ClusterPicture.ContainerReference(
      pod: pod.metadata.key, container: status.name)
    let words = [end.message, picture.lastWords[reference]].compactMap { $0?.lastLine }.first
    return hint.reason + (words.map { "; its last words: \($0)" } ?? "")
  }

  private func remedy(_ status: ContainerStatus, _ hint: ExitHint?) -> String {
    let logs = "kubectl \(kubectl.scope)logs \(kubectl.name) -c \(status.name) --previous"
    return switch hint?.cause {
    case .memory:
      "raise \(field("resources.limits.memory", status)), now "
        + "\(container(status)?.resources?.limits["memory"]?.description ?? "unset")"
    case .command: "change \(field("command", status))"
    case .done: "a container that is done has no place here: change \(field("command", status))"
    default: "read its log: \(logs)"
    }
  }

  /// A container that its node ends since a probe fails: nothing in its log tells why.
  private func killedByProbe(
    _ status: ContainerStatus, _ end: ContainerStateTerminated?, _ code: Finding.Code,
    severity: Finding.Severity = .problem, _ problem: String
  ) -> Trouble? {
    guard let started = end?.startedAt, let container = container(status),
      let said = picture.warning(about: kubectl, reason: "Unhealthy"), said.time >= started
    else { return nil }
    let probes = [
      ("Liveness", "livenessProbe", container.livenessProbe),
      ("Startup", "startupProbe", container.startupProbe),
    ]
    for case (let kind, let name, let probe?) in probes
    where said.message.hasPrefix("\(kind) probe failed") {
      return Trouble(
        code, workload, container: status.name, severity: severity, problem,
        reason: "its node ends it since its \(name) fails: \(said.message)",
        remedy: "mend what answers \(ProbeWords.target(of: probe)), or change "
          + "\(field(name, status))")
    }
    return nil
  }

  // MARK: Not ready

  private func unready(_ status: ContainerStatus) -> PodFindings.Trouble? {
    guard status.ready != true, let container = container(status),
      pod.spec.containers.contains(where: { $0.name == status.name })
    else { return nil }
    let hasStarted = status.started != false
    let probe = hasStarted ? container.readinessProbe : container.startupProbe
    let delay = Duration.seconds(probe?.initialDelaySeconds ?? 0)
    let age = picture.age(of: status.state?.running?.startedAt)
    guard let probe, age > Patience.readiness + delay else { return nil }
    let name = hasStarted ? "readinessProbe" : "startupProbe"
    return Trouble(
      .notReady, workload, container: status.name, "runs and is not ready",
      reason: picture.warning(about: kubectl, reason: "Unhealthy")?.message
        ?? picture.warning(about: kubectl) ?? "its \(name) has not succeeded",
      remedy: "mend what answers \(ProbeWords.target(of: probe)), or change \(field(name, status))")
  }
}

extension String {
  /// What a log ends with, in a length that people read.
  fileprivate var lastLine: String? {
    split(whereSeparator: \.isNewline).last.map { String($0.prefix(200)) }
  }
}

/// A probe as people speak of it.
private enum ProbeWords {
  static func target(of probe: Probe) -> String {
    let document = probe.document
    if let http = document["httpGet"] {
      let port = http["port"].flatMap { IntOrString(value: $0)?.description } ?? ""
      return "GET \(http["path"]?.string ?? "/") on port \(port)"
    }
    if let tcp = document["tcpSocket"] {
      return "port \(tcp["port"].flatMap { IntOrString(value: $0)?.description } ?? "")"
    }
    if let command = document[path: "exec", "command"] {
      return "`\(command.elements.compactMap(\.string).joined(separator: " "))`"
    }
    return document["grpc"] == nil ? "the probe" : "gRPC health checks"
  }
}
