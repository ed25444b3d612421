package import Foundations
package import Resources

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Gives pods their volumes: makes them on the node, keeps them as the API has them, and takes them
/// away. Every call can be repeated.
package struct VolumeMaterializer: Sendable {
  let client: any ClusterClient
  let tokens: TokenSource
  let configuration: NodeAgentConfiguration
  let now: @Sendable () -> Timestamp

  /// A pod's volumes as they stand.
  package struct Outcome: Sendable {
    package var volumes: [String: MountedVolume] = [:]
    /// When a token among them has to be renewed.
    package var refreshAt: Timestamp?
    package init() {}
  }

  package init(
    client: any ClusterClient, tokens: TokenSource, configuration: NodeAgentConfiguration,
    now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
  ) {
    self.client = client
    self.tokens = tokens
    self.configuration = configuration
    self.now = now
  }

  /// Makes what is missing and brings up to date what the API holds.
  /// - Parameters:
  ///   - addresses: what the downward API may tell so far.
  ///   - allocatable: the node's.
  /// - Throws: `VolumeError` for the first volume that cannot be had; the others stand.
  package func prepare(
    _ pod: Pod, addresses: PodAddresses, allocatable: [String: Quantity]
  ) async throws -> Outcome {
    let volumes = pod.spec.volumes
    var outcome = Outcome()
    var sources = VolumeSources()
    sources.addresses = addresses
    sources.allocatable = allocatable
    try await gather(VolumePayload.Needs(of: volumes), for: pod, &sources, &outcome)
    let payload = VolumePayload(pod: pod, sources: sources)
    // Images are mounted when a container that wants them starts: they are pulled like its own.
    for volume in volumes where volume.image == nil {
      do {
        if let files = try payload.files(of: volume) {
          outcome.volumes[volume.name] = try show(files, volume, pod)
        } else {
          outcome.volumes[volume.name] = try await prepare(volume, pod)
        }
      } catch let error as FileError {
        throw VolumeError(volume.name, error.description)
      }
    }
    return outcome
  }

  /// What a change of must lead to another `prepare`.
  package static func references(of pod: Pod) -> Set<ReferencedObjects.Reference> {
    let needs = VolumePayload.Needs(of: pod.spec.volumes)
    let namespace = pod.metadata.namespace ?? ""
    let configMaps = needs.configMaps.map {
      ReferencedObjects.Reference(.configMaps, ObjectKey(namespace: namespace, name: $0))
    }
    let secrets = needs.secrets.map {
      ReferencedObjects.Reference(.secrets, ObjectKey(namespace: namespace, name: $0))
    }
    return Set(configMaps + secrets)
  }

  /// Unmounts and removes everything of a pod. What a hostPath or a persistent volume shows stays.
  /// - Throws: `FileError` where something is still in use; nothing that is mounted is touched.
  package func tearDown(_ paths: PodPaths, podUID: String) throws(FileError) {
    tokens.forget(podUID: podUID)
    try MountTable.unmountAll(below: paths.root)
    // Never remove through a mount: it may show somebody else's files.
    if let mounted = try MountTable.mountPoints(below: paths.root).first {
      throw FileError("unmount", mounted, EBUSY)
    }
    try FileTree.remove(paths.root)
  }
}
