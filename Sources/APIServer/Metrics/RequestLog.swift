import Foundations
import Logging
import Networking

/// Tells the log of requests that failed on the server's side, or took long. Each gets an ID that the
/// client finds in its answer too, so that one leads to the other. Of all other requests nothing is
/// written, and no ID is made.
///
/// Queries and bodies are left out: what they hold is the client's own.
struct RequestLog: Sendable {
  let logger: Logger

  /// Source: upstream logs requests slower than this ("Trace").
  static let slow = Duration.seconds(1)
  /// As upstream names it. A client may send its own.
  static let field = "audit-id"
  private static let identifierLengthMax = 64

  /// - Parameter duration: `nil` for answers that last as long as the client likes.
  /// - Returns: the ID, where something was written.
  func note(_ request: ServerRequest, user: String, _ status: Int, _ duration: Duration?) -> String?
  {
    let failed = status >= 500
    guard failed || duration.map({ $0 >= Self.slow }) ?? false else { return nil }
    let sent = request.headers[Self.field].flatMap { Self.isPlain($0) ? $0 : nil }
    let identifier = sent ?? UID.random().description
    var metadata: Logger.Metadata = [
      "request": "\(identifier)", "method": "\(request.method.token)", "path": "\(request.path)",
      "user": "\(user)", "status": "\(status)",
    ]
    if let duration { metadata["milliseconds"] = "\(Int(duration / .milliseconds(1)))" }
    logger.log(
      level: failed ? .error : .warning,
      failed ? "a request failed on the server's side" : "a request took long",
      metadata: metadata)
    return identifier
  }

  private static func isPlain(_ text: String) -> Bool {
    (1...identifierLengthMax).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
  }
}
