package import Foundations

/// What a group of processes uses, read from the kernel's own accounts.
package struct CgroupUsage: Equatable, Sendable {
  /// Since the group was made, of all CPUs together.
  package var cpuNanoseconds: UInt64 = 0
  package var memoryBytes: UInt64 = 0
  /// Without what could be dropped at once: pages of files that were not used lately.
  /// Source: Kubernetes, "Node-pressure eviction", `memory.available`.
  package var workingSetBytes: UInt64 = 0
  package var residentBytes: UInt64 = 0
  package var pageFaults: UInt64 = 0
  package var majorPageFaults: UInt64 = 0
  package var processCount: UInt64 = 0

  package init() {}

  /// `nil` where there is no such group (any more). Reads five small files at most.
  package static func read(
    _ path: String, in layout: CgroupLayout
  ) throws(FileError) -> CgroupUsage? {
    func file(_ controller: String, _ name: String) throws(FileError) -> [UInt8]? {
      guard let directory = layout.directory(of: path, controller: controller) else { return nil }
      return try DurableFile.read("\(directory)/\(name)")
    }
    var usage = CgroupUsage()
    let unified = layout.isUnified
    guard let memoryStatistics = try file("memory", "memory.stat") else { return nil }
    let memory = KeyedNumbers(memoryStatistics)
    usage.memoryBytes = KeyedNumbers.single(
      try file("memory", unified ? "memory.current" : "memory.usage_in_bytes"))
    // Version 1 counts the groups below only under names of their own.
    let prefix = unified ? "" : "total_"
    let inactive = memory["\(prefix)inactive_file"] ?? 0
    usage.workingSetBytes = usage.memoryBytes - min(inactive, usage.memoryBytes)
    usage.residentBytes = memory[unified ? "anon" : "total_rss"] ?? 0
    usage.pageFaults = memory["\(prefix)pgfault"] ?? 0
    usage.majorPageFaults = memory["\(prefix)pgmajfault"] ?? 0
    if unified {
      let cpu = KeyedNumbers(try file("cpu", "cpu.stat") ?? [])
      usage.cpuNanoseconds = (cpu["usage_usec"] ?? 0) * 1000
    } else {
      usage.cpuNanoseconds = KeyedNumbers.single(try file("cpuacct", "cpuacct.usage"))
    }
    usage.processCount = KeyedNumbers.single(try file("pids", "pids.current"))
    return usage
  }
}
