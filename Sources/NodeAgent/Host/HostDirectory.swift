package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Directories of the host, read in one go.
package enum HostDirectory {
  /// What is in it, sorted, without `.` and `..`. Blocks on disk.
  package static func names(in path: String) throws(FileError) -> [String] {
    guard let directory = opendir(path) else { throw FileError("list", path, errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
