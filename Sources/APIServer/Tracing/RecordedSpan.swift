import Synchronization
package import Tracing

/// A part of a request's way, from its start to its end. May be told from any thread; what is told
/// after the end counts no more.
package final class RecordedSpan: Span {
  /// Source: OpenTelemetry specification, "Span limits": attributes, events and links of one span.
  static let partsMax = 128
  /// Longer texts are cut there: a client chooses them.
  static let textByteCountMax = 4_096

  private struct State {
    var content: FinishedSpan
    var isOver = false
  }

  package let context: InstrumentationContext
  /// Whether anybody will be told of it; if not, nothing is kept.
  package let isRecording: Bool
  let place: TraceContext
  private let state: Mutex<State>
  private let finish: @Sendable (FinishedSpan) -> Void

  /// - Parameter finish: gets the span at its end, where it is recorded.
  init(
    _ content: FinishedSpan, in context: InstrumentationContext,
    finish: @escaping @Sendable (FinishedSpan) -> Void
  ) {
    place = content.place
    isRecording = content.place.isSampled
    var context = context
    context.trace = content.place
    self.context = context
    self.finish = finish
    state = Mutex(State(content: content))
  }

  private func change(_ body: (inout FinishedSpan) -> Void) {
    guard isRecording else { return }
    state.withLock { state in
      if !state.isOver { body(&state.content) }
    }
  }

  // MARK: Span

  package var operationName: String {
    get { state.withLock { $0.content.name } }
    set { change { $0.name = newValue } }
  }

  package var attributes: SpanAttributes {
    get { state.withLock { $0.content.attributes } }
    set { change { $0.attributes = newValue } }
  }

  package func setStatus(_ status: SpanStatus) { change { $0.status = status } }

  package func addEvent(_ event: SpanEvent) {
    change { if $0.events.count < Self.partsMax { $0.events.append(event) } }
  }

  package func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    guard isRecording else { return }
    var attributes = attributes
    attributes["exception.message"] = "\(error)"
    attributes["exception.type"] = "\(type(of: error))"
    addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
  }

  package func addLink(_ link: SpanLink) {
    change { if $0.links.count < Self.partsMax { $0.links.append(link) } }
  }

  package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    guard isRecording else { return }
    let moment = instant().nanosecondsSinceEpoch
    let finished = state.withLock { state -> FinishedSpan? in
      guard !state.isOver else { return nil }
      state.isOver = true
      state.content.end = moment
      return state.content
    }
    if let finished { finish(finished) }
  }
}

/// All that is known of a span.
struct FinishedSpan: Sendable {
  let place: TraceContext
  let parent: TraceContext.SpanID?
  var name: String
  let kind: SpanKind
  /// Nanoseconds since 1970.
  let start: UInt64
  var end: UInt64
  var attributes: SpanAttributes = [:]
  var status: SpanStatus?
  var events: [SpanEvent] = []
  var links: [SpanLink] = []
}
