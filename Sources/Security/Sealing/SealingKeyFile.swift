import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The file of the keys that hide secrets: one `ID KEY` per line, the newest first, readable by its
/// owner only. A server and `martlet secrets rotate` change it, each under a lock, in one step.
package struct SealingKeyFile: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// The keys; where there is no file, one with a new key is made. Blocks on disk.
  /// - Throws: `CredentialError`: a file that is damaged is never replaced, since what was sealed with
  ///   its keys would be lost.
  package func prepare() throws -> SealingKeys {
    try locked {
      if let keys = try read() { return keys }
      return try write(SealingKeys([.random()]))
    }
  }

  /// The keys as they are now; `nil` without a file.
  package func read() throws(CredentialError) -> SealingKeys? {
    let bytes: [UInt8]?
    do throws(FileError) { bytes = try DurableFile.read(path) } catch { throw .file(error) }
    guard let bytes else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let keys = lines.compactMap { SealingKey(line: $0) }
    guard !keys.isEmpty, keys.count == lines.count else {
      throw .fileUnusable(path: path, reason: "it does not hold one ID and key per line")
    }
    return SealingKeys(keys)
  }

  /// Puts a new key in front.
  /// - Returns: the keys with it; `nil` without a file.
  package func addKey() throws -> SealingKeys? {
    try locked {
      guard let present = try read() else { return nil }
      return try write(SealingKeys([.random()] + present.keys))
    }
  }

  /// Forgets the keys that stand behind the one with this identity: nothing is sealed with them any
  /// more. Keys that were added in front of it stay.
  package func forgetKeys(behind id: [UInt8]) throws {
    try locked {
      guard let present = try read(),
        let position = present.keys.firstIndex(where: { $0.id == id }),
        position < present.keys.count - 1
      else { return }
      _ = try write(SealingKeys(Array(present.keys[...position])))
    }
  }

  private func write(_ keys: SealingKeys) throws(CredentialError) -> SealingKeys {
    let text = keys.keys.map { $0.line.exposed + "\n" }.joined()
    do throws(FileError) {
      try DurableFile.write(text.utf8, to: path, mode: 0o600)
    } catch {
      throw .file(error)
    }
    return keys
  }

  /// Others wait: what happens under the lock takes milliseconds.
  private func locked<Value>(_ body: () throws -> Value) throws -> Value {
    let lock = path + ".lock"
    let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CredentialError.file(FileError("write", lock, errno)) }
    // Closing it lets go of the lock.
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw CredentialError.file(FileError("lock", lock, errno)) }
    }
    return try body()
  }
}
