import ContainerRuntimeInterface
import Resources
import SwiftProtobuf

/// Measures what a pod's files take on the node's disk.
struct PodStorage {
  enum Unit { case bytes, inodes }

  let configuration: NodeAgentConfiguration
  var unit = Unit.bytes

  /// Walks the pod's directories: blocks on disk.
  /// - Parameter statistics: the runtime's, of this pod's containers.
  func use(of entry: NodePods.Entry, _ statistics: [CRIContainerStats]) -> StorageUse {
    let pod = entry.pod
    var use = StorageUse()
    let paths = PodPaths(pod: pod, configuration: configuration)
    for volume in pod.spec.volumes {
      guard let source = volume.emptyDir, (source.medium ?? "").isEmpty else { continue }
      use.emptyDirectories[volume.name] = count(
        below: paths.volume(kind: VolumeMaterializer.kind(of: volume), name: volume.name))
    }
    for container in statistics {
      let layer = container.writableLayer
      use.written[container.attributes.metadata.name, default: 0] += Int(
        clamping: unit == .bytes ? layer.usedBytes.value : layer.inodesUsed.value)
    }
    for container in pod.allContainers {
      use.logs[container.name] = count(below: "\(entry.logDirectory)/\(container.name)")
    }
    return use
  }

  private func count(below path: String) -> Int {
    switch unit {
    case .bytes: FileTree.byteCount(below: path)
    case .inodes: FileTree.inodeCount(below: path)
    }
  }
}
