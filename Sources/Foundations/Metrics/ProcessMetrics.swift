#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What this process uses, under the names of Prometheus' client libraries.
/// Source: Prometheus documentation, "Writing client libraries", "Process metrics"; proc(5).
package enum ProcessMetrics {
  package static func write(to text: inout MetricsText) {
    // Where the system does not say, nothing is told: monitoring shows the gap.
    guard let bytes = try? DurableFile.read("/proc/self/stat") else { return }
    // The name, in parentheses, may hold anything; numbers follow it.
    let line = String(decoding: bytes, as: UTF8.self)
    let fields = line[(line.lastIndex(of: ")") ?? line.startIndex)...].dropFirst()
      .split(separator: " ")
    func number(_ place: Int) -> Double {
      fields.indices.contains(place - 3) ? Double(fields[place - 3]) ?? 0 : 0
    }
    let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    func write(_ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: Double) {
      text.begin(name, kind, help)
      text.sample(name, [:], value)
    }
    write(
      "process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.",
      (number(14) + number(15)) / ticks)
    write(
      "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.",
      number(24) * Double(sysconf(Int32(_SC_PAGESIZE))))
    write(
      "process_virtual_memory_bytes", .gauge, "Virtual memory size in bytes.", number(23))
    write(
      "process_start_time_seconds", .gauge,
      "Start time of the process since unix epoch in seconds.", bootTime + number(22) / ticks)
  }

  /// Seconds since 1970.
  private static var bootTime: Double {
    let lines = (try? DurableFile.read("/proc/stat")).flatMap { $0 } ?? []
    let line = String(decoding: lines, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("btime ")
    }
    return line.flatMap { Double($0.dropFirst("btime ".count)) } ?? 0
  }
}
