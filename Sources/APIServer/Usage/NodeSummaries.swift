import Foundations
import Logging
import Networking
import Resources
import Synchronization

/// What nodes' agents tell of their use, asked for when somebody wants to know.
///
/// Bounded: as many answers are kept as there are nodes, for `freshness`; `requestsMax` agents are
/// asked at once. An agent that does not answer in time is left out.
final class NodeSummaries: Sendable {
  typealias Fetch = @Sendable (_ node: Document) async throws -> Document

  private let fetch: Fetch
  private let logger: Logger
  private let known = Mutex<[String: Answer]>([:])

  private struct Answer {
    var summary: Document
    var time: ContinuousClock.Instant
  }

  /// Many autoscalers that look at once share an answer.
  private static let freshness = Duration.seconds(5)
  private static let requestsMax = 16

  init(logger: Logger, fetch: @escaping Fetch) {
    self.fetch = fetch
    self.logger = logger
  }

  /// By the names of nodes.
  func summaries(of nodes: [Document]) async -> [String: Document] {
    let now = ContinuousClock.now
    let kept = known.withLock { known in
      known = known.filter { now - $0.value.time < Self.freshness }
      return known.mapValues(\.summary)
    }
    let missing = nodes.filter { kept[ObjectKey($0).name] == nil }
    var result = kept
    await withTaskGroup(of: (String, Document?).self) { group in
      var waiting = missing[...]
      for node in waiting.prefix(Self.requestsMax) { group.addTask { await self.ask(node) } }
      waiting = waiting.dropFirst(Self.requestsMax)
      for await (name, summary) in group {
        if let summary { result[name] = summary }
        if let node = waiting.popFirst() { group.addTask { await self.ask(node) } }
      }
    }
    return result
  }

  private func ask(_ node: Document) async -> (String, Document?) {
    let name = ObjectKey(node).name
    do {
      let summary = try await fetch(node)
      known.withLock { $0[name] = Answer(summary: summary, time: .now) }
      return (name, summary)
    } catch {
      logger.warning("the node \(name) does not tell what it uses: \(error)")
      return (name, nil)
    }
  }
}

extension NodeSummaries {
  private static let timeout = Duration.seconds(10)

  /// Asks agents over HTTPS.
  convenience init(_ connections: Renewable<NodeConnections>, logger: Logger) {
    self.init(logger: logger) { node in
      guard let (host, port) = NodeConnections.address(of: node) else {
        throw APIError.internalError("the node has no address")
      }
      var configuration = ClientConfiguration(server: ServerURL(host: host, port: port))
      connections.current.identify(&configuration)
      let transport = HTTPTransport(configuration)
      defer { transport.close() }
      let answer = try await transport.send(
        ClientRequest(.get, "/stats/summary"), timeout: Self.timeout)
      guard answer.status == 200 else {
        throw APIError.internalError("its agent answers with status \(answer.status)")
      }
      return try Document(json: answer.body)
    }
  }
}
