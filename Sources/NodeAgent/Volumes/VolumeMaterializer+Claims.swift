import Foundations
import Resources

extension VolumeMaterializer {
  /// The volume of a claim, where it is a directory of this node.
  func claimed(
    _ claimName: String, isReadOnly: Bool, _ volume: String, _ pod: Pod
  ) async throws -> MountedVolume {
    let claim = try await claim(claimName, volume, pod)
    guard claim.status.phase == "Bound", !claim.volumeName.isEmpty else {
      throw VolumeError(volume, "persistentvolumeclaim \"\(claimName)\" is not bound to a volume")
    }
    let name = claim.volumeName
    let bound = PersistentVolume(
      try await client.get(.persistentVolumes, namespace: nil, name: name))
    guard bound.spec.claimRef?.uid == claim.metadata.uid else {
      throw VolumeError(
        volume,
        "persistent volume \"\(name)\" is bound to another claim than \"\(claimName)\"")
    }
    if bound.isBlock {
      throw VolumeError(
        volume, "persistent volume \"\(name)\" is a block device, and those are not supported yet")
    }
    let path = try ready(bound, isReadOnly: isReadOnly, volume, pod)
    try DurableFile.makeDirectory(mark(volume, pod), mode: 0o750)
    return MountedVolume(hostPath: path, isReadOnly: isReadOnly)
  }

  /// - Returns: the volume's path on this node.
  private func ready(_ bound: PersistentVolume, isReadOnly: Bool, _ volume: String, _ pod: Pod)
    throws -> String
  {
    let name = bound.metadata.name ?? ""
    if let source = bound.spec.hostPath {
      try HostPathCheck.prepare(source, volume: volume)
      return source.path
    }
    guard let source = bound.spec.local else {
      throw VolumeError(
        volume, "persistent volume \"\(name)\" is neither of kind hostPath nor of kind local")
    }
    guard FileTree.isDirectory(source.path) else {
      throw VolumeError(
        volume,
        "local volume \"\(name)\": \(source.path) is no directory of this node: make it, or mount "
          + "there what it should show")
    }
    // Once for each pod: a large volume takes its time.
    if let group = groupID(of: pod), !isReadOnly, !stands(volume, pod) {
      let policy = pod.spec.securityContext?.fsGroupChangePolicy
      try VolumeOwnership(
        groupID: group, isSkippedWhereRootMatches: policy == "OnRootMismatch"
      ).apply(to: source.path)
    }
    return source.path
  }

  private func claim(_ name: String, _ volume: String, _ pod: Pod) async throws
    -> PersistentVolumeClaim
  {
    let claim: PersistentVolumeClaim
    do {
      claim = PersistentVolumeClaim(
        try await client.get(
          .persistentVolumeClaims, namespace: pod.metadata.namespace, name: name))
    } catch let error as APIError where error.code == 404 {
      throw VolumeError(volume, "persistentvolumeclaim \"\(name)\" not found")
    }
    if claim.metadata.isTerminating && !stands(volume, pod) {
      throw VolumeError(volume, "persistentvolumeclaim \"\(name)\" is being deleted")
    }
    return claim
  }

  /// Whether the pod has had its volume before: it then keeps it, whatever becomes of the claim.
  private func stands(_ volume: String, _ pod: Pod) -> Bool {
    FileTree.isDirectory(mark(volume, pod))
  }

  /// Empty, and gone with the pod's directory.
  private func mark(_ volume: String, _ pod: Pod) -> String {
    PodPaths(pod: pod, configuration: configuration).volume(kind: "persistent", name: volume)
  }
}
