import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

private let systemWrite = write
private let systemRename = rename

/// A file that only ever grows at its end. Closed with its last copy.
struct AppendedFile: ~Copyable {
  private(set) var byteCount: Int
  private let path: String
  private let descriptor: Int32

  /// Opens a file, or makes it: for its owner's eyes only.
  init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("open", path, errno) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError("open", path, code)
    }
    byteCount = Int(facts.st_size)
  }

  deinit { close(descriptor) }

  mutating func append(_ bytes: [UInt8]) throws(FileError) {
    let descriptor = descriptor
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("write", path, errno) }
      written += count
      byteCount += count
    }
  }

  /// Gives the file another name. What is appended afterwards follows it there.
  func rename(to name: String) throws(FileError) {
    guard systemRename(path, name) == 0 else { throw FileError("rename", path, errno) }
  }
}
