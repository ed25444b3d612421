package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the whole host uses right now.
package struct HostUsage: Equatable, Sendable {
  /// Since the host's start, of all CPUs together.
  package var cpuNanoseconds: UInt64
  package var memoryBytes: UInt64
  package var workingSetBytes: UInt64
  package var availableMemoryBytes: UInt64
  package var residentBytes: UInt64
  package var pageFaults: UInt64
  package var majorPageFaults: UInt64
  package var processCount: UInt64

  package static func read() throws(FileError) -> HostUsage {
    let ticksPerSecond = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    let processCount = UInt64(try HostDirectory.names(in: "/proc").count { Int32($0) != nil })
    return HostUsage(
      memoryInformation: try DurableFile.read("/proc/meminfo") ?? [],
      statistics: try DurableFile.read("/proc/stat") ?? [],
      memoryStatistics: try DurableFile.read("/proc/vmstat") ?? [],
      ticksPerSecond: ticksPerSecond, processCount: processCount)
  }

  /// - Parameters: the content of `/proc/meminfo`, `/proc/stat` and `/proc/vmstat`.
  init(
    memoryInformation: [UInt8], statistics: [UInt8], memoryStatistics: [UInt8],
    ticksPerSecond: UInt64, processCount: UInt64
  ) {
    let memory = KeyedNumbers(memoryInformation)
    func bytes(_ name: String) -> UInt64 { (memory[name] ?? 0) * 1024 }
    memoryBytes = bytes("MemTotal") - min(bytes("MemFree"), bytes("MemTotal"))
    workingSetBytes = memoryBytes - min(bytes("Inactive(file)"), memoryBytes)
    availableMemoryBytes = bytes("MemTotal") - min(workingSetBytes, bytes("MemTotal"))
    residentBytes = bytes("AnonPages")
    let faults = KeyedNumbers(memoryStatistics)
    pageFaults = faults["pgfault"] ?? 0
    majorPageFaults = faults["pgmajfault"] ?? 0
    self.processCount = processCount
    // "cpu" user nice system idle iowait irq softirq steal, and guests that user counts already.
    let line = String(decoding: statistics.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let ticks = line.split(separator: " ").dropFirst().prefix(8).map { UInt64($0) ?? 0 }
    let busy = ticks.enumerated().filter { $0.offset != 3 && $0.offset != 4 }
    cpuNanoseconds = busy.reduce(0) { $0 + $1.element } * (1_000_000_000 / ticksPerSecond)
  }
}
