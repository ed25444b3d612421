import Foundations

/// What went through one network interface since it was made.
struct InterfaceUsage: Equatable, Sendable {
  struct Direction: Equatable, Sendable {
    var bytes: UInt64 = 0
    var packets: UInt64 = 0
    var errors: UInt64 = 0
    var dropped: UInt64 = 0
  }

  var name: String
  var received = Direction()
  var transmitted = Direction()

  /// The interfaces of the network that a process is in, without the loopback.
  /// - Returns: `nil` where there is no such process (any more).
  static func read(ofProcess process: Int) throws(FileError) -> [InterfaceUsage]? {
    try DurableFile.read("/proc/\(process)/net/dev").map(parse)
  }

  /// - Parameter table: as `/proc/net/dev` has it: two lines of headings, then for each interface its
  ///   name, a colon and sixteen numbers. Lines of another form are left out. Source: proc(5).
  static func parse(_ table: [UInt8]) -> [InterfaceUsage] {
    String(decoding: table, as: UTF8.self).split(separator: "\n").compactMap { line in
      guard let colon = line.lastIndex(of: ":") else { return nil }
      let name = line[..<colon].drop { $0 == " " }
      let numbers = line[line.index(after: colon)...].split(separator: " ").compactMap {
        UInt64($0)
      }
      guard numbers.count >= 16, name != "lo" else { return nil }
      func direction(_ start: Int) -> Direction {
        Direction(
          bytes: numbers[start], packets: numbers[start + 1], errors: numbers[start + 2],
          dropped: numbers[start + 3])
      }
      return InterfaceUsage(
        name: String(name), received: direction(0), transmitted: direction(8))
    }
  }
}
