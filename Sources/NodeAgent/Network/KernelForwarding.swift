import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the kernel must do for pods to reach each other and the world: forward packets, and show
/// those between two pods on one bridge to the packet filter, without which a service's answers
/// would come from the wrong address.
package enum KernelForwarding {
  /// Switches on what is off. Needs root.
  /// - Throws: `RuntimeSetupError.missingKernelFeature`, or `FileError`.
  package static func enable(ipv6: Bool) async throws {
    let bridgeFilter = "/proc/sys/net/bridge/bridge-nf-call-iptables"
    if access(bridgeFilter, F_OK) != 0 {
      // Its outcome is the file's presence: modprobe may be missing where the module is built in.
      _ = try? await Command("modprobe", ["br_netfilter"]).run()
    }
    guard access(bridgeFilter, F_OK) == 0 else {
      throw RuntimeSetupError.missingKernelFeature(
        "the bridge packet filter", fix: "load it with modprobe br_netfilter")
    }
    try set(bridgeFilter)
    try set("/proc/sys/net/ipv4/ip_forward")
    if ipv6 {
      try set("/proc/sys/net/bridge/bridge-nf-call-ip6tables")
      try set("/proc/sys/net/ipv6/conf/all/forwarding")
    }
  }

  private static func set(_ path: String) throws(FileError) {
    let one = UInt8(ascii: "1")
    if try DurableFile.read(path)?.first == one { return }
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("write", path, errno) }
    defer { close(descriptor) }
    guard write(descriptor, [one], 1) == 1 else { throw FileError("write", path, errno) }
  }
}
