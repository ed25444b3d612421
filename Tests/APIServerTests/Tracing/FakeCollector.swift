import Foundations
import Logging
import MartletTesting
import NIOPosix
import Networking
import Synchronization

@testable import APIServer

/// A collector that keeps the spans it is sent.
final class FakeCollector: Sendable {
  /// A span, as far as tests look at it.
  struct Span: Sendable {
    let trace: String
    let span: String
    let parent: String
    let name: String
    let kind: UInt64
    let start: UInt64
    let end: UInt64
    let attributes: [String: String]
    let hasFailed: Bool
    /// The traces that it is linked to.
    let links: [String]
  }

  private struct State {
    var spans: [Span] = []
    var resource: [String: String] = [:]
    var isDown = false
  }
  private let state = Mutex(State())

  var spans: [Span] { state.withLock { $0.spans } }
  var resource: [String: String] { state.withLock { $0.resource } }

  /// Whether it takes what it is sent.
  func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

  /// Runs `body` with a collector, and a tracer that sends everything there at once.
  static func run(
    ratePerMillion: Int = 1_000_000, waitingMax: Int = 2_048,
    _ body: (FakeCollector, RequestTracer) async throws -> Void
  ) async throws {
    let collector = FakeCollector()
    let server = try await FakeGRPCServer.start { collector.answer($0, $1) }
    var limits = TraceExporter.Limits()
    limits.batchWait = .milliseconds(10)
    limits.waitingMax = waitingMax
    let tracer = RequestTracer(
      TraceSampler(ratePerMillion: ratePerMillion),
      TraceExporter(
        to: GRPCConnection(
          to: .tcp(host: "127.0.0.1", port: server.port),
          eventLoop: MultiThreadedEventLoopGroup.singleton.next()),
        describedBy: [("service.name", "apiserver")], limits: limits,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    do {
      try await body(collector, tracer)
    } catch {
      try await server.stop()
      throw error
    }
    try await server.stop()
  }

  /// The spans of the trace that has one with this name, once that span is there.
  func trace(
    with name: String, where isMeant: (Span) -> Bool = { _ in true }
  ) async throws -> [Span] {
    for _ in 0..<1_000 {
      let spans = spans
      if let found = spans.last(where: { $0.name == name && isMeant($0) }) {
        return spans.filter { $0.trace == found.trace }
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Missing(name: name, found: spans.map(\.name))
  }

  struct Missing: Error {
    let name: String
    let found: [String]
  }

  private func answer(_ path: String, _ message: [UInt8]) -> FakeGRPCServer.Reply {
    if state.withLock({ $0.isDown }) {
      return .failure(GRPCError(code: .unavailable, message: "no room"))
    }
    guard path == "/opentelemetry.proto.collector.trace.v1.TraceService/Export" else {
      return .failure(GRPCError(code: .unimplemented, message: path))
    }
    do throws(WireFields.Malformed) {
      for resourceSpans in try WireFields(message).contents(1) {
        let fields = try WireFields(resourceSpans)
        let resource = try Self.attributes(try WireFields(fields.bytes(1)), 1)
        var spans: [Span] = []
        for scopeSpans in fields.contents(2) {
          for span in try WireFields(scopeSpans).contents(2) { spans.append(try Self.span(span)) }
        }
        state.withLock { state in
          state.resource = resource
          state.spans += spans
        }
      }
      return .message([])
    } catch {
      return .failure(GRPCError(code: .unknown, message: "\(error)"))
    }
  }

  private static func span(_ bytes: [UInt8]) throws(WireFields.Malformed) -> Span {
    let fields = try WireFields(bytes)
    var links: [String] = []
    for link in fields.contents(13) { links.append(hex(try WireFields(link).bytes(1))) }
    func fixed(_ number: Int) -> UInt64 {
      for field in fields.fields where field.number == number {
        if case .fixed64(let value) = field.value { return value }
      }
      return 0
    }
    return Span(
      trace: hex(fields.bytes(1)), span: hex(fields.bytes(2)), parent: hex(fields.bytes(4)),
      name: fields.text(5) ?? "", kind: fields.varint(6), start: fixed(7), end: fixed(8),
      attributes: try attributes(fields, 9),
      hasFailed: try WireFields(fields.bytes(15)).varint(3) == 2, links: links)
  }

  private static func attributes(_ fields: WireFields, _ number: Int) throws(WireFields.Malformed)
    -> [String: String]
  {
    var attributes: [String: String] = [:]
    for entry in fields.contents(number) {
      let pair = try WireFields(entry)
      let value = try WireFields(pair.bytes(2))
      attributes[pair.text(1) ?? ""] =
        value.contents(1).isEmpty ? "\(value.varint(3))" : value.text(1)
    }
    return attributes
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
