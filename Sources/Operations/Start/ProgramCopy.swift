import Foundations
import Settings

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Puts this very program where the service runs it from, so that neither a rebuild nor a moved
/// checkout pulls it away under a running server.
struct ProgramCopy {
  let installation: Installation

  /// - Parameter source: the program to copy; a link is followed.
  /// - Returns: whether anything changed.
  func install(from source: String = "/proc/self/exe") throws -> Bool {
    var changed = try linkIsMissing() && makeLink()
    if try !isSame(source, installation.program) {
      try copy(source, to: installation.program)
      changed = true
    }
    return changed
  }

  /// Somebody else's program of that name stays.
  private func linkIsMissing() -> Bool {
    var status = stat()
    return lstat(installation.link, &status) != 0 && errno == ENOENT
  }

  private func makeLink() throws -> Bool {
    guard symlink(installation.program, installation.link) == 0 else {
      // A system without /usr/local/bin has nowhere to put it, and nothing depends on it.
      return false
    }
    return true
  }

  private func isSame(_ one: String, _ other: String) throws -> Bool {
    var first = stat()
    var second = stat()
    guard stat(one, &first) == 0 else { throw FileError("read", one, errno) }
    guard stat(other, &second) == 0 else { return false }
    if first.st_ino == second.st_ino, first.st_dev == second.st_dev { return true }
    guard first.st_size == second.st_size else { return false }
    let left = try MappedFile(one)
    let right = try MappedFile(other)
    return memcmp(left.start, right.start, left.byteCount) == 0
  }

  private func copy(_ source: String, to path: String) throws {
    try DurableFile.makeDirectory("\(installation.settings.dataDirectory)/bin", mode: 0o755)
    let content = try MappedFile(source)
    try DurableFile.write(
      UnsafeRawBufferPointer(start: content.start, count: content.byteCount), to: path,
      mode: 0o755)
  }
}

/// A whole file in memory, by the page, for as long as this value lives.
private final class MappedFile {
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0,
      let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
      start != MAP_FAILED
    else { throw FileError("read", path, errno) }
    self.start = start
    byteCount = Int(status.st_size)
  }

  deinit { munmap(start, byteCount) }
}
