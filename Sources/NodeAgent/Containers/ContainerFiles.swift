import ContainerRuntimeInterface
import Foundations
import Resources

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The files on the node that a container is given: parts of volumes, `/etc/hosts`, the file for
/// its last words. Blocks on disk.
struct ContainerFiles {
  let services: NodeServices
  let pod: Pod
  let addresses: PodAddresses
  let volumes: [String: MountedVolume]

  private var paths: PodPaths { PodPaths(pod: pod, configuration: services.configuration) }

  /// - Throws: `ContainerSetupError`.
  func mounts(
    for container: Container, restartCount: Int, environment: ContainerEnvironment
  ) throws -> [CRIMount] {
    do {
      let sources = try container.volumeMounts.enumerated().map { position, mount in
        try source(of: mount, position, container, environment)
      }
      let message = paths.terminationMessage(container: container.name, attempt: restartCount)
      try makeFile(message, mode: 0o666)
      try DurableFile.makeDirectory("\(paths.logs)/\(container.name)", mode: 0o755)
      return ContainerMounts.mounts(
        of: container, sources: sources, hostTable: try hostTable(), terminationMessage: message)
    } catch let error as FileError {
      throw ContainerSetupError.configuration(error.description)
    }
  }

  private func source(
    of mount: VolumeMount, _ position: Int, _ container: Container,
    _ environment: ContainerEnvironment
  ) throws -> MountedVolume {
    guard var volume = volumes[mount.name] else {
      throw ContainerSetupError.configuration(
        "cannot find volume \"\(mount.name)\" to mount into container \"\(container.name)\"")
    }
    if volume.isDevice {
      throw ContainerSetupError.configuration(
        "volume \"\(mount.name)\" has volumeMode Block, but is specified in volumeMounts of "
          + "container \"\(container.name)\"")
    }
    if let part = try ContainerMounts.subPath(of: mount, environment: environment) {
      let place = paths.subPath(
        volume: mount.name, container: container.name, position: position)
      do {
        try SubPathBinding.bind(volume.hostPath, part, at: place)
      } catch {
        throw ContainerSetupError.configuration(
          "failed to prepare subPath for volumeMount \"\(mount.name)\" of container "
            + "\"\(container.name)\": \(error)")
      }
      volume.hostPath = place
    } else if access(volume.hostPath, F_OK) != 0 {
      // A hostPath without a type is made when it is needed, as upstream does.
      try DurableFile.makeDirectory(volume.hostPath, mode: 0o755)
    }
    return volume
  }

  private func hostTable() throws -> String {
    let host =
      pod.spec.hostNetwork == true
      ? try DurableFile.read(services.configuration.hostTablePath) ?? [] : []
    let text = HostTable.text(
      for: pod, podIPs: addresses.podIPs,
      hostname: PodHostname(of: pod, clusterDomain: services.configuration.clusterDomain),
      hostTable: String(decoding: host, as: UTF8.self))
    // Written in place: containers that run have this very file mounted.
    try makeFile(paths.hostTable, mode: 0o644, content: Array(text.utf8))
    return paths.hostTable
  }

  private func makeFile(
    _ path: String, mode: UInt32, content: [UInt8] = []
  ) throws(FileError) {
    let directory = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    try DurableFile.makeDirectory(String(directory), mode: 0o755)
    try FileTree.write(content, to: path, mode: mode)
  }
}
