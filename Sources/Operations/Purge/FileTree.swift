import Foundations
import NodeAgent

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Removal of whole directories.
enum FileTree {
  /// Removes what is at `path` and below it. Follows no link. Can be repeated.
  /// - Throws: `FileError`; before anything is removed where something is mounted below: what is
  ///   mounted there is likely to be somebody's files.
  static func remove(_ path: String) throws(FileError) {
    if let mount = try MountTable.mountPoints(below: path).first {
      throw FileError("remove what is mounted at", mount, EBUSY)
    }
    try removeContents(path)
  }

  private static func removeContents(_ path: String) throws(FileError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw FileError("remove", path, errno)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try HostDirectory.names(in: path) { try removeContents("\(path)/\(name)") }
      guard rmdir(path) == 0 || errno == ENOENT else { throw FileError("remove", path, errno) }
    } else {
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path, errno) }
    }
  }
}
