import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What a set of processes has used so far, and holds now.
package struct ProcessSample: Equatable, Sendable {
  /// User and system time since the processes began.
  package var processorTime: Duration = .zero
  /// Pages in memory, shared ones counted in every process.
  package var residentByteCount = 0
  /// Pages in memory, shared ones divided among those who share them.
  package var proportionalByteCount = 0

  package init(
    processorTime: Duration = .zero, residentByteCount: Int = 0, proportionalByteCount: Int = 0
  ) {
    self.processorTime = processorTime
    self.residentByteCount = residentByteCount
    self.proportionalByteCount = proportionalByteCount
  }

  package static func + (left: Self, right: Self) -> Self {
    Self(
      processorTime: left.processorTime + right.processorTime,
      residentByteCount: left.residentByteCount + right.residentByteCount,
      proportionalByteCount: left.proportionalByteCount + right.proportionalByteCount)
  }
}

/// Reads what processes of this machine cost, from `/proc`.
/// Source: proc(5), `stat`, `schedstat`, `smaps_rollup`.
package struct ProcessProbe: Sendable {
  package let processIDs: [Int]
  private let root: String
  private let ticksPerSecond: Int

  /// - Parameters:
  ///   - root: where `/proc` is mounted.
  ///   - ticksPerSecond: the unit of `stat`; `nil` asks the system.
  package init(processIDs: [Int], root: String = "/proc", ticksPerSecond: Int? = nil) {
    self.processIDs = processIDs
    self.root = root
    self.ticksPerSecond = ticksPerSecond ?? sysconf(Int32(_SC_CLK_TCK))
  }

  /// All processes that run a program of this name, by `comm`, without this one.
  package static func processIDs(named name: String, root: String = "/proc") -> [Int] {
    let own = Int(getpid())
    return entries(of: root).compactMap { Int($0) }.filter { id in
      guard id != own, let comm = text(of: "\(root)/\(id)/comm") else { return false }
      return comm.split(separator: "\n").first.map(String.init) == name
    }.sorted()
  }

  /// The sum over all processes.
  /// - Throws: where a process has ended: what it used is not known any more.
  package func sample() throws(ProcessGone) -> ProcessSample {
    var sum = ProcessSample()
    for id in processIDs { sum = sum + (try sample(of: id)) }
    return sum
  }

  package func sample(of id: Int) throws(ProcessGone) -> ProcessSample {
    let directory = "\(root)/\(id)"
    guard let stat = Self.text(of: "\(directory)/stat"), let coarse = processorTime(in: stat) else {
      throw ProcessGone(processID: id)
    }
    // `schedstat` counts nanoseconds, but only of threads that live; `stat` counts ended ones too.
    let fine = Self.entries(of: "\(directory)/task").reduce(Duration.zero) { sum, thread in
      let text = Self.text(of: "\(directory)/task/\(thread)/schedstat")
      let nanoseconds = text?.split(separator: " ").first.flatMap { Int64($0) }
      return sum + .nanoseconds(nanoseconds ?? 0)
    }
    let maps = Self.text(of: "\(directory)/smaps_rollup") ?? ""
    return ProcessSample(
      processorTime: max(coarse, fine), residentByteCount: Self.byteCount("Rss:", in: maps),
      proportionalByteCount: Self.byteCount("Pss:", in: maps))
  }

  package struct ProcessGone: Error, Equatable, Sendable, CustomStringConvertible {
    package let processID: Int
    package var description: String { "there is no process \(processID) to measure" }
  }

  /// Fields 14 and 15 of `stat`, counted behind the program's name, which may hold anything.
  private func processorTime(in stat: String) -> Duration? {
    guard let nameEnd = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 12, let user = Int64(fields[11]), let system = Int64(fields[12]) else {
      return nil
    }
    return .seconds(user + system) / ticksPerSecond
  }

  private static func byteCount(_ label: String, in maps: String) -> Int {
    for line in maps.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3, words[0] == label { return (Int(words[1]) ?? 0) << 10 }
    }
    return 0
  }

  /// `nil` where the process ended, or is not ours to look at.
  private static func text(of path: String) -> String? {
    do throws(FileError) {
      return try DurableFile.read(path).map { String(decoding: $0, as: UTF8.self) }
    } catch {
      return nil
    }
  }

  private static func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
