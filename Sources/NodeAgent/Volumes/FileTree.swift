package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

private let systemWrite = Glibc.write

/// Files and directories that need not outlive a power cut. Blocks on disk.
package enum FileTree {
  /// Paths of all files below `root`, in order, links not followed.
  static func files(below root: String) throws(FileError) -> [String] {
    var found: [String] = []
    var waiting = [""]
    while let part = waiting.popLast() {
      for name in try HostDirectory.names(in: part.isEmpty ? root : "\(root)/\(part)") {
        let path = part.isEmpty ? name : "\(part)/\(name)"
        if isDirectory("\(root)/\(path)") { waiting.append(path) } else { found.append(path) }
      }
    }
    return found.sorted()
  }

  /// Whether `path` itself, links not followed, is a directory.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether `path`, links followed, is a directory.
  static func leadsToDirectory(_ path: String) -> Bool { leads(path, to: S_IFDIR) }

  static func leadsToBlockDevice(_ path: String) -> Bool { leads(path, to: S_IFBLK) }

  private static func leads(_ path: String, to kind: mode_t) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == kind
  }

  /// Makes or empties a file, whatever the process's umask.
  static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw FileError("write", path, errno) }
    defer { close(descriptor) }
    var position = 0
    while position < bytes.count {
      let count = bytes[position...].withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("write", path, errno) }
      position += count
    }
    guard fchmod(descriptor, mode) == 0 else {
      throw FileError("change the mode of", path, errno)
    }
  }

  /// Removes a file, or a directory and all in it; links are removed, not followed. Can be repeated.
  /// Whoever calls has seen to it that nothing is mounted below.
  package static func remove(_ path: String) throws(FileError) {
    if isDirectory(path) {
      for name in try HostDirectory.names(in: path) { try remove("\(path)/\(name)") }
      guard rmdir(path) == 0 || errno == ENOENT else { throw FileError("remove", path, errno) }
    } else {
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path, errno) }
    }
  }

  /// Bytes that files take below `path`, on its own file system.
  static func byteCount(below path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    var sum = Int(status.st_blocks) * 512
    guard status.st_mode & S_IFMT == S_IFDIR else { return sum }
    // What goes away meanwhile takes no room.
    guard let names = try? HostDirectory.names(in: path) else { return sum }
    for name in names { sum += byteCount(below: "\(path)/\(name)") }
    return sum
  }

  /// Files, directories and links at and below `path`: the inodes that they take, but for files with
  /// several names, which count once for each.
  static func inodeCount(below path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    guard status.st_mode & S_IFMT == S_IFDIR else { return 1 }
    // What goes away meanwhile takes none.
    guard let names = try? HostDirectory.names(in: path) else { return 1 }
    return names.reduce(1) { $0 + inodeCount(below: "\(path)/\($1)") }
  }
}
