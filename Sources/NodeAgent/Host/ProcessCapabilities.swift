import Foundations

/// What this process may do beyond an ordinary user's.
package struct ProcessCapabilities: Equatable, Sendable {
  /// Effective ones, by the numbers of capabilities(7).
  private let bits: UInt64

  package init(bits: UInt64) { self.bits = bits }

  /// - Throws: where the kernel does not tell, which needs a /proc that is mounted.
  package static var current: ProcessCapabilities {
    get throws(FileError) {
      let bytes = try DurableFile.read("/proc/self/status") ?? []
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      let effective = lines.first { $0.hasPrefix("CapEff:") }?.split(separator: "\t").last
      return ProcessCapabilities(bits: effective.flatMap { UInt64($0, radix: 16) } ?? 0)
    }
  }

  /// Without CAP_SYS_RESOURCE no process may lower its OOM score below its parent's.
  package var mayLowerOOMScore: Bool { has(24) }

  /// The names of those that pods, their networks and volumes cannot do without and that are not
  /// there, in the kernel's order.
  package var missing: [String] { Self.needed.filter { !has($0.number) }.map(\.name) }

  private func has(_ number: Int) -> Bool { bits >> UInt64(number) & 1 == 1 }

  /// Source: capabilities(7) for the numbers; what runc calls for a container of the CRI's default
  /// profile, nftables and mounts for the choice.
  private static let needed: [(number: Int, name: String)] = [
    (0, "CAP_CHOWN"), (1, "CAP_DAC_OVERRIDE"), (3, "CAP_FOWNER"), (5, "CAP_KILL"),
    (6, "CAP_SETGID"), (7, "CAP_SETUID"), (8, "CAP_SETPCAP"), (10, "CAP_NET_BIND_SERVICE"),
    (12, "CAP_NET_ADMIN"), (13, "CAP_NET_RAW"), (18, "CAP_SYS_CHROOT"), (19, "CAP_SYS_PTRACE"),
    (21, "CAP_SYS_ADMIN"), (27, "CAP_MKNOD"),
  ]
}
