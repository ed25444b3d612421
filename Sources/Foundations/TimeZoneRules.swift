import FoundationEssentials

/// When the clocks of a place are how far from UTC.
///
/// Read from the system's time zone files: the full Foundation would bring its own tables, and some
/// 30 MB of them.
/// Source: RFC 8536, "The Time Zone Information Format (TZif)".
package struct TimeZoneRules: Equatable, Sendable {
  /// Seconds since 1970 from which an offset holds, ascending.
  private var changes: [Int64] = []
  private var offsets: [Int] = []
  private var firstOffset = 0
  /// What holds after the last change.
  private var later: YearlyTimeZoneRule?

  package static let utc = TimeZoneRules()

  private init() {}

  /// Reads a zone of the system by its name: `Europe/Berlin`. Blocks on disk.
  /// - Returns: `nil` where there is no such zone, or its file cannot be read as one.
  package init?(named name: String, directory: String = "/usr/share/zoneinfo") {
    if name == "UTC" || name == "Etc/UTC" {
      self = .utc
      return
    }
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    guard isPlain, !name.isEmpty, !name.hasPrefix("/"),
      let data = FileManager.default.contents(atPath: "\(directory)/\(name)")
    else { return nil }
    self.init(file: [UInt8](data))
  }

  /// Seconds by which local time is ahead of UTC.
  /// - Parameter seconds: since 1970.
  package func offset(at seconds: Int64) -> Int {
    guard let last = changes.last, seconds < last else {
      return later?.offset(at: seconds) ?? offsets.last ?? firstOffset
    }
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? firstOffset : offsets[low - 1]
  }

  /// - Returns: `nil` for bytes that are no such file, or one of the format's first version.
  package init?(file bytes: [UInt8]) {
    guard let first = Header(bytes, at: 0), first.version >= UInt8(ascii: "2") else { return nil }
    let start = first.end(timeWidth: 4)
    guard let header = Header(bytes, at: start) else { return nil }
    let times = start + Header.byteCount
    let kinds = times + header.timeCount * 8
    let types = kinds + header.timeCount
    guard header.typeCount > 0, header.end(timeWidth: 8) <= bytes.count else { return nil }
    func big(_ position: Int, _ width: Int) -> UInt64 {
      bytes[position..<position + width].reduce(0) { $0 << 8 | UInt64($1) }
    }
    func offset(ofType type: Int) -> Int {
      Int(Int32(truncatingIfNeeded: big(types + type * 6, 4)))
    }
    firstOffset = offset(ofType: 0)
    for position in 0..<header.timeCount {
      let type = Int(bytes[kinds + position])
      guard type < header.typeCount else { return nil }
      changes.append(Int64(bitPattern: big(times + position * 8, 8)))
      offsets.append(offset(ofType: type))
    }
    let footer = bytes[header.end(timeWidth: 8)...].split(separator: UInt8(ascii: "\n"))
    later = footer.first.flatMap { YearlyTimeZoneRule(String(decoding: $0, as: UTF8.self)) }
  }

  /// One of the file's two headers: the second begins data with 64-bit times.
  private struct Header {
    static let byteCount = 44
    let start: Int
    let version: UInt8
    let timeCount: Int
    let typeCount: Int
    private let restCounts: (utc: Int, standard: Int, leap: Int, letters: Int)

    init?(_ bytes: [UInt8], at start: Int) {
      guard start + Self.byteCount <= bytes.count,
        bytes[start..<start + 4].elementsEqual("TZif".utf8)
      else { return nil }
      func count(_ position: Int) -> Int {
        let first = start + 20 + position * 4
        return bytes[first..<first + 4].reduce(0) { $0 << 8 | Int($1) }
      }
      self.start = start
      version = bytes[start + 4]
      restCounts = (count(0), count(1), count(2), count(5))
      timeCount = count(3)
      typeCount = count(4)
    }

    func end(timeWidth: Int) -> Int {
      let rest = restCounts
      return start + Self.byteCount + timeCount * (timeWidth + 1) + typeCount * 6 + rest.letters
        + rest.leap * (timeWidth + 4) + rest.standard + rest.utc
    }
  }
}
