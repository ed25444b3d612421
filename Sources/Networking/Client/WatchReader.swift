package import Resources
import Synchronization

/// Reads the events of one watch: a JSON object on each line.
/// Source: Kubernetes API Concepts, "Efficient detection of changes".
package final class WatchReader: Sendable {
  /// More than the largest object that the API takes, in JSON, with room for its wrapping.
  private static let lineByteCountMax = 16 << 20

  private let response: StreamedResponse
  private let lines = Mutex(LineSplitter(lineByteCountMax: lineByteCountMax))

  package init(_ response: StreamedResponse) { self.response = response }

  /// The next event, `nil` when the server ends the watch. One caller at a time.
  package func next() async throws -> ObjectEvent? {
    while true {
      while let line = try lines.withLock({ try $0.next() }) {
        if let event = try Self.event(on: line) { return event }
      }
      guard let bytes = try await response.next() else { return nil }
      lines.withLock { $0.append(bytes) }
    }
  }

  /// - Returns: `nil` for a type that did not exist when this was written.
  private static func event(on line: [UInt8]) throws -> ObjectEvent? {
    let event = try Document(json: line)
    let object = (event["object"] ?? .emptyObject).compacted()
    switch event["type"]?.string {
    case "ADDED": return .added(object)
    case "MODIFIED": return .modified(object)
    case "DELETED": return .deleted(object)
    case "BOOKMARK":
      return .bookmark(
        resourceVersion: object.value(at: ["metadata", "resourceVersion"])?.string ?? "")
    case "ERROR": return .error(APIError(status: object, httpCode: 500))
    default: return nil
    }
  }
}

/// Cuts a stream of bytes at its line feeds.
struct LineSplitter {
  private let lineByteCountMax: Int
  private var bytes: [UInt8] = []
  private var start = 0
  /// Up to here is known to hold no line feed.
  private var searched = 0

  init(lineByteCountMax: Int) { self.lineByteCountMax = lineByteCountMax }

  mutating func append(_ more: [UInt8]) {
    bytes.removeSubrange(..<start)
    searched -= start
    start = 0
    bytes += more
  }

  /// The next whole line that is not empty, without its line feed.
  /// - Throws: where a line passes the limit.
  mutating func next() throws(ClientError) -> [UInt8]? {
    while let end = bytes[searched...].firstIndex(of: 0x0A) {
      let line = bytes[start..<end]
      start = end + 1
      searched = start
      if !line.isEmpty { return Array(line) }
    }
    searched = bytes.count
    guard bytes.count - start <= lineByteCountMax else {
      throw .answerTooLarge(limit: lineByteCountMax)
    }
    return nil
  }
}
