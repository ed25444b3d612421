package import ContainerRuntimeInterface
package import Resources
import SwiftProtobuf

/// Pods' and containers' security contexts in the runtime's words. A container's own word goes
/// before its pod's.
package enum SecurityConfiguration {
  /// - Parameter targetID: the container whose processes this one shall see.
  package static func container(
    _ container: Container, in pod: Pod, targetID: String? = nil
  ) -> CRILinuxContainerSecurityContext {
    let own = container.securityContext ?? SecurityContext()
    let shared = pod.spec.securityContext ?? PodSecurityContext()
    var security = CRILinuxContainerSecurityContext()
    security.privileged = own.privileged ?? false
    security.readonlyRootfs = own.readOnlyRootFilesystem ?? false
    security.noNewPrivs = own.allowPrivilegeEscalation == false
    if let user = own.runAsUser ?? shared.runAsUser {
      security.runAsUser = .with { $0.value = Int64(user) }
    }
    if let group = own.runAsGroup ?? shared.runAsGroup {
      security.runAsGroup = .with { $0.value = Int64(group) }
    }
    security.supplementalGroups = groups(of: shared)
    if shared.supplementalGroupsPolicy == "Strict" { security.supplementalGroupsPolicy = .strict }
    security.capabilities = .with {
      $0.addCapabilities = own.capabilities?.add ?? []
      $0.dropCapabilities = own.capabilities?.drop ?? []
    }
    security.namespaceOptions = namespaces(of: pod, targetID: targetID)
    if own.procMount != "Unmasked" {
      security.maskedPaths = maskedPaths
      security.readonlyPaths = readonlyPaths
    }
    security.seccomp = profile(
      own.seccompProfile?.document ?? shared.seccompProfile?.document, default: .unconfined)
    if security.privileged { security.seccomp = .with { $0.profileType = .unconfined } }
    if let armor = own.appArmorProfile?.document ?? shared.appArmorProfile?.document {
      security.apparmor = profile(armor, default: .runtimeDefault)
    }
    if let label = own.seLinuxOptions ?? shared.seLinuxOptions {
      security.selinuxOptions = selinux(label)
    }
    return security
  }

  package static func sandbox(of pod: Pod) -> CRILinuxSandboxSecurityContext {
    let shared = pod.spec.securityContext ?? PodSecurityContext()
    var security = CRILinuxSandboxSecurityContext()
    security.privileged = pod.allContainers.contains {
      $0.container.securityContext?.privileged == true
    }
    if let user = shared.runAsUser { security.runAsUser = .with { $0.value = Int64(user) } }
    // The runtime takes a group only together with a user.
    if shared.runAsUser != nil, let group = shared.runAsGroup {
      security.runAsGroup = .with { $0.value = Int64(group) }
    }
    security.supplementalGroups = groups(of: shared)
    security.namespaceOptions = namespaces(of: pod, targetID: nil)
    security.seccomp = .with { $0.profileType = .runtimeDefault }
    if let label = shared.seLinuxOptions { security.selinuxOptions = selinux(label) }
    return security
  }

  private static func groups(of shared: PodSecurityContext) -> [Int64] {
    (shared.supplementalGroups + [shared.fsGroup].compactMap(\.self)).map(Int64.init)
  }

  package static func namespaces(of pod: Pod, targetID: String?) -> CRINamespaceOption {
    var options = CRINamespaceOption()
    options.network = pod.spec.hostNetwork == true ? .node : .pod
    options.ipc = pod.spec.hostIPC == true ? .node : .pod
    if pod.spec.hostPID == true {
      options.pid = .node
    } else if let targetID {
      options.pid = .target
      options.targetID = targetID
    } else {
      options.pid = pod.spec.shareProcessNamespace == true ? .pod : .container
    }
    return options
  }

  /// - Parameter document: a SeccompProfile or an AppArmorProfile, which are alike.
  private static func profile(
    _ document: Document?, default fallback: CRISecurityProfile.ProfileType
  ) -> CRISecurityProfile {
    CRISecurityProfile.with {
      switch document?["type"]?.string {
      case "RuntimeDefault": $0.profileType = .runtimeDefault
      case "Unconfined": $0.profileType = .unconfined
      case "Localhost":
        $0.profileType = .localhost
        $0.localhostRef = document?["localhostProfile"]?.string ?? ""
      default: $0.profileType = fallback
      }
    }
  }

  private static func selinux(_ options: SELinuxOptions) -> CRISELinuxOption {
    CRISELinuxOption.with {
      $0.user = options.user ?? ""
      $0.role = options.role ?? ""
      $0.type = options.type ?? ""
      $0.level = options.level ?? ""
    }
  }

  /// What every container but those with procMount Unmasked must not see.
  /// Source: the defaults of Docker and containerd.
  private static let maskedPaths = [
    "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys",
    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
    "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
  ]
  private static let readonlyPaths = [
    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
  ]
}

extension SecurityConfiguration {
  /// Refuses to run as root what shall not.
  /// - Parameters:
  ///   - imageUser: the image's user number; `nil` where the image names a user or says nothing.
  ///   - imageUserName: the image's user name; empty where it has a number.
  /// - Throws: `CreateContainerConfigError`, worded as upstream words it.
  package static func verifyNotRoot(
    _ container: Container, in pod: Pod, imageUser: Int?, imageUserName: String
  ) throws(ContainerSetupError) {
    let own = container.securityContext
    let shared = pod.spec.securityContext
    guard own?.runAsNonRoot ?? shared?.runAsNonRoot ?? false else { return }
    let place =
      "(pod: \"\(pod.metadata.name ?? "")_\(pod.metadata.namespace ?? "")"
      + "(\(pod.metadata.uid ?? ""))\", container: \(container.name))"
    if let user = own?.runAsUser ?? shared?.runAsUser {
      guard user == 0 else { return }
      throw .configuration(
        "container's runAsUser breaks non-root policy \(place)")
    }
    if let imageUser {
      guard imageUser == 0 else { return }
      throw .configuration(
        "container has runAsNonRoot and image will run as root \(place)")
    }
    if !imageUserName.isEmpty {
      throw .configuration(
        "container has runAsNonRoot and image has non-numeric user (\(imageUserName)), "
          + "cannot verify user is non-root \(place)")
    }
    throw .configuration("container has runAsNonRoot and image will run as root \(place)")
  }
}
