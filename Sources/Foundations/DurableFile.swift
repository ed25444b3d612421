#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

private let systemRead = read
private let systemWrite = write

/// Small files that are found whole or not at all, also after a crash or a power cut.
package enum DurableFile {
  /// Most bytes of a file that is a key or settings, and no data.
  package static let usualByteCountMax = 16 << 20

  /// The whole file, or `nil` where there is none. Blocks on disk.
  /// - Parameter byteCountMax: larger ones are refused with EFBIG.
  package static func read(_ path: String, byteCountMax: Int = usualByteCountMax)
    throws(FileError) -> [UInt8]?
  {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError("read", path, errno)
    }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = systemRead(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("read", path, errno) }
      guard count > 0 else { return content }
      content += chunk.prefix(count)
      guard content.count <= byteCountMax else { throw FileError("read", path, EFBIG) }
    }
  }

  /// Replaces the file in one step: other processes see the old content or the new. Waits until
  /// the new one would survive a power cut.
  /// - Parameter mode: the file's permission bits, whatever the process's umask: `0o600` for keys.
  package static func write(
    _ content: some Sequence<UInt8>, to path: String, mode: UInt32
  ) throws(FileError) {
    let temporary = "\(path).\(getpid()).tmp"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    guard descriptor >= 0 else { throw FileError("write", path, errno) }
    var problem = fill(descriptor, with: Array(content), mode: mode)
    // Data that only fails to reach the disk on close would be lost otherwise.
    if close(descriptor) != 0, problem == nil { problem = errno }
    if problem == nil, rename(temporary, path) != 0 { problem = errno }
    if let problem {
      unlink(temporary)
      throw FileError("write", path, problem)
    }
    try flushDirectory(of: path)
  }

  /// Makes a directory and those above it; one that exists keeps its permissions.
  package static func makeDirectory(_ path: String, mode: UInt32) throws(FileError) {
    if mkdir(path, mode_t(mode)) == 0 || errno == EEXIST { return }
    let parent = directory(of: path)
    guard errno == ENOENT, parent != path else { throw FileError("make directory", path, errno) }
    try makeDirectory(parent, mode: 0o755)
    guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
      throw FileError("make directory", path, errno)
    }
  }

  /// The error number of the first step that failed.
  private static func fill(_ descriptor: Int32, with content: [UInt8], mode: UInt32) -> Int32? {
    guard fchmod(descriptor, mode_t(mode)) == 0 else { return errno }
    var written = 0
    while written < content.count {
      let count = content[written...].withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return errno }
      written += count
    }
    return fsync(descriptor) == 0 ? nil : errno
  }

  /// A rename is on disk only when its directory is.
  private static func flushDirectory(of path: String) throws(FileError) {
    let parent = directory(of: path)
    let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("write", path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError("write", path, errno) }
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
