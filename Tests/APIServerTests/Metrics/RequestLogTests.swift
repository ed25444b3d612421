import Foundations
import Logging
import Networking
import Synchronization
import Testing

@testable import APIServer

@Suite("What the log is told of requests")
struct RequestLogTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private struct Handler: LogHandler {
    let lines: Lines
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    init(_ lines: Lines) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map {
        "\($0.key)=\($0.value)"
      }
      let line = "\(event.level) \(fields.joined(separator: " "))"
      lines.all.withLock { $0.append(line) }
    }
  }

  /// The ID of a request that was answered so, and what the log was told.
  private func note(_ status: Int, _ duration: Duration?, headers: HeaderFields = [:]) throws
    -> (id: String?, lines: [String])
  {
    let lines = Lines()
    let log = RequestLog(logger: Logger(label: "test") { _ in Handler(lines) })
    let request = ServerRequest(
      method: .get, target: try RequestTarget("/api/v1/secrets?fieldSelector=secret"),
      headers: headers, body: Array("secret".utf8),
      connection: ConnectionFacts(
        version: .http2, isTLS: true, clientCertificate: .absent, remoteAddress: ""))
    let id = log.note(request, user: "jane", status, duration)
    return (id, lines.all.withLock { $0 })
  }

  @Test("a failure of the server is told with the ID that the client gets, without its secrets")
  func failure() throws {
    let (id, lines) = try note(500, .milliseconds(7))
    let known = try #require(id)
    #expect(
      lines == [
        "error method=GET milliseconds=7 path=/api/v1/secrets request=\(known) status=500 user=jane"
      ])
  }

  @Test("what takes a second is told; what is answered sooner, or goes on for long, is not")
  func slow() throws {
    #expect(try note(200, .milliseconds(999)).lines.isEmpty)
    #expect(try note(499, nil).lines.isEmpty)
    let (id, lines) = try note(200, .seconds(1))
    #expect(id != nil && lines.count == 1 && lines[0].hasPrefix("warning "))
  }

  @Test("a client's own ID is taken where it is a plain word")
  func identifier() throws {
    #expect(try note(500, nil, headers: ["audit-id": "abc-1"]).id == "abc-1")
    for odd in ["a b", "\"", "", String(repeating: "x", count: 65)] {
      let (id, lines) = try note(500, nil, headers: ["audit-id": odd])
      #expect(id?.count == 36 && lines[0].contains("request=\(id ?? "")"))
    }
  }
}
