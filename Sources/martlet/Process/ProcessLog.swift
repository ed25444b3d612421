import Foundations
import Logging
import Settings

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The process's log: a line an event, on standard error.
enum ProcessLog {
  static func logger(_ settings: ServerSettings) -> Logger {
    // Every case of the settings is one of swift-log's.
    let level = Logger.Level(rawValue: settings.logLevel.rawValue) ?? .info
    return Logger(label: "martlet") { _ in
      LineLogHandler(logLevel: level, format: settings.logFormat)
    }
  }
}

extension ProcessLog {
  /// Whether a line could be written now, without waiting for a reader that takes nothing.
  static var isTaken: Bool {
    var output = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 0) == 1 && output.revents & Int16(POLLOUT) != 0
  }

  /// One write per line keeps lines of several threads whole. A log that nobody takes is lost.
  static func writeError(_ text: String) {
    var text = text
    _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// Writes `TIME LEVEL MESSAGE key=value ...`, or the same as a JSON object.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level
  let format: ServerSettings.LogFormat
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
      .map { ($0.key, "\($0.value)") }
    let time = Timestamp.now().microDescription
    let line =
      switch format {
      case .text: Self.text(time, event, fields)
      case .json: Self.json(time, event, fields)
      }
    ProcessLog.writeError("\(line)\n")
  }

  private static func text(
    _ time: String, _ event: LogEvent, _ fields: [(String, String)]
  ) -> String {
    var line = "\(time) \(event.level.rawValue) \(oneLine("\(event.message)"))"
    for (key, value) in fields {
      let isPlain =
        !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
      line += " \(key)=\(isPlain ? value : quoted(value))"
    }
    return line
  }

  private static func json(
    _ time: String, _ event: LogEvent, _ fields: [(String, String)]
  ) -> String {
    let all =
      [("time", time), ("level", event.level.rawValue), ("message", "\(event.message)")] + fields
    return "{\(all.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ","))}"
  }

  private static func oneLine(_ text: String) -> String {
    text.utf8.contains { $0 < 0x20 } ? quoted(text) : text
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
