#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps a second server off a data directory. The kernel releases it with the process, however
/// that ends.
final class DataDirectoryLock: Sendable {
  private let descriptor: CInt

  /// - Throws: `.locked` with the holder's process id where another process has the directory,
  ///   `.unavailable` where the lock file cannot be opened.
  init(directory: String) throws(StoreError) {
    let path = directory + "/store.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreError(opening: path, systemError: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = Self.readHolder(descriptor)
      close(descriptor)
      throw .locked(path: directory, holder: holder)
    }
    self.descriptor = descriptor
    // For the message of the next one that tries; the lock holds without it.
    let text = "\(getpid())\n"
    _ = ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }

  deinit { close(descriptor) }

  /// Lets the next one in; the files must be closed by now.
  func release() { flock(descriptor, LOCK_UN) }

  private static func readHolder(_ descriptor: CInt) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    let digits = bytes.prefix(count).prefix { (0x30...0x39).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
