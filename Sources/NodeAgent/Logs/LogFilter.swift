import Foundations

/// Turns a log file's bytes into what its reader asked for. Pure: the same bytes give the same
/// output, however they are cut into chunks.
struct LogFilter {
  private let options: LogOptions
  private var remainder: [UInt8] = []
  private var remainingBytes: Int
  /// Whether the next entry continues a line whose beginning was shown.
  private var isInsideLine = false

  /// A runtime's entries have 16 KB at most; what is much longer is no log.
  static let entryBytesMax = 1 << 20

  init(_ options: LogOptions) {
    self.options = options
    remainingBytes = options.limitBytes ?? Int.max
  }

  /// The limit is reached: nothing more will come out.
  var isFull: Bool { remainingBytes <= 0 }

  /// Takes the file's next bytes; an entry without its newline waits for the rest.
  mutating func append(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var rest = bytes[...]
    while !isFull, let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      if remainder.isEmpty {
        show(rest[..<newline], in: &output)
      } else {
        remainder += rest[..<newline]
        show(remainder[...], in: &output)
        remainder.removeAll()
      }
      rest = rest[(newline + 1)...]
    }
    remainder += rest
    if remainder.count > Self.entryBytesMax { remainder.removeAll() }
    return output
  }

  /// A line that is no entry is left out, as upstream does.
  private mutating func show(_ line: ArraySlice<UInt8>, in output: inout [UInt8]) {
    guard let entry = LogEntry(line), options.streams.contains(entry.stream) else { return }
    if let since = options.since, let time = Timestamp(entry.time), time < since { return }
    var shown: [UInt8] = []
    if options.timestamps, !isInsideLine { shown += "\(entry.fullTime) ".utf8 }
    shown += entry.text
    if !entry.isPartial { shown.append(UInt8(ascii: "\n")) }
    isInsideLine = entry.isPartial
    output += shown.prefix(remainingBytes)
    remainingBytes -= min(remainingBytes, shown.count)
  }
}
