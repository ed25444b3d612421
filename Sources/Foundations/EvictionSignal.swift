/// What a node can run short of, by the kubelet's names. Listed in the order in which a node that is
/// short of several looks for relief.
/// Source: Kubernetes documentation, "Node-pressure Eviction", "Eviction signals".
package enum EvictionSignal: String, CaseIterable, Hashable, Sendable {
  case memoryAvailable = "memory.available"
  /// Of the file system that holds pods' volumes and logs.
  case nodefsAvailable = "nodefs.available"
  case nodefsInodesFree = "nodefs.inodesFree"
  /// Of the file system that holds images and what containers write.
  case imagefsAvailable = "imagefs.available"
  case imagefsInodesFree = "imagefs.inodesFree"
  case pidAvailable = "pid.available"

  /// As messages about pods name what is short.
  package var resource: String {
    switch self {
    case .memoryAvailable: "memory"
    case .nodefsAvailable, .imagefsAvailable: "ephemeral-storage"
    case .nodefsInodesFree, .imagefsInodesFree: "inodes"
    case .pidAvailable: "pids"
    }
  }
}
