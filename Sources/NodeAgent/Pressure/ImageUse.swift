import ContainerRuntimeInterface
import Resources

/// Which images something on the node needs. Pure.
enum ImageUse {
  /// - Parameters:
  ///   - containers: of the runtime, those that have ended too: they could not be looked into without
  ///     their image.
  ///   - pods: that have not ended: one whose container is about to start has none yet.
  static func collectable(
    _ images: [CRIImage], containers: [CRIContainer], pods: [Pod]
  ) -> [CollectableImage] {
    var used: Set<String> = [PauseImage.reference]
    for container in containers {
      used.formUnion([container.imageRef, container.imageID, container.image.image])
    }
    for pod in pods {
      let volumes = pod.spec.volumes.compactMap { $0.image?.reference }
      for name in pod.allContainers.compactMap(\.container.image) + volumes {
        if let name = ImageReference.fullName(name) { used.insert(name) }
      }
    }
    return images.map { image in
      CollectableImage(
        id: image.id, byteCount: Int(clamping: image.size), isPinned: image.pinned,
        // The runtime names a digest of what it pulled; an archive gives no more than a tag.
        hasSource: !image.repoDigests.isEmpty,
        isUsed: !used.isDisjoint(with: [image.id] + image.repoTags + image.repoDigests))
    }
  }
}

extension ImageReference {
  /// With registry, and with tag or digest: `docker.io/library/busybox:latest`. A tag before a
  /// digest says nothing more and is left out.
  /// - Returns: `nil` for what no image can be called.
  static func fullName(_ text: String) -> String? {
    guard let reference = ImageReference(text) else { return nil }
    let name = "\(reference.registry)/\(reference.repository)"
    if let digest = text.firstIndex(of: "@") { return name + text[digest...] }
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") {
      return name + text[colon...]
    }
    return "\(name):latest"
  }
}
