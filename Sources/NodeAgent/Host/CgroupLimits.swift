package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

private let systemWrite = write

/// What a group of processes may use. `nil` leaves a limit as it is; a new group has none.
package struct CgroupLimits: Equatable, Sendable {
  /// A share of the CPU when others want it too: 2...262144, 1024 for one CPU.
  package var cpuShares: Int?
  /// CPU time in each `cpuPeriod`; -1 for no limit.
  package var cpuQuotaMicroseconds: Int?
  /// Source: KubeletConfiguration, cpuCFSQuotaPeriod.
  package var cpuPeriodMicroseconds = 100_000
  /// -1 for no limit.
  package var memoryBytes: Int?
  package var pidsMax: Int?

  package init() {}

  /// A request of CPU as the API counts it.
  /// Source: Kubernetes, "Resource Management for Pods and Containers".
  package static func shares(milliCPU: Int) -> Int { min(max(milliCPU * 1024 / 1000, 2), 262_144) }

  /// A limit of CPU in `cpuPeriodMicroseconds`; the kernel takes 1 ms at least.
  package static func quota(milliCPU: Int, periodMicroseconds: Int = 100_000) -> Int {
    max(milliCPU * periodMicroseconds / 1000, 1000)
  }

  /// Shares on version 2's scale, 1...10000. Source: KEP-2254, "cgroups v2".
  static func weight(shares: Int) -> Int { 1 + (shares - 2) * 9999 / 262_142 }

  /// The files to write for these limits, in order. Pure.
  func writes(to path: String, in layout: CgroupLayout) -> [(file: String, text: String)] {
    var writes: [(file: String, text: String)] = []
    func add(_ controller: String, _ file: String, _ text: String) {
      guard let directory = layout.directory(of: path, controller: controller) else { return }
      writes.append(("\(directory)/\(file)", text))
    }
    if layout.isUnified {
      if let cpuShares { add("cpu", "cpu.weight", "\(Self.weight(shares: cpuShares))") }
      if let quota = cpuQuotaMicroseconds {
        add("cpu", "cpu.max", "\(quota < 0 ? "max" : "\(quota)") \(cpuPeriodMicroseconds)")
      }
      if let memoryBytes { add("memory", "memory.max", memoryBytes < 0 ? "max" : "\(memoryBytes)") }
    } else {
      if let cpuShares { add("cpu", "cpu.shares", "\(cpuShares)") }
      if let quota = cpuQuotaMicroseconds {
        add("cpu", "cpu.cfs_period_us", "\(cpuPeriodMicroseconds)")
        add("cpu", "cpu.cfs_quota_us", "\(quota)")
      }
      if let memoryBytes { add("memory", "memory.limit_in_bytes", "\(memoryBytes)") }
    }
    if let pidsMax { add("pids", "pids.max", "\(pidsMax)") }
    return writes
  }
}

extension CgroupTree {
  /// Makes the group at `path`, and those above it, where they are missing, and sets its limits.
  /// Blocks on the kernel.
  /// - Throws: `FileError`, for example where a limit is below what the group uses.
  package static func apply(
    _ limits: CgroupLimits, to path: String, in layout: CgroupLayout
  ) throws(FileError) {
    for controller in ["cpu", "cpuacct", "memory", "pids"] {
      guard let directory = layout.directory(of: path, controller: controller) else { continue }
      try DurableFile.makeDirectory(directory, mode: 0o755)
    }
    if let unified = layout.unifiedDirectory, layout.isUnified {
      try enableControllers(above: path, in: unified)
    }
    for (file, text) in limits.writes(to: path, in: layout) { try write(text, to: file) }
  }

  /// In version 2 a group's files exist only for controllers that its parent passes down.
  private static func enableControllers(above path: String, in unified: String) throws(FileError) {
    var parent = unified
    for name in path.split(separator: "/") {
      for controller in ["cpu", "cpuset", "io", "memory", "pids"] {
        do {
          try write("+\(controller)", to: "\(parent)/cgroup.subtree_control")
        } catch {
          // ENOENT: the kernel has no such controller, and a limit by it fails for itself.
          guard error.code == ENOENT || error.code == EINVAL else { throw error }
        }
      }
      parent += "/\(name)"
    }
  }

  private static func write(_ text: String, to file: String) throws(FileError) {
    let descriptor = open(file, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("write", file, errno) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard systemWrite(descriptor, bytes, bytes.count) == bytes.count else {
      throw FileError("write", file, errno)
    }
  }
}
