package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How full a file system is.
package struct FileSystemUsage: Equatable, Sendable {
  package var capacityBytes: UInt64
  /// For an ordinary user: without what is kept for root.
  package var availableBytes: UInt64
  /// Free, and kept for root.
  package var reservedBytes: UInt64 = 0
  package var inodes: UInt64
  package var inodesFree: UInt64

  package var usedBytes: UInt64 { capacityBytes - min(availableBytes, capacityBytes) }
  /// What can be used at all without being root, as `df` reckons its parts.
  package var usableBytes: UInt64 { capacityBytes - min(reservedBytes, capacityBytes) }
  package var inodesUsed: UInt64 { inodes - min(inodesFree, inodes) }

  /// - Parameter path: any directory or file on it.
  package static func read(_ path: String) throws(FileError) -> FileSystemUsage {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw FileError("read", path, errno) }
    let block = UInt64(status.f_frsize)
    return FileSystemUsage(
      capacityBytes: UInt64(status.f_blocks) * block,
      availableBytes: UInt64(status.f_bavail) * block,
      reservedBytes: UInt64(status.f_bfree - min(status.f_bavail, status.f_bfree)) * block,
      inodes: UInt64(status.f_files),
      inodesFree: UInt64(status.f_ffree))
  }
}
