import Foundations
package import Logging
package import Networking
import Synchronization

/// Sends finished spans to a collector, many at a time (OTLP over gRPC).
///
/// Bounded: what it cannot keep up with, and what a collector does not take, is dropped and counted.
/// Requests never wait for it.
/// Source: OpenTelemetry specification, "Batching processor"; OpenTelemetry Protocol, "OTLP/gRPC".
package final class TraceExporter: Sendable {
  package struct Limits: Equatable, Sendable {
    /// Spans that wait.
    package var waitingMax = 2_048
    package var batchMax = 512
    /// How long the first span of a batch waits for others.
    package var batchWait = Duration.seconds(5)
    package var timeout = Duration.seconds(10)

    package init() {}
  }

  /// What came of spans, in all.
  struct Tally: Equatable, Sendable {
    var sent = 0
    /// There were too many at a time.
    var dropped = 0
    /// The collector did not take them.
    var refused = 0
  }

  private struct State {
    var tally = Tally()
    /// Why the last batch was not taken.
    var problem: String?
  }

  private let connection: GRPCConnection
  private let attributes: [(String, String)]
  private let limits: Limits
  private let logger: Logger
  private let queue: BatchQueue<FinishedSpan>
  private let state = Mutex(State())

  /// - Parameter attributes: what the collector is told of this process: `service.name`.
  package init(
    to connection: GRPCConnection, describedBy attributes: [(String, String)],
    limits: Limits = Limits(), logger: Logger
  ) {
    self.connection = connection
    self.attributes = attributes
    self.limits = limits
    queue = BatchQueue(
      waitingMax: limits.waitingMax, batchMax: limits.batchMax, batchWait: limits.batchWait)
    self.logger = logger
  }

  deinit { connection.close() }

  var tally: Tally { state.withLock { $0.tally } }

  func add(_ span: FinishedSpan) {
    if !queue.add(span) { state.withLock { $0.tally.dropped += 1 } }
  }

  package func run() async {
    while !Task.isCancelled {
      await queue.waitForBatch()
      if !Task.isCancelled { await send(queue.takeBatch(), timeout: limits.timeout) }
    }
    // What came up to the end, as far as one try takes it: calls of a task that is cancelled would
    // fail at once, so it is another's. What still comes meanwhile does not keep the server.
    await Task {
      for _ in 0..<limits.waitingMax / limits.batchMax where queue.count > 0 {
        guard await send(queue.takeBatch(), timeout: Self.lastTimeout) else { return }
      }
    }.value
  }

  /// Nobody waits longer for a server to stop.
  private static let lastTimeout = Duration.seconds(2)

  /// - Returns: whether the collector took it.
  @discardableResult
  private func send(_ batch: [FinishedSpan], timeout: Duration) async -> Bool {
    let request = GRPCRequest(
      service: "opentelemetry.proto.collector.trace.v1.TraceService", method: "Export",
      message: TraceMessage.request(batch, of: attributes), deadline: timeout)
    do {
      let refused = TraceMessage.refusedCount(in: try await connection.call(request))
      note(sent: batch.count - min(refused, batch.count), of: batch.count, problem: nil)
      return true
    } catch let error as GRPCError {
      note(sent: 0, of: batch.count, problem: error.message)
    } catch {
      note(sent: 0, of: batch.count, problem: "the server is stopping")
    }
    return false
  }

  /// Logs when the collector begins to fail, fails otherwise, or takes spans again.
  private func note(sent: Int, of count: Int, problem: String?) {
    let before = state.withLock { state in
      state.tally.sent += sent
      state.tally.refused += count - sent
      defer { state.problem = problem }
      return state.problem
    }
    guard before != problem else { return }
    if let problem {
      logger.warning("the collector takes no traces", metadata: ["why": "\(problem)"])
    } else {
      logger.notice("the collector takes traces again")
    }
  }
}

extension TraceExporter.Tally {
  func write(to text: inout MetricsText) {
    let name = "martlet_tracing_spans_total"
    text.begin(name, .counter, "[ALPHA] Spans of traces, by what came of them.")
    text.sample(name, ["result": "sent"], sent)
    text.sample(name, ["result": "dropped"], dropped)
    text.sample(name, ["result": "refused"], refused)
  }
}
