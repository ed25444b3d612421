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
    let path = try await ready(bound, isReadOnly: isReadOnly, volume, pod)
    try DurableFile.makeDirectory(mark(volume, pod), mode: 0o750)
    return MountedVolume(hostPath: path, isReadOnly: isReadOnly, isDevice: bound.isBlock)
  }

  /// - Returns: the volume's path on this node.
  private func ready(_ bound: PersistentVolume, isReadOnly: Bool, _ volume: String, _ pod: Pod)
    async throws -> String
  {
    let name = bound.metadata.name ?? ""
    if bound.isBlock {
      return try device(bound.spec.local?.path ?? bound.spec.hostPath?.path, name, volume)
    }
    if let source = bound.spec.hostPath {
      try HostPathCheck.prepare(source, volume: volume)
      return source.path
    }
    guard let source = bound.spec.local else {
      throw VolumeError(
        volume, "persistent volume \"\(name)\" is neither of kind hostPath nor of kind local")
    }
    let hadItBefore = stands(volume, pod)
    let path = try await fileSystem(source, bound, isReadOnly: isReadOnly, volume, pod)
    // Once for each pod: a large volume takes its time.
    if let group = groupID(of: pod), !isReadOnly, !hadItBefore {
      let policy = pod.spec.securityContext?.fsGroupChangePolicy
      try VolumeOwnership(
        groupID: group, isSkippedWhereRootMatches: policy == "OnRootMismatch"
      ).apply(to: path)
    }
    return path
  }

  /// Where the files of a local volume are: its directory, or where its device is mounted for the pod.
  private func fileSystem(
    _ source: LocalVolumeSource, _ bound: PersistentVolume, isReadOnly: Bool, _ volume: String,
    _ pod: Pod
  ) async throws -> String {
    if FileTree.leadsToDirectory(source.path) { return source.path }
    let name = bound.metadata.name ?? ""
    guard FileTree.leadsToBlockDevice(source.path) else {
      throw VolumeError(
        volume,
        "local volume \"\(name)\": \(source.path) is no directory of this node: make it, or mount "
          + "there what it should show")
    }
    let path = PodPaths(pod: pod, configuration: configuration)
      .volume(kind: "device", name: volume)
    do {
      try await DeviceFileSystem(
        device: source.path, kind: source.fsType, options: bound.spec.mountOptions,
        isReadOnly: isReadOnly
      ).mount(at: path)
    } catch let error as DeviceFileSystemError {
      throw VolumeError(volume, "local volume \"\(name)\": \(error)")
    }
    return path
  }

  private func device(_ path: String?, _ name: String, _ volume: String) throws(VolumeError)
    -> String
  {
    guard let path, FileTree.leadsToBlockDevice(path) else {
      throw VolumeError(
        volume, "persistent volume \"\(name)\": \(path ?? "it") is no block device of this node")
    }
    return path
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
