import Foundations
import Resources

/// A pod's volumes that show what is in an image. They are made when the first container that mounts
/// them starts, and stay to the pod's end.
/// Source: Kubernetes documentation, "Use an Image Volume With a Pod".
struct ImageVolumes {
  let services: NodeServices
  let pod: Pod

  /// Those that a container mounts, ready on the node.
  /// - Throws: `ContainerSetupError` with the reason that the container's waiting state shows.
  func prepare(for container: PodContainer) async throws -> [String: MountedVolume] {
    let names = Set(container.container.volumeMounts.map(\.name))
    var ready: [String: MountedVolume] = [:]
    for volume in pod.spec.volumes where names.contains(volume.name) {
      guard let source = volume.image else { continue }
      ready[volume.name] = try await prepare(source, volume.name, container)
    }
    return ready
  }

  private func prepare(
    _ source: ImageVolumeSource, _ name: String, _ container: PodContainer
  ) async throws -> MountedVolume {
    guard let mounter = services.imageMounter else {
      throw ContainerSetupError.creation(
        "volume \"\(name)\" is an image, and this node's container runtime is not its own to mount it"
      )
    }
    let path = path(of: name)
    let image = try await ImagePuller(services: services)
      .prepare(source.reference ?? "", policy: source.pullPolicy, for: container, of: pod)
    do {
      try await mounter.mount(image.id, at: path)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw ContainerSetupError.creation(
        "volume \"\(name)\": image \"\(source.reference ?? "")\" could not be mounted: \(error)")
    }
    return MountedVolume(hostPath: path, isReadOnly: true)
  }

  /// Once nothing of the pod runs any more. Can be repeated.
  func release() async throws {
    for volume in pod.spec.volumes where volume.image != nil {
      try await services.imageMounter?.release(path(of: volume.name))
    }
  }

  private func path(of volume: String) -> String {
    PodPaths(pod: pod, configuration: services.configuration).volume(kind: "image", name: volume)
  }
}
