#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct PosixError: Error, CustomStringConvertible {
  let call: String
  let code: CInt
  var description: String { "\(call): \(String(cString: strerror(code)))" }

  init(_ call: String) {
    self.call = call
    code = errno
  }
}

func processID() -> pid_t { getpid() }

func posixMode(of path: String) throws -> mode_t {
  var status = stat()
  guard stat(path, &status) == 0 else { throw PosixError("stat \(path)") }
  return status.st_mode & 0o777
}

func byteCount(of path: String) throws -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else { throw PosixError("stat \(path)") }
  return Int(status.st_size)
}

/// Overwrites part of a file, making it where it is missing.
func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw PosixError("open \(path)") }
  defer { close(descriptor) }
  guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
    throw PosixError("write \(path)")
  }
}

/// A small file system in memory, mounted for as long as the object lives. Needs the right to
/// mount, which the root of most containers lacks.
final class MemoryFileSystem {
  let path: String

  /// - Returns: `nil` where mounting is not allowed.
  init?(at path: String, megabytes: Int) {
    #if os(Linux)
      guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else { return nil }
      self.path = path
    #else
      return nil
    #endif
  }

  deinit {
    #if os(Linux)
      if umount2(path, CInt(MNT_DETACH)) != 0 { print(PosixError("umount \(path)")) }
    #endif
  }
}

func overwrite(_ path: String, truncatingTo byteCount: Int) throws {
  guard truncate(path, off_t(byteCount)) == 0 else { throw PosixError("truncate \(path)") }
}
