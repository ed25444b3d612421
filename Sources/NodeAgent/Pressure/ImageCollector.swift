import ContainerRuntimeInterface
import Foundations
import Logging
import Resources

/// Removes what only takes room on a node's disk: images that nothing uses, and what pods that have
/// ended left behind.
struct ImageCollector {
  let services: NodeServices
  let workers: PodWorkers
  let logger: Logger
  private let policy: ImageCollectionPolicy
  private var collection: ImageCollection

  init(
    services: NodeServices, workers: PodWorkers, policy: ImageCollectionPolicy, logger: Logger
  ) {
    self.services = services
    self.workers = workers
    self.logger = logger
    self.policy = policy
    collection = ImageCollection(policy: policy)
  }

  /// The regular look: notes which images are used, and makes room where the disk is fuller than it
  /// may be.
  /// - Parameter reading: of the file system of images; `nil` where it is not known.
  mutating func look(_ reading: SignalReadings.Reading?) async throws {
    let images = try await observe()
    guard let reading, let excess = collection.excess(reading) else { return }
    let freed = await remove(from: images, freeing: excess)
    guard freed < excess else { return }
    let kept = images.filter { !$0.hasSource && !$0.isUsed && !$0.isPinned }
    var message =
      "Failed to garbage collect required amount of images. Attempted to free \(excess) bytes, "
      + "but only found \(freed) bytes eligible to free."
    if !kept.isEmpty {
      let size = Quantity(kept.reduce(0) { $0 + $1.byteCount } & ~1023, format: .binarySI)
      message +=
        " \(kept.count) unused images (\(size)) were imported and are kept, since no registry has "
        + "them: remove what is not needed with crictl rmi."
    }
    services.tellOfNode(.warning, "FreeDiskSpaceFailed", message)
  }

  /// Makes all the room there is.
  mutating func removeEverythingUnused() async throws {
    _ = await remove(from: try await observe(), freeing: nil)
  }

  private mutating func observe() async throws -> [CollectableImage] {
    let images = ImageUse.collectable(
      try await services.images.images(),
      containers: try await services.runtime.containers(matching: nil),
      pods: services.pods.all.map(\.pod).filter { !$0.isFinished })
    collection.observe(images, now: services.now())
    return images
  }

  private func remove(from images: [CollectableImage], freeing bytes: Int?) async -> Int {
    var freed = 0
    for image in collection.choice(of: images, freeing: bytes, now: services.now()) {
      do {
        try await services.images.removeImage(image.id)
        freed += image.byteCount
        logger.info("an unused image was removed to make room: \(image.id)")
      } catch {
        logger.warning(
          "an unused image could not be removed: \(error)", metadata: ["image": "\(image.id)"])
      }
    }
    return freed
  }

  /// Removes the containers of pods that have ended, with their logs. Their statuses stay.
  func removeEnded() async {
    for entry in services.pods.all where entry.pod.isFinished {
      for run in entry.runtime.containers where run.hasEnded {
        do {
          try await services.runtime.removeContainer(run.id)
          if !run.logPath.isEmpty { try FileTree.remove(run.logPath) }
        } catch {
          logger.warning(
            "what pod \(entry.pod.metadata.key) left could not be removed: \(error)")
        }
        workers.runtimeChanged(run.id.rawValue)
      }
    }
  }
}
