import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Groups of ours in every cgroup hierarchy of the host.
package enum CgroupTree {
  /// Every process in the group at `path` and in those below it, once.
  /// - Parameter path: below each hierarchy: `/martlet`.
  package static func processes(below path: String) throws -> [Int32] {
    var found: Set<Int32> = []
    for group in try groups(below: path) {
      // A group that goes meanwhile takes its processes with it.
      guard let list = try? DurableFile.read("\(group)/cgroup.procs") else { continue }
      found.formUnion(
        list.split(separator: UInt8(ascii: "\n")).compactMap {
          Int32(String(decoding: $0, as: UTF8.self))
        }.filter { $0 > 0 })
    }
    return found.sorted()
  }

  /// Removes the group at `path` and those below it, waiting a little for killed processes to
  /// leave. Can be repeated.
  package static func remove(_ path: String) async throws {
    precondition(path.count > 1, "the root group is not ours")
    for attempt in 0..<200 {
      var isBusy = false
      for group in try groups(below: path).reversed() where rmdir(group) != 0 {
        guard errno == EBUSY else {
          if errno == ENOENT { continue }
          throw FileError("remove the cgroup", group, errno)
        }
        isBusy = true
      }
      if !isBusy { return }
      if attempt == 199 { throw FileError("remove the cgroup", path, EBUSY) }
      // The kernel tells nobody when a dead process has left.
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Parents before children.
  private static func groups(below path: String) throws(FileError) -> [String] {
    var found: [String] = []
    for hierarchy in try CgroupLayout.detect().hierarchies {
      var waiting = ["\(hierarchy)\(path)"]
      while let group = waiting.popLast() {
        guard access("\(group)/cgroup.procs", F_OK) == 0 else { continue }
        found.append(group)
        for name in try HostDirectory.names(in: group) {
          var status = stat()
          let child = "\(group)/\(name)"
          if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            waiting.append(child)
          }
        }
      }
    }
    return found
  }
}
