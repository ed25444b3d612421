package import ContainerRuntimeInterface
package import Foundations

/// What a pod needs done next.
package enum PodStep: Equatable, Sendable {
  case prepareVolumes
  case runSandbox(attempt: Int)
  /// Ends what still runs in it.
  case stopSandbox(SandboxID)
  /// - Parameter replaces: the run before, whose end the back-off counts from.
  case start(String, restartCount: Int, after: ContainerID?)
  case kill(KillOrder)
  /// Waits until nobody sends anything to the pod any more, but not beyond a moment.
  case leaveRotation(by: Timestamp)
  /// Gives the pod's group, and those running containers, their limits.
  case resize([ContainerResize])
  /// With its log.
  case remove(ContainerID)
  /// Everything has stopped: volumes and control groups go.
  case tearDown
  /// The API object goes: the node is done with it.
  case delete
  /// Sandboxes and logs go, and the worker ends.
  case forget
  /// From now on everything stops.
  case end(PodEnding)
}

/// The limits that a running container shall have.
package struct ContainerResize: Equatable, Sendable {
  package var container: ContainerID
  package var limits: CRILinuxContainerResources
  package init(container: ContainerID, limits: CRILinuxContainerResources) {
    self.container = container
    self.limits = limits
  }
}

package struct KillOrder: Equatable, Sendable {
  package var container: ContainerID
  package var name: String
  /// The preStop hook takes of it too.
  package var grace: Duration
  /// For the Killing event.
  package var message: String
  /// It ends only to begin anew.
  package var isRestart: Bool

  package init(
    container: ContainerID, name: String, grace: Duration, message: String, isRestart: Bool = false
  ) {
    self.container = container
    self.name = name
    self.grace = grace
    self.message = message
    self.isRestart = isRestart
  }
}

/// Steps in order, what containers wait for, and when to look again if nothing happens before.
package struct PodPlan: Equatable, Sendable {
  package var steps: [PodStep] = []
  package var waiting: [String: WaitingReason] = [:]
  package var wakeAt: Timestamp?

  package init() {}

  mutating func wake(at moment: Timestamp) { wakeAt = wakeAt.map { min($0, moment) } ?? moment }
}

/// Why a container does not run, as its status has it.
package struct WaitingReason: Equatable, Sendable {
  package var reason: String
  package var message: String
  package init(_ reason: String, _ message: String = "") {
    self.reason = reason
    self.message = message
  }
}
