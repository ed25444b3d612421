import CLinux
package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Gives a volume to the group that a pod's containers have in common. Blocks on disk.
/// Source: core/v1 PodSecurityContext, `fsGroup` and `fsGroupChangePolicy`.
package struct VolumeOwnership: Sendable {
  package let groupID: UInt32
  /// Leaves a volume alone whose top directory is right already.
  package let isSkippedWhereRootMatches: Bool

  package init(groupID: UInt32, isSkippedWhereRootMatches: Bool = false) {
    self.groupID = groupID
    self.isSkippedWhereRootMatches = isSkippedWhereRootMatches
  }

  /// Each level holds a descriptor, and any container may have made the tree.
  private static let depthMax = 256
  private static let fileBits: mode_t = 0o660
  private static let directoryBits: mode_t = 0o2770

  /// Links are left alone: what they name may be outside.
  package func apply(to path: String) throws(FileError) {
    let root = open(path, Int32(martlet_open_path) | O_CLOEXEC)
    guard root >= 0 else { throw FileError("open", path, errno) }
    defer { close(root) }
    if isSkippedWhereRootMatches {
      let status = try self.status(of: root, path)
      let isRight = status.st_mode & Self.directoryBits == Self.directoryBits
      if status.st_gid == groupID && isRight { return }
    }
    try apply(to: root, path, depth: 0)
  }

  private func apply(to descriptor: Int32, _ path: String, depth: Int) throws(FileError) {
    let status = try status(of: descriptor, path)
    let kind = status.st_mode & S_IFMT
    if kind == S_IFLNK { return }
    guard depth < Self.depthMax else { throw FileError("change all that is below", path, ELOOP) }
    // Whatever stands under the name by now: the descriptor stays with what was looked at.
    let place = "/proc/self/fd/\(descriptor)"
    guard chown(place, UInt32.max, groupID) == 0 else {
      throw FileError("change the group of", path, errno)
    }
    let isDirectory = kind == S_IFDIR
    let mode = status.st_mode & 0o7777 | (isDirectory ? Self.directoryBits : Self.fileBits)
    guard chmod(place, mode) == 0 else { throw FileError("change the mode of", path, errno) }
    guard isDirectory else { return }
    for name in try HostDirectory.names(in: place) {
      let inner = openat(descriptor, name, Int32(martlet_open_path) | O_NOFOLLOW | O_CLOEXEC)
      if inner < 0 && errno == ENOENT { continue }  // gone meanwhile
      guard inner >= 0 else { throw FileError("open", "\(path)/\(name)", errno) }
      defer { close(inner) }
      try apply(to: inner, "\(path)/\(name)", depth: depth + 1)
    }
  }

  private func status(of descriptor: Int32, _ path: String) throws(FileError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("read", path, errno) }
    return status
  }
}
