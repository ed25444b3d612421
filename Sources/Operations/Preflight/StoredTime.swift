package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// When the cluster's state was last written: no right clock can be before that. A clock that is
/// would make new leases look old and certificates not yet valid.
package struct StoredTime {
  private let files: [String]

  package init(dataDirectory: String) {
    files = ["store.sqlite", "store.sqlite-wal"].map { "\(dataDirectory)/store/\($0)" }
  }

  /// What clocks of machines that keep time at all may be apart, as for certificates.
  private static let tolerance: Duration = .seconds(300)

  /// - Throws: `PreflightError.clockBehindData`, or `FileError`.
  package func check(now: Timestamp) throws {
    for path in files {
      guard let written = try Self.modified(path) else { continue }
      guard written <= now.advanced(by: Self.tolerance) else {
        throw PreflightError.clockBehindData(path: path, written: written, now: now)
      }
    }
  }

  /// `nil` where there is no such file.
  private static func modified(_ path: String) throws(FileError) -> Timestamp? {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw FileError("read", path, errno)
    }
    return Timestamp(
      seconds: Int64(facts.st_mtim.tv_sec), nanoseconds: Int32(facts.st_mtim.tv_nsec))
  }
}
