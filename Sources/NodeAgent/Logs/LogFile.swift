import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An open log file, read from a place forwards. It stays readable after it was moved away.
final class LogFile: Sendable {
  private let descriptor: Int32
  private let path: String
  private let identity: Identity

  private static let chunkBytes = 64 << 10

  private struct Identity: Equatable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
    }
  }

  /// `nil` where there is no such file (yet).
  init?(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError("read", path, errno)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError("read", path, code)
    }
    self.descriptor = descriptor
    self.path = path
    identity = Identity(status)
  }

  deinit { close(descriptor) }

  /// Whether the path now leads to another file.
  var isReplaced: Bool {
    var status = stat()
    return stat(path, &status) == 0 && Identity(status) != identity
  }

  /// What there is at `offset`, up to 64 KB; empty at the end. Blocks on disk.
  func read(at offset: Int) throws(FileError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { buffer, count in
      let result = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      count = max(0, result)
      if result < 0 { failure = errno }
    }
    guard failure == 0 || failure == EINTR else { throw FileError("read", path, failure) }
    return bytes
  }

  /// Where the last `count` lines begin. Reads backwards, no more than needed.
  func offset(ofLastLines count: Int) throws(FileError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("read", path, errno) }
    var end = Int(status.st_size)
    guard count > 0 else { return end }
    // The newline that ends the last line begins no further one.
    var newlines = 0
    while end > 0 {
      let start = max(0, end - Self.chunkBytes)
      let chunk = try read(at: start).prefix(end - start)
      for index in chunk.indices.reversed() where chunk[index] == UInt8(ascii: "\n") {
        newlines += 1
        if newlines > count { return start + index + 1 }
      }
      end = start
    }
    return 0
  }
}
