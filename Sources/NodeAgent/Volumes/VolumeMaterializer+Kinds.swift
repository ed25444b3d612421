import Foundations
import Resources

extension VolumeMaterializer {
  /// Shows files of the API in a directory of the pod's.
  func show(
    _ files: [VolumeFile], _ volume: Volume, _ pod: Pod
  ) throws(FileError) -> MountedVolume {
    let path = PodPaths(pod: pod, configuration: configuration)
      .volume(kind: Self.kind(of: volume), name: volume.name)
    let group = groupID(of: pod)
    // Secrets must not reach the disk.
    if volume.secret != nil || volume.projected != nil {
      try EmptyDirectory.prepare(path, medium: .memory(sizeMax: nil), groupID: group)
    } else {
      try EmptyDirectory.prepare(path, medium: .disk, groupID: group)
    }
    try AtomicWriter(directory: path, groupID: group).write(files, at: now())
    return MountedVolume(hostPath: path, isReadOnly: true)
  }

  /// Every kind whose content is not the API's.
  func prepare(_ volume: Volume, _ pod: Pod) async throws -> MountedVolume {
    if let source = volume.emptyDir {
      let path = PodPaths(pod: pod, configuration: configuration)
        .volume(kind: Self.kind(of: volume), name: volume.name)
      try EmptyDirectory.prepare(
        path, medium: EmptyDirectory.medium(of: source, in: pod), groupID: groupID(of: pod))
      return MountedVolume(hostPath: path)
    }
    if let source = volume.hostPath {
      try HostPathCheck.prepare(source, volume: volume.name)
      return MountedVolume(hostPath: source.path)
    }
    if let source = volume.persistentVolumeClaim {
      return try await claimed(
        source.claimName, isReadOnly: source.readOnly == true, volume.name, pod)
    }
    if volume.ephemeral != nil {
      let claim = "\(pod.metadata.name ?? "")-\(volume.name)"
      return try await claimed(claim, isReadOnly: false, volume.name, pod)
    }
    let kind = volume.document.members.first { $0.name != "name" }?.name ?? "of no kind"
    throw VolumeError(volume.name, "volumes of kind \(kind) are not supported on this node")
  }

  func groupID(of pod: Pod) -> UInt32? {
    pod.spec.securityContext?.fsGroup.map { UInt32(clamping: $0) }
  }

  /// Names the directory that keeps a volume.
  static func kind(of volume: Volume) -> String {
    if volume.configMap != nil { return "configmap" }
    if volume.secret != nil { return "secret" }
    if volume.projected != nil { return "projected" }
    if volume.downwardAPI != nil { return "downward-api" }
    return "empty-dir"
  }
}
