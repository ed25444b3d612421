import AsyncHTTPClient
import Foundations
package import Logging
import NIOCore
import NIOHTTP1
package import Security
import Synchronization

/// Sends events to another server, many at a time.
///
/// Bounded: what it cannot keep up with is dropped, and the server's own log says how much. Requests
/// never wait for it.
/// Source: Kubernetes documentation, "Auditing", "Webhook backend", "Batching"; upstream's defaults.
package final class AuditWebhook: AuditBackend {
  package struct Limits: Equatable, Sendable {
    /// How many events may wait.
    package var waitingMax = 10_000
    package var batchMax = 400
    /// How long the first event of a batch waits for others.
    package var batchWait = Duration.seconds(30)
    /// Tries of one batch, with this pause after the first and longer ones after others.
    package var attemptsMax = 5
    package var retryPause = Duration.seconds(10)
    package var timeout = Duration.seconds(30)

    package init() {}
  }

  private struct State {
    /// Not yet told of.
    var droppedCount = 0
    /// Told of.
    var lostTotal = 0
  }

  private let client: OutgoingClient
  private let url: String
  /// Shown to the other server; `nil` where a certificate does, or nothing.
  private let token: Redacted<[UInt8]>?
  private let limits: Limits
  private let logger: Logger
  private let queue: BatchQueue<[UInt8]>
  private let state = Mutex(State())

  /// Why the other server cannot be used as it is described.
  package struct Unusable: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Parameter connection: its server's URL is what batches are posted to.
  /// - Throws: where it is not to be reached that way.
  package init(_ connection: ClusterConnection, limits: Limits = Limits(), logger: Logger) throws {
    url = connection.server
    guard url.hasPrefix("https://") || (url.hasPrefix("http://") && connection.token == nil) else {
      throw Unusable(
        description:
          "the audit webhook's URL \"\(url)\" has to begin with https://, or with http:// "
          + "where no token is shown")
    }
    guard connection.tlsServerName == nil else {
      throw Unusable(description: "the audit webhook's kubeconfig may not set tls-server-name")
    }
    var place = OutgoingPlace(
      authorityPEM: connection.authorityPEM ?? [],
      skipsVerification: connection.skipsTLSVerification)
    place.identity = connection.identity.map {
      OutgoingPlace.Identity(
        certificateChainPEM: $0.certificateChainPEM, privateKeyPEM: $0.privateKeyPEM.exposed)
    }
    client = try OutgoingClient(place, at: nil)
    token = connection.token
    self.limits = limits
    queue = BatchQueue(
      waitingMax: limits.waitingMax, batchMax: limits.batchMax, batchWait: limits.batchWait)
    self.logger = logger
  }

  /// How many events wait to be sent.
  package var waitingCount: Int { queue.count }

  package var name: String { "webhook" }

  package var lostCount: Int { state.withLock { $0.lostTotal + $0.droppedCount } }

  package func record(_ event: [UInt8]) {
    if !queue.add(event) { state.withLock { $0.droppedCount += 1 } }
  }

  package func run() async {
    while !Task.isCancelled {
      await queue.waitForBatch()
      if !Task.isCancelled { await sendBatch() }
    }
    // What came up to the end, as far as one try takes it. Calls of a task that is cancelled would
    // fail at once, so they are another's; it ends with the first failure.
    await Task {
      while waitingCount > 0 {
        let batch = takeBatch()
        guard let problem = await post(batch, timeout: Self.lastTimeout) else { continue }
        return tellLost(batch.count + waitingCount, problem.reason)
      }
    }.value
  }

  /// Nobody waits longer for a server to stop.
  private static let lastTimeout = Duration.seconds(5)

  private func takeBatch() -> [[UInt8]] {
    let batch = queue.takeBatch()
    let dropped = state.withLock { state in
      defer { state.droppedCount = 0 }
      return state.droppedCount
    }
    if dropped > 0 { tellLost(dropped, "more than \(limits.waitingMax) were waiting") }
    return batch
  }

  private func tellLost(_ count: Int, _ reason: String) {
    state.withLock { $0.lostTotal += count }
    logger.error("audit events were lost", metadata: ["count": "\(count)", "reason": "\(reason)"])
  }

  private func sendBatch() async {
    let batch = takeBatch()
    var pause = limits.retryPause
    for attempt in 1...limits.attemptsMax {
      guard let problem = await post(batch, timeout: limits.timeout) else { return }
      guard attempt < limits.attemptsMax, problem.isTransient else {
        return tellLost(batch.count, problem.reason)
      }
      do {
        try await Task.sleep(for: pause)
      } catch {
        return tellLost(batch.count, "the server is stopping; \(problem.reason)")
      }
      pause = pause * 3 / 2
    }
  }

  private struct Problem: Sendable {
    let reason: String
    /// Whether another try may help.
    let isTransient: Bool
  }

  /// Source: audit.k8s.io/v1 EventList.
  private func post(_ batch: [[UInt8]], timeout: Duration) async -> Problem? {
    if batch.isEmpty { return nil }
    var body = Array(
      #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":["#.utf8)
    body += batch.joined(separator: [UInt8(ascii: ",")])
    body += Array("]}".utf8)
    do {
      var request = HTTPClientRequest(url: url)
      request.method = .POST
      request.headers = ["content-type": "application/json", "user-agent": "martlet-audit"]
      if let token {
        request.headers.add(
          name: "authorization", value: "Bearer \(String(decoding: token.exposed, as: UTF8.self))")
      }
      request.body = .bytes(body, length: .known(Int64(body.count)))
      let answer = try await client.http.execute(
        request, timeout: TimeAmount(timeout))
      // What it says beside its status does not matter, but has to be taken off the connection.
      _ = try await answer.body.collect(upTo: Self.answerByteCountMax)
      let status = Int(answer.status.code)
      if (200..<300).contains(status) { return nil }
      return Problem(
        reason: "the audit webhook answered \(status)",
        isTransient: status == 429 || status >= 500)
    } catch {
      return Problem(reason: "the audit webhook cannot be reached: \(error)", isTransient: true)
    }
  }

  private static let answerByteCountMax = 1 << 20
}
