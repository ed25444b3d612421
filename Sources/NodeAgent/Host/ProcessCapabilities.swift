import Foundations

/// What this process may do beyond an ordinary user's.
package struct ProcessCapabilities: Equatable, Sendable {
  /// Without CAP_SYS_RESOURCE no process may lower its OOM score below its parent's.
  package let mayLowerOOMScore: Bool

  /// Source: capabilities(7); the number of CAP_SYS_RESOURCE is 24.
  private static let systemResource = 24

  package static var current: ProcessCapabilities {
    let bytes = (try? DurableFile.read("/proc/self/status")) ?? []  // always there on Linux
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let effective = lines.first { $0.hasPrefix("CapEff:") }?.split(separator: "\t").last
    let bits = effective.flatMap { UInt64($0, radix: 16) } ?? 0
    return ProcessCapabilities(mayLowerOOMScore: bits >> UInt64(systemResource) & 1 == 1)
  }
}
