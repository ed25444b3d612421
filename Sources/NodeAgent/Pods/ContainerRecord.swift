package import ContainerRuntimeInterface
package import Foundations
import SwiftProtobuf

/// One run of a container, as the runtime tells of it.
package struct ContainerRecord: Equatable, Sendable {
  /// Next: `.created` → `.running` → `.exited`. `.unknown` is a run whose end nobody saw.
  package enum State: Equatable, Sendable {
    case created, running, exited, unknown
  }

  package var id: ContainerID
  package var name: String
  package var sandbox: SandboxID?
  package var state: State
  /// How often the container was started before this run.
  package var restartCount: Int
  package var createdAt: Timestamp
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
  package var exitCode = 0
  /// The runtime's words for the end: `OOMKilled`, `StartError`.
  package var reason = ""
  package var message = ""
  /// As the pod names it, and as the runtime has it.
  package var image = ""
  package var imageID = ""
  /// Of what the pod asked for: `ContainerConfiguration.hash`.
  package var hash = ""
  package var logPath = ""
  /// Where its last words lie on the node; `nil` where it leaves none.
  package var terminationMessageFile: String?
  package var terminationMessagePolicy = "File"
  package var user: CRILinuxContainerUser?
  package var stopSignal: String?
  package var limits: CRILinuxContainerResources?

  package init(
    id: ContainerID, name: String, sandbox: SandboxID? = nil, state: State, restartCount: Int = 0,
    createdAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.sandbox = sandbox
    self.state = state
    self.restartCount = restartCount
    self.createdAt = createdAt
  }

  package var isRunning: Bool { state == .running }
  /// It has ended, as far as anyone can tell.
  package var hasEnded: Bool { state == .exited || state == .unknown }

  /// - Parameter sandbox: from the list, which alone tells it.
  package init(_ status: CRIContainerStatus, sandbox: SandboxID) {
    let state: State =
      switch status.state {
      case .created: .created
      case .running: .running
      case .exited: .exited
      default: .unknown
      }
    self.init(
      id: ContainerID(status.id),
      name: status.labels[RuntimeLabels.containerName] ?? status.metadata.name, sandbox: sandbox,
      state: state,
      restartCount: status.annotations[RuntimeLabels.restartCount].flatMap(Int.init)
        ?? Int(status.metadata.attempt),
      createdAt: Timestamp(unixNanoseconds: status.createdAt) ?? Timestamp(seconds: 0))
    startedAt = Timestamp(unixNanoseconds: status.startedAt)
    finishedAt = Timestamp(unixNanoseconds: status.finishedAt)
    exitCode = Int(status.exitCode)
    reason = status.reason
    message = status.message
    image =
      status.image.image.hasPrefix("sha256:") && !status.image.userSpecifiedImage.isEmpty
      ? status.image.userSpecifiedImage : status.image.image
    imageID = status.imageRef
    hash = status.annotations[RuntimeLabels.containerHash] ?? ""
    logPath = status.logPath
    terminationMessagePolicy =
      status.annotations[RuntimeLabels.terminationMessagePolicy] ?? "File"
    if let path = status.annotations[RuntimeLabels.terminationMessagePath] {
      terminationMessageFile = status.mounts.first { $0.containerPath == path }?.hostPath
    }
    if status.hasUser, status.user.hasLinux { user = status.user.linux }
    if status.hasResources, status.resources.hasLinux { limits = status.resources.linux }
    stopSignal = ContainerConfiguration.signalName(status.stopSignal)
  }
}

extension Timestamp {
  /// `nil` for zero, which stands for "not yet".
  init?(unixNanoseconds: Int64) {
    guard unixNanoseconds > 0 else { return nil }
    self.init(
      seconds: unixNanoseconds / 1_000_000_000,
      nanoseconds: Int32(unixNanoseconds % 1_000_000_000))
  }
}
