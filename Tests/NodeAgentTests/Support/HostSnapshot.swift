import Foundations
import NodeAgent

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What a container runtime could leave on a host. Two of them are compared, before and after.
struct HostSnapshot {
  let things: Set<String>

  static func take() async throws -> HostSnapshot {
    var things: Set<String> = []
    things.formUnion(try MountTable.mountPoints(below: "/run").map { "mount \($0)" })
    things.formUnion(try MountTable.mountPoints(below: "/tmp").map { "mount \($0)" })
    for directory in [
      "/sys/class/net", "/run/netns", "/var/lib/cni", "/run/containerd/s",
      "/etc/cni/net.d", "/opt/containerd", "/opt/cni", "/sys/fs/cgroup",
      "/sys/fs/cgroup/memory", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/pids",
      "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd",
    ] where access(directory, F_OK) == 0 {
      things.formUnion(try HostDirectory.names(in: directory).map { "\(directory)/\($0)" })
    }
    for name in try HostDirectory.names(in: "/run") + HostDirectory.names(in: "/tmp")
    where name.hasPrefix("martlet-test-") {
      things.insert(name)
    }
    let rules = try await Command("iptables", ["--table", "nat", "--list-rules"]).run()
    things.formUnion(
      String(decoding: rules.output, as: UTF8.self).split(separator: "\n").map { "iptables \($0)" })
    let tables = try await Command("nft", ["list", "tables"]).run()
    things.formUnion(
      String(decoding: tables.output, as: UTF8.self).split(separator: "\n").map(String.init))
    return HostSnapshot(things: things)
  }

  /// What is here and was not in `earlier`. Other programs' interfaces and groups come and go on
  /// a busy host: only names that these tests make count.
  func added(to earlier: HostSnapshot) -> [String] {
    let mark = String(getpid(), radix: 36)
    return things.subtracting(earlier.things).filter {
      $0.contains("martlet-test-\(mark)") || $0.contains("mrt\(mark)")
        || $0.contains("martlet_test_\(mark)") || $0.contains("/cni/") || $0.contains("/opt/")
        || $0.contains("CNI-HOSTPORT-")
    }.sorted()
  }
}
