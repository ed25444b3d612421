package import ContainerRuntimeInterface
package import Foundations
import SwiftProtobuf

/// A pod's sandbox, as the runtime tells of it.
package struct SandboxRecord: Equatable, Sendable {
  package var id: SandboxID
  package var attempt: Int
  package var isReady: Bool
  package var createdAt: Timestamp
  /// Empty on the host's network.
  package var addresses: [String]

  package init(
    id: SandboxID, attempt: Int = 0, isReady: Bool = true, createdAt: Timestamp,
    addresses: [String] = []
  ) {
    self.id = id
    self.attempt = attempt
    self.isReady = isReady
    self.createdAt = createdAt
    self.addresses = addresses
  }

  package init(_ status: CRIPodSandboxStatus) {
    self.init(
      id: SandboxID(status.id), attempt: Int(status.metadata.attempt),
      isReady: status.state == .ready,
      createdAt: Timestamp(unixNanoseconds: status.createdAt) ?? Timestamp(seconds: 0),
      addresses: ([status.network.ip] + status.network.additionalIps.map(\.ip))
        .filter { !$0.isEmpty })
  }
}

/// Everything the runtime holds of one pod.
package struct PodRuntimeState: Equatable, Sendable {
  /// Newest first.
  package var sandboxes: [SandboxRecord]
  /// Newest first.
  package var containers: [ContainerRecord]

  package init(sandboxes: [SandboxRecord] = [], containers: [ContainerRecord] = []) {
    self.sandboxes = sandboxes.sorted { ($0.attempt, $0.createdAt) > ($1.attempt, $1.createdAt) }
    self.containers = containers.sorted {
      ($0.restartCount, $0.createdAt) > ($1.restartCount, $1.createdAt)
    }
  }

  /// The sandbox in which containers may be started.
  package var readySandbox: SandboxRecord? { sandboxes.first.flatMap { $0.isReady ? $0 : nil } }

  /// A container's runs, newest first.
  package func runs(of name: String) -> [ContainerRecord] { containers.filter { $0.name == name } }

  package func latest(_ name: String) -> ContainerRecord? { containers.first { $0.name == name } }

  package var running: [ContainerRecord] { containers.filter(\.isRunning) }

  package var isAnythingRunning: Bool {
    containers.contains(where: \.isRunning) || sandboxes.contains(where: \.isReady)
  }
}
