import CLinux

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the system tells of this process, for whoever looks into it. Nothing is kept for it.
package enum ProcessReport {
  /// A line each, `NAME BYTES`: what the allocator holds, and what the kernel counts.
  /// Source: mallinfo(3), proc_pid_smaps(5) ("smaps_rollup").
  package static var memory: String {
    let heap = mallinfo2()
    var lines = [
      "heap_arena_bytes \(heap.arena)", "heap_mapped_bytes \(heap.hblkhd)",
      "heap_mapped_pieces \(heap.hblks)", "heap_used_bytes \(heap.uordblks)",
      "heap_free_bytes \(heap.fordblks)", "heap_free_pieces \(heap.ordblks)",
      "heap_free_at_end_bytes \(heap.keepcost)",
    ]
    // A sandbox may not tell: then there is nothing to show.
    let rollup = (try? DurableFile.read("/proc/self/smaps_rollup")).flatMap { $0 } ?? []
    for line in String(decoding: rollup, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, words[2] == "kB", let kilobytes = Int(words[1]) else { continue }
      lines.append("\(words[0].dropLast().lowercased())_bytes \(kilobytes << 10)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A line each: number, state, seconds of the processor in the program and in the kernel, name.
  /// Source: proc_pid_stat(5).
  package static var threads: String {
    guard let directory = opendir("/proc/self/task") else { return "" }
    defer { closedir(directory) }
    var lines: [(number: Int, text: String)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = Int(name), let text = thread(number) { lines.append((number, text)) }
    }
    return lines.sorted { $0.number < $1.number }.map { $0.text + "\n" }.joined()
  }

  /// - Returns: `nil` for one that has ended.
  private static func thread(_ number: Int) -> String? {
    guard let bytes = (try? DurableFile.read("/proc/self/task/\(number)/stat")).flatMap({ $0 })
    else { return nil }
    let line = String(decoding: bytes, as: UTF8.self)
    // The name, in parentheses, may hold anything; numbers follow it.
    guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")") else {
      return nil
    }
    let fields = line[close...].dropFirst().split(separator: " ")
    guard fields.count > 12 else { return nil }
    let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    func seconds(_ place: Int) -> Double { (Double(fields[place]) ?? 0) / ticks }
    return "\(number) \(fields[0]) \(seconds(11)) \(seconds(12)) "
      + line[line.index(after: open)..<close]
  }
}
