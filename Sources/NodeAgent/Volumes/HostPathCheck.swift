import Foundations
package import Resources

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Sees that a path of the node is what a volume says it is, or makes it so.
/// Source: Kubernetes documentation, "Volumes", "hostPath volume types".
package enum HostPathCheck {
  package static func prepare(
    _ source: HostPathVolumeSource, volume: String
  ) throws(VolumeError) {
    let path = source.path
    let type = source.type ?? ""
    guard !type.isEmpty else { return }
    guard let (wanted, noun) = expectation(of: type) else {
      throw VolumeError(volume, "hostPath type \(type) is not known")
    }
    if kind(of: path) == nil {
      do throws(FileError) {
        if type == "DirectoryOrCreate" { try DurableFile.makeDirectory(path, mode: 0o755) }
        if type == "FileOrCreate" { try FileTree.write([], to: path, mode: 0o644) }
      } catch {
        throw VolumeError(volume, error.description)
      }
    }
    guard kind(of: path) == wanted else {
      throw VolumeError(volume, "hostPath type check failed: \(path) is not a \(noun)")
    }
  }

  private static func expectation(of type: String) -> (mode_t, noun: String)? {
    switch type {
    case "DirectoryOrCreate", "Directory": (S_IFDIR, "directory")
    case "FileOrCreate", "File": (S_IFREG, "file")
    case "Socket": (S_IFSOCK, "socket file")
    case "CharDevice": (S_IFCHR, "character device")
    case "BlockDevice": (S_IFBLK, "block device")
    default: nil
    }
  }

  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
