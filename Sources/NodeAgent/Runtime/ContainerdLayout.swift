/// Where a containerd of our own keeps everything. No path is shared with the distribution's
/// service, whatever state that one is in; except that shims of every containerd listen in
/// `/run/containerd/s`, under names made from their containerd's socket path.
package struct ContainerdLayout: Equatable, Sendable {
  /// Survives a reboot: images, snapshots, and the files below.
  package let dataDirectory: String
  /// Does not: sockets, pids, network namespaces, what runc knows of running containers.
  package let stateDirectory: String

  /// - Parameters:
  ///   - dataDirectory: `/var/lib/martlet/containerd`.
  ///   - stateDirectory: `/run/martlet/containerd`; short, as socket paths end at 107 bytes.
  package init(dataDirectory: String, stateDirectory: String) {
    self.dataDirectory = dataDirectory
    self.stateDirectory = stateDirectory
  }

  package var root: String { "\(dataDirectory)/root" }
  package var state: String { "\(stateDirectory)/state" }
  package var runcRoot: String { "\(stateDirectory)/runc" }
  package var socketPath: String { "\(stateDirectory)/containerd.sock" }
  /// Source: unix(7), less the byte that ends it.
  static let socketPathBytesMax = 107

  package var processFile: String { "\(stateDirectory)/containerd.pid" }
  package var configurationFile: String { "\(dataDirectory)/config.toml" }
  /// containerd's own words; the last run's stand in `containerd.log.1`.
  package var logFile: String { "\(dataDirectory)/containerd.log" }
  /// A directory per registry, with a `hosts.toml` inside. Source: containerd, "hosts.md".
  package var registryDirectory: String { "\(dataDirectory)/registries" }
  package var optDirectory: String { "\(dataDirectory)/opt" }
}
