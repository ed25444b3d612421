/// The configuration that a containerd of our own runs with: version 2 of the format, which
/// containerd 1.3 to 2.x read.
package struct ContainerdConfiguration: Equatable, Sendable {
  package var layout: ContainerdLayout
  /// What every pod's first container is made from.
  package var sandboxImage: String
  package var networkPluginDirectory: String
  package var networkConfigurationDirectory: String
  /// Without CAP_SYS_RESOURCE no process may lower its OOM score below its parent's: containers
  /// that ask for less then get the runtime's own score instead of failing.
  package var mayLowerOOMScore: Bool

  package init(
    layout: ContainerdLayout, sandboxImage: String, networkPluginDirectory: String,
    networkConfigurationDirectory: String, mayLowerOOMScore: Bool
  ) {
    self.layout = layout
    self.sandboxImage = sandboxImage
    self.networkPluginDirectory = networkPluginDirectory
    self.networkConfigurationDirectory = networkConfigurationDirectory
    self.mayLowerOOMScore = mayLowerOOMScore
  }

  /// Longer lines are cut in parts, each with a tag that more follows. Source: containerd's and
  /// CRI-O's default, which log collectors count on.
  private static let logLineBytesMax = 16384

  /// The file's text: the same settings give the same bytes.
  package var rendered: String {
    """
    # Written by martlet at every start; changes here are lost.
    version = 2
    root = \(quoted(layout.root))
    state = \(quoted(layout.state))
    # Other snapshotters and services would only cost memory and probe the disk.
    disabled_plugins = [
      "io.containerd.internal.v1.restart",
      "io.containerd.internal.v1.tracing",
      "io.containerd.tracing.processor.v1.otlp",
      "io.containerd.snapshotter.v1.aufs",
      "io.containerd.snapshotter.v1.blockfile",
      "io.containerd.snapshotter.v1.btrfs",
      "io.containerd.snapshotter.v1.devmapper",
      "io.containerd.snapshotter.v1.zfs",
    ]

    [grpc]
      address = \(quoted(layout.socketPath))

    [debug]
      level = "warn"

    [plugins."io.containerd.internal.v1.opt"]
      path = \(quoted(layout.optDirectory))

    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = \(quoted(sandboxImage))
      restrict_oom_score_adj = \(!mayLowerOOMScore)
      max_container_log_line_size = \(Self.logLineBytesMax)
      netns_mounts_under_state_dir = true
      stream_server_address = "127.0.0.1"
      stream_server_port = "0"

      [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = \(quoted(networkPluginDirectory))
        conf_dir = \(quoted(networkConfigurationDirectory))
        max_conf_num = 1

      [plugins."io.containerd.grpc.v1.cri".containerd]
        snapshotter = "overlayfs"
        default_runtime_name = "runc"

        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"

          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
            Root = \(quoted(layout.runcRoot))
            SystemdCgroup = false

      [plugins."io.containerd.grpc.v1.cri".registry]
        config_path = \(quoted(layout.registryDirectory))

    """
  }

  /// A basic string of TOML.
  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..."\u{1f}", "\u{7f}":
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
