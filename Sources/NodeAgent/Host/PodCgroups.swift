package import Resources

/// Where pods' groups are: `ROOT/kubepods[/burstable|/besteffort]/podUID/CONTAINER-ID`. The runtime
/// makes the last of these, we the others.
package struct PodCgroups: Equatable, Sendable {
  /// Below every hierarchy: `/martlet`. Another node on the same host needs another one.
  package let root: String

  package init(root: String) {
    precondition(root.hasPrefix("/") && root.count > 1, "a cgroup root of our own is needed")
    self.root = root
  }

  /// All pods together.
  package var all: String { "\(root)/kubepods" }

  package func parent(of quality: QualityOfService) -> String {
    switch quality {
    case .guaranteed: all
    case .burstable: "\(all)/burstable"
    case .bestEffort: "\(all)/besteffort"
    }
  }

  /// What goes into `CRILinuxPodSandboxConfig.cgroupParent`.
  package func pod(uid: String, quality: QualityOfService) -> String {
    "\(parent(of: quality))/pod\(uid)"
  }

  package func container(
    _ container: ContainerID, podUID: String, quality: QualityOfService
  ) -> String {
    "\(pod(uid: podUID, quality: quality))/\(container)"
  }
}
