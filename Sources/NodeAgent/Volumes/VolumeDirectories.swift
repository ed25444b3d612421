package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The directories of this node that are persistent volumes. Every call can be repeated; each blocks
/// on disk.
package struct VolumeDirectories: Sendable {
  /// `DATA/volumes`
  package let root: String

  package init(root: String) { self.root = root }

  package enum Problem: Error, Equatable, CustomStringConvertible {
    case badName(String)
    case full(String)
    case inUse(String)
    case file(FileError)

    package var description: String {
      switch self {
      case .badName(let name): "\"\(name)\" cannot be the name of a volume's directory"
      case .full(let text), .inUse(let text): text
      case .file(let error): error.description
      }
    }
  }

  /// Makes a volume's directory, open to whatever user its containers run as.
  /// - Parameter byteCount: more than the whole file system has is refused. Room is not set aside:
  ///   all volumes share it.
  /// - Returns: its path.
  package func make(_ name: String, byteCount: Int) throws(Problem) -> String {
    let path = try path(of: name)
    let size: UInt64
    do throws(FileError) {
      try DurableFile.makeDirectory(root, mode: 0o711)
      size = try FileSystemUsage.read(root).capacityBytes
    } catch {
      throw .file(error)
    }
    guard byteCount <= size else {
      throw .full("the file system of \(root) has \(size) bytes, and \(byteCount) are asked for")
    }
    do throws(FileError) {
      try DurableFile.makeDirectory(path, mode: 0o777)
      // Whatever the process's umask is.
      guard chmod(path, 0o777) == 0 else {
        throw FileError("change the mode of", path, errno)
      }
    } catch {
      throw .file(error)
    }
    return path
  }

  /// Removes a volume's directory with all that is in it.
  package func remove(_ name: String) throws(Problem) {
    let path = try path(of: name)
    do throws(FileError) {
      // Never through a mount: it may show somebody else's files.
      let mounted = try MountTable.mountPoints(below: path).first
      if mounted == nil { return try FileTree.remove(path) }
    } catch {
      throw .file(error)
    }
    throw .inUse("something is mounted at or below \(path): unmount it, and it can be removed")
  }

  private func path(of name: String) throws(Problem) -> String {
    guard ObjectName.problems(subdomain: name).isEmpty else { throw .badName(name) }
    return "\(root)/\(name)"
  }
}
