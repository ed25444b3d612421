package import Tracing

/// Records the way of requests through the server, and gives what was recorded to an exporter.
package final class RequestTracer: Tracer {
  package static let field = "traceparent"

  private let sampler: TraceSampler
  private let exporter: TraceExporter

  package init(_ sampler: TraceSampler, _ exporter: TraceExporter) {
    self.sampler = sampler
    self.exporter = exporter
  }

  /// Sends what was recorded until the task is cancelled, and then once what is left.
  package func run() async { await exporter.run() }

  /// What came of what was recorded, for monitoring.
  var tally: TraceExporter.Tally { exporter.tally }

  // MARK: Tracer

  package func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> InstrumentationContext,
    ofKind kind: SpanKind, at instant: @autoclosure () -> Instant, function: String,
    file fileID: String, line: UInt
  ) -> RecordedSpan {
    let context = context()
    let parent = context.trace
    let trace = parent?.trace ?? .random()
    let place = TraceContext(
      trace: trace, span: .random(), isSampled: sampler.records(trace, parent: parent))
    let moment = instant().nanosecondsSinceEpoch
    return RecordedSpan(
      FinishedSpan(
        place: place, parent: parent?.span, name: operationName, kind: kind, start: moment,
        end: moment), in: context
    ) { [exporter] in exporter.add($0) }
  }

  /// Nothing is held back that could be hurried: `run` sends on.
  package func forceFlush() {}

  package func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    guard let text = extractor.extract(key: Self.field, from: carrier),
      let trace = TraceContext(traceparent: text)
    else { return }
    context.trace = trace
  }

  package func inject<Carrier, Inject: Injector>(
    _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let trace = context.trace else { return }
    injector.inject(trace.traceparent, forKey: Self.field, into: &carrier)
  }
}
