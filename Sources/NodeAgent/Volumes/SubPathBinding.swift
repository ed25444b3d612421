import CLinux
package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Binds a part of a volume to a place that the pod cannot change, so that no symbolic link made by
/// a container leads another one out of the volume. Blocks on disk.
package enum SubPathBinding {
  /// - Parameters:
  ///   - volume: the volume's path on the node.
  ///   - path: the part, relative; missing directories are made.
  ///   - place: where to bind it. What was bound there for an earlier run is let go: it may show
  ///     a file that has been replaced since.
  package static func bind(_ volume: String, _ path: String, at place: String) throws(FileError) {
    try MountTable.unmountAll(below: place)
    let root = open(volume, Int32(martlet_open_path) | O_CLOEXEC | O_DIRECTORY)
    guard root >= 0 else { throw FileError("open", volume, errno) }
    defer { close(root) }
    let part = try openOrMake(path, below: root, volume: volume)
    defer { close(part) }
    try makePlace(place, like: part)
    guard mount("/proc/self/fd/\(part)", place, nil, UInt(MS_BIND | MS_REC), nil) == 0 else {
      throw FileError("bind \(volume)/\(path) to", place, errno)
    }
  }

  /// Resolves links as long as they stay below `root`.
  private static func openOrMake(
    _ path: String, below root: Int32, volume: String
  ) throws(FileError) -> Int32 {
    var reached = ""
    for name in path.split(separator: "/") where name != "." {
      let parent = reached
      reached += reached.isEmpty ? "\(name)" : "/\(name)"
      let known = martlet_open_beneath(root, reached, Int32(martlet_open_path) | O_CLOEXEC)
      if known >= 0 {
        close(known)
        continue
      }
      guard errno == ENOENT else { throw FileError("open", "\(volume)/\(reached)", errno) }
      let directory = martlet_open_beneath(
        root, parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard directory >= 0 else { throw FileError("open", "\(volume)/\(parent)", errno) }
      defer { close(directory) }
      // As open as the volume itself: whoever may write there may write here.
      var status = stat()
      fstat(directory, &status)
      guard mkdirat(directory, String(name), 0o755) == 0 || errno == EEXIST else {
        throw FileError("make directory", "\(volume)/\(reached)", errno)
      }
      fchmodat(directory, String(name), status.st_mode & 0o7777, 0)
    }
    let part = martlet_open_beneath(
      root, reached.isEmpty ? "." : reached, Int32(martlet_open_path) | O_CLOEXEC)
    guard part >= 0 else { throw FileError("open", "\(volume)/\(path)", errno) }
    return part
  }

  /// A directory binds to a directory, all else to a file.
  private static func makePlace(_ place: String, like part: Int32) throws(FileError) {
    var status = stat()
    guard fstat(part, &status) == 0 else { throw FileError("read", place, errno) }
    if status.st_mode & S_IFMT == S_IFDIR {
      try DurableFile.makeDirectory(place, mode: 0o750)
    } else {
      let parent = place.split(separator: "/").dropLast().joined(separator: "/")
      try DurableFile.makeDirectory("/\(parent)", mode: 0o750)
      try FileTree.write([], to: place, mode: 0o640)
    }
  }
}
