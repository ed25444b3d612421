package import Foundations
package import Resources

/// All that is known of a pod on its node at one moment: what decisions are made from.
package struct PodSituation: Sendable {
  /// With the resources that the node has granted.
  package var pod: Pod
  /// The pod as the API has it, where it asks for resources that are not granted.
  package var wish: Pod?
  /// Why `wish` is not granted.
  package var refusal: ResizeProgress.Refusal?
  /// What the last try to give a container its resources met with.
  package var resizeProblem: String?
  /// The limits that the pod's own control group has; `nil` where nobody knows.
  package var podLimits: CgroupLimits?
  package var capacity: NodeCapacity?
  package var runtime = PodRuntimeState()
  package var volumes = VolumeProgress.missing
  /// By container.
  package var health: [ContainerID: ContainerHealth] = [:]
  /// What went wrong when a container was last started, by its name.
  package var problems: [String: StartProblem] = [:]
  package var backoffs: [String: RestartBackoff] = [:]
  /// Work that has begun and has not ended.
  package var busy: Set<PodWork> = []
  /// By when each container that is being stopped will have been killed.
  package var killDeadlines: [ContainerID: Timestamp] = [:]
  package var sandboxProblem: SandboxProblem?
  /// Runs that were ended only to begin anew, whatever the restart policy says of an end.
  package var restarting: Set<ContainerID> = []
  package var ending: PodEnding?
  /// When `ending` was first set.
  package var endingSince: Timestamp?
  /// It was deleted, and others may send to it still as a part of a Service.
  package var isInRotation = false
  /// Everything of the pod but its sandbox and its logs has been taken away.
  package var isTornDown = false
  /// The API object is gone, by our own request or somebody else's.
  package var isForgotten = false
  package var startTime: Timestamp?
  package var now: Timestamp

  package init(pod: Pod, now: Timestamp) {
    self.pod = pod
    self.now = now
  }
}

package enum VolumeProgress: Equatable, Sendable {
  case missing
  case ready
  /// To be tried again at a time, or when what it shows changes.
  case failed(retryAt: Timestamp)
}

/// A sandbox could not be made.
package struct SandboxProblem: Equatable, Sendable {
  package var message: String
  package var retryAt: Timestamp
  package init(message: String, retryAt: Timestamp) {
    self.message = message
    self.retryAt = retryAt
  }
}

/// What probes and hooks say of a running container.
package struct ContainerHealth: Equatable, Sendable {
  /// Its postStart hook and its startup probe have succeeded, where it has any.
  package var hasStarted = false
  /// Its readiness probe succeeds, where it has one.
  package var isReady = false
  /// A probe or a hook says that it must be restarted.
  package var mustRestart: Complaint?

  package struct Complaint: Equatable, Sendable {
    /// As the Killing event has it: `failed liveness probe, will be restarted`.
    package var message: String
    /// The probe's own grace, where it has one.
    package var grace: Duration?
    package init(message: String, grace: Duration? = nil) {
      self.message = message
      self.grace = grace
    }
  }

  package init(hasStarted: Bool = false, isReady: Bool = false, mustRestart: Complaint? = nil) {
    self.hasStarted = hasStarted
    self.isReady = isReady
    self.mustRestart = mustRestart
  }
}

/// A container could not be started.
package struct StartProblem: Equatable, Sendable {
  /// As the container's waiting state has it: `ErrImagePull`.
  package var reason: String
  package var message: String
  package var since: Timestamp
  package var retryAt: Timestamp
  /// How often in a row.
  package var count: Int

  package init(
    reason: String, message: String, since: Timestamp, retryAt: Timestamp, count: Int = 1
  ) {
    self.reason = reason
    self.message = message
    self.since = since
    self.retryAt = retryAt
    self.count = count
  }
}

/// Names a piece of work, of which one of a kind is done at a time.
package enum PodWork: Hashable, Sendable {
  case volumes
  case sandbox
  case stopSandbox(SandboxID)
  /// Containers start one after the other.
  case start(String)
  case kill(ContainerID)
  case remove(ContainerID)
  case resize
  case leaveRotation
  case tearDown
  case delete
}
