package import Foundations
package import Resources

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A pod's own empty directory, on disk or in memory. Blocks on disk.
package enum EmptyDirectory {
  /// What keeps it. Source: Kubernetes documentation, "Volumes", "emptyDir".
  package enum Medium: Equatable, Sendable {
    case disk
    /// - Parameter sizeMax: in bytes; `nil` for the kernel's half of the memory.
    case memory(sizeMax: Int?)
    /// - Parameter pageSize: as mount options have it; `nil` for the only one in use.
    case hugePages(pageSize: String?)
  }

  /// The medium, with memory no larger than what the pod's containers may use together.
  package static func medium(of source: EmptyDirVolumeSource, in pod: Pod) -> Medium {
    switch source.medium ?? "" {
    case "Memory":
      let limits = pod.allContainers.map { $0.container.resources?.limits["memory"]?.roundedUp }
      let together = limits.contains(nil) ? nil : limits.compactMap(\.self).reduce(0, +)
      let own = source.sizeLimit.flatMap { $0.isZero ? nil : $0.roundedUp }
      return .memory(sizeMax: [own, together].compactMap(\.self).min())
    case "HugePages": return .hugePages(pageSize: nil)
    case let name where name.hasPrefix("HugePages-"):
      return .hugePages(pageSize: String(name.dropFirst("HugePages-".count)))
    default: return .disk
    }
  }

  /// Makes it, or finds it made.
  /// - Parameter groupID: gets the directory, and whatever is made in it.
  package static func prepare(
    _ path: String, medium: Medium, groupID: UInt32?
  ) throws(FileError) {
    try DurableFile.makeDirectory(path, mode: 0o777)
    if try MountTable.mountPoints(below: path).contains(path) { return }
    switch medium {
    case .disk: break
    case .memory(let sizeMax):
      try mount("tmpfs", at: path, options: sizeMax.map { "size=\($0)" } ?? "")
    case .hugePages(let pageSize):
      try mount("hugetlbfs", at: path, options: pageSize.map { "pagesize=\($0)" } ?? "")
    }
    var mode: UInt32 = 0o777
    // The kernel makes a directory in memory such that users cannot remove each other's files; what
    // is made below takes after it.
    if case .memory = medium { mode |= 0o1000 }
    if let groupID {
      guard chown(path, UInt32.max, groupID) == 0 else {
        throw FileError("change the owner of", path, errno)
      }
      mode |= 0o2000
    }
    guard chmod(path, mode) == 0 else { throw FileError("change the mode of", path, errno) }
  }

  private static func mount(
    _ type: String, at path: String, options: String
  ) throws(FileError) {
    guard Glibc.mount(type, path, type, 0, options) == 0 else {
      throw FileError("mount \(type) at", path, errno)
    }
  }
}
