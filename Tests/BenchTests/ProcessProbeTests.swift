import Foundation
import Foundations
import Testing

@testable import Bench

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite struct ProcessProbeTests {
  @Test("threads' nanoseconds are summed, and ended threads are not forgotten")
  func processorTime() throws {
    let root = try ProcDirectory()
    defer { root.remove() }
    try root.write("7/comm", "serve r) x\n")
    try root.write("7/stat", "7 (serve r) x) S 1 7 7 0 -1 4 0 0 0 0 100 50 0 0 20 0 2 0")
    try root.write("7/task/7/schedstat", "1200000123 5 6\n")
    try root.write("7/task/8/schedstat", "300000001 5 6\n")
    try root.write("7/smaps_rollup", "00-ff ---p\nRss:    2048 kB\nPss:    1024 kB\n")
    let probe = ProcessProbe(processIDs: [7], root: root.path, ticksPerSecond: 100)
    #expect(
      try probe.sample()
        == ProcessSample(
          processorTime: .nanoseconds(1_500_000_124), residentByteCount: 2 << 20,
          proportionalByteCount: 1 << 20))
    try root.write("7/task/8/schedstat", "0 0 0\n")
    #expect(try probe.sample().processorTime == .milliseconds(1500))
    #expect(ProcessProbe.processIDs(named: "serve r) x", root: root.path) == [7])
  }

  @Test("a process that ended is an error that names it")
  func gone() throws {
    let root = try ProcDirectory()
    defer { root.remove() }
    let probe = ProcessProbe(processIDs: [9], root: root.path, ticksPerSecond: 100)
    #expect(throws: ProcessProbe.ProcessGone(processID: 9)) { try probe.sample() }
  }

  @Test("this process uses time and memory")
  func ownProcess() throws {
    let sample = try ProcessProbe(processIDs: [Int(getpid())]).sample()
    #expect(sample.processorTime > .zero)
    #expect(sample.residentByteCount > 1 << 20)
  }
}

/// A directory that looks like `/proc`.
private struct ProcDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/martlet-bench-XXXXXX".utf8CString)
    path = try #require(mkdtemp(&template).map { String(cString: $0) })
  }

  func write(_ name: String, _ text: String) throws {
    let file = "\(path)/\(name)"
    let directory = String(file[..<(try #require(file.lastIndex(of: "/")))])
    try DurableFile.makeDirectory(directory, mode: 0o755)
    try DurableFile.write(Array(text.utf8), to: file, mode: 0o644)
  }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)  // scratch only
  }
}
