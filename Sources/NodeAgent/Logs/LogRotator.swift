package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Cuts logs that have grown too long.
package struct LogRotator: Sendable {
  private let rotation: LogRotation
  private let runtime: any ContainerRuntime
  private let now: @Sendable () -> Timestamp

  /// How often logs are looked at. Source: KubeletConfiguration, containerLogMonitorInterval.
  package static let interval: Duration = .seconds(10)

  package init(
    _ rotation: LogRotation, runtime: any ContainerRuntime,
    now: @escaping @Sendable () -> Timestamp = Timestamp.now
  ) {
    self.rotation = rotation
    self.runtime = runtime
    self.now = now
  }

  /// Looks at one running container's log. One file's size is all it costs most times.
  /// - Parameter path: absolute.
  /// - Throws: `FileError`, or `RuntimeError` when the runtime opened no new log: the old one is
  ///   then back in its place.
  package func rotate(_ path: String, of container: ContainerID) async throws {
    var status = stat()
    guard stat(path, &status) == 0, Int(status.st_size) > rotation.maxBytes else { return }
    guard let slash = path.lastIndex(of: "/") else { return }
    let directory = String(path[..<slash])
    let name = String(path[path.index(after: slash)...])
    let steps = rotation.steps(
      name: name, byteCount: Int(status.st_size),
      neighbours: try HostDirectory.names(in: directory),
      stamp: now().description.filter { $0.isNumber || $0 == "T" })
    for step in steps {
      switch step {
      case .remove(let old):
        guard unlink("\(directory)/\(old)") == 0 || errno == ENOENT else {
          throw FileError("remove", "\(directory)/\(old)", errno)
        }
      case .moveAside(let new):
        guard rename(path, "\(directory)/\(new)") == 0 else {
          throw FileError("rename", path, errno)
        }
        do {
          try await runtime.reopenLog(of: container)
        } catch {
          rename("\(directory)/\(new)", path)  // best effort: the runtime goes on writing to it
          throw error
        }
      }
    }
  }
}
