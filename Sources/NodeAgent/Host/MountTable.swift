package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The mounts that this process sees.
package enum MountTable {
  /// Mount points at `directory` and below it, in the order they were made.
  /// Source: proc(5), `/proc/[pid]/mountinfo`.
  package static func mountPoints(below directory: String) throws(FileError) -> [String] {
    let table = try DurableFile.read("/proc/self/mountinfo") ?? []
    return table.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count > 4 else { return nil }
      let path = unescaped(fields[4])
      return path == directory || path.hasPrefix("\(directory)/") ? path : nil
    }
  }

  /// Unmounts everything at `directory` and below, also what is busy: it is gone once its last user
  /// is.
  package static func unmountAll(below directory: String) throws(FileError) {
    for path in try mountPoints(below: directory).reversed() {
      guard umount2(path, Int32(MNT_DETACH)) == 0 || errno == EINVAL || errno == ENOENT
      else { throw FileError("unmount", path, errno) }
    }
  }

  /// Spaces, tabs, newlines and backslashes stand as three octal digits.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"),
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
