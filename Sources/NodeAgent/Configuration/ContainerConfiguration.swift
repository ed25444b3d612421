package import ContainerRuntimeInterface
import FoundationEssentials
package import Resources
import SwiftProtobuf

/// A pod's container in the runtime's words. Pure.
package struct ContainerConfiguration: Sendable {
  /// What the node and the pod's sandbox give to it.
  package struct Ground: Sendable {
    /// How often it was started before.
    package var attempt: Int
    /// The image's ID on this node, so that nobody can exchange the image in between.
    package var imageReference: String
    package var environment: ContainerEnvironment
    package var mounts: [CRIMount]
    package var devices: [CRIDevice]
    package var memoryCapacity: Int
    package var isUnifiedCgroup: Bool
    /// The container whose processes an ephemeral one shall see.
    package var targetID: String?

    package init(
      attempt: Int, imageReference: String, environment: ContainerEnvironment,
      mounts: [CRIMount] = [], devices: [CRIDevice] = [], memoryCapacity: Int,
      isUnifiedCgroup: Bool, targetID: String? = nil
    ) {
      self.attempt = attempt
      self.imageReference = imageReference
      self.environment = environment
      self.mounts = mounts
      self.devices = devices
      self.memoryCapacity = memoryCapacity
      self.isUnifiedCgroup = isUnifiedCgroup
      self.targetID = targetID
    }
  }

  package static func make(
    for container: Container, in pod: Pod, on ground: Ground
  ) -> CRIContainerConfig {
    var config = CRIContainerConfig()
    config.metadata = .with {
      $0.name = container.name
      $0.attempt = UInt32(clamping: ground.attempt)
    }
    config.image = .with {
      $0.image = ground.imageReference
      $0.userSpecifiedImage = container.image ?? ""
    }
    let value: (String) -> String? = { ground.environment[$0] }
    config.command = container.command.map { VariableExpansion.expand($0, value) }
    config.args = container.args.map { VariableExpansion.expand($0, value) }
    config.workingDir = container.workingDir ?? ""
    config.envs = ground.environment.variables.map { variable in
      .with {
        $0.key = variable.name
        $0.value = .init(variable.value.utf8)
      }
    }
    config.mounts = ground.mounts
    config.devices = ground.devices
    config.labels = SandboxConfiguration.labels(of: pod)
    config.labels[RuntimeLabels.containerName] = container.name
    config.annotations = annotations(of: container, in: pod, attempt: ground.attempt)
    // Under the sandbox's log directory.
    config.logPath = "\(container.name)/\(ground.attempt).log"
    config.stdin = container.stdin ?? false
    config.stdinOnce = container.stdinOnce ?? false
    config.tty = container.tty ?? false
    config.linux = .with {
      $0.resources = ContainerLimits.resources(
        of: container, in: pod, memoryCapacity: ground.memoryCapacity,
        isUnified: ground.isUnifiedCgroup)
      $0.securityContext = SecurityConfiguration.container(
        container, in: pod, targetID: ground.targetID)
    }
    if let signal = container.lifecycle?.stopSignal { config.stopSignal = stopSignal(signal) }
    return config
  }

  private static func annotations(
    of container: Container, in pod: Pod, attempt: Int
  ) -> [String: String] {
    var annotations = [
      RuntimeLabels.containerHash: hash(of: container),
      RuntimeLabels.restartCount: String(attempt),
      RuntimeLabels.terminationMessagePath: ContainerMounts.terminationMessagePath(of: container),
      RuntimeLabels.terminationMessagePolicy: container.terminationMessagePolicy ?? "File",
    ]
    if let grace = pod.spec.terminationGracePeriodSeconds {
      annotations[RuntimeLabels.podGracePeriod] = String(grace)
    }
    return annotations
  }

  /// Changes when a running container no longer is what its pod asks for: only the image of a
  /// container may change. FNV-1a, 32 bits.
  package static func hash(of container: Container) -> String {
    var hash: UInt32 = 2_166_136_261
    for byte in "\(container.name)\n\(container.image ?? "")".utf8 {
      hash = (hash ^ UInt32(byte)) &* 16_777_619
    }
    return String(hash, radix: 16)
  }

  /// `SIGUSR1` → the interface's number for it, which are in order of names.
  private static func stopSignal(_ name: String) -> CRISignal {
    signalNames.firstIndex(of: name).flatMap { CRISignal(rawValue: $0 + 1) } ?? .runtimeDefault
  }

  private static let signalNames = [
    "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL",
    "SIGINT", "SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT",
    "SIGSEGV", "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN",
    "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ",
  ]

  /// The name of a signal as the API has it; `nil` for the runtime's default.
  package static func signalName(_ signal: CRISignal) -> String? {
    signal.rawValue > 0 && signal.rawValue <= signalNames.count
      ? signalNames[signal.rawValue - 1] : nil
  }
}
