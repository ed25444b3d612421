import Foundations
import Tracing

/// Spans as a collector reads them. Pure.
/// Source: opentelemetry-proto, `collector/trace/v1/trace_service.proto`, `trace/v1/trace.proto` and
/// `common/v1/common.proto`: the numbers of their fields.
enum TraceMessage {
  /// `ExportTraceServiceRequest`.
  static func request(_ spans: [FinishedSpan], of attributes: [(String, String)]) -> [UInt8] {
    var resource = WireMessage()
    for (key, value) in attributes { resource.add(1, attribute(key, .string(value))) }
    var scope = WireMessage()
    scope.add(1, "martlet/apiserver")
    var scopeSpans = WireMessage()
    scopeSpans.add(1, scope)
    for span in spans { scopeSpans.add(2, message(span)) }
    var resourceSpans = WireMessage()
    resourceSpans.add(1, resource)
    resourceSpans.add(2, scopeSpans)
    var request = WireMessage()
    request.add(1, resourceSpans)
    return request.bytes
  }

  /// How many spans an `ExportTraceServiceResponse` says were not taken. What cannot be read says
  /// nothing: the call itself went well.
  static func refusedCount(in response: [UInt8]) -> Int {
    guard let partial = (try? WireFields(response))?.bytes(1), let fields = try? WireFields(partial)
    else { return 0 }
    return Int(clamping: fields.varint(1))
  }

  private static func message(_ span: FinishedSpan) -> WireMessage {
    var message = WireMessage()
    message.add(1, span.place.trace.bytes)
    message.add(2, span.place.span.bytes)
    if let parent = span.parent { message.add(4, parent.bytes) }
    message.add(5, span.name)
    message.add(6, varint: kind(span.kind))
    message.add(7, fixed: span.start)
    message.add(8, fixed: span.end)
    add(span.attributes, 9, to: &message)
    for event in span.events {
      var part = WireMessage()
      part.add(1, fixed: event.nanosecondsSinceEpoch)
      part.add(2, event.name)
      add(event.attributes, 3, to: &part)
      message.add(11, part)
    }
    for link in span.links {
      guard let place = link.context.trace else { continue }
      var part = WireMessage()
      part.add(1, place.trace.bytes)
      part.add(2, place.span.bytes)
      add(link.attributes, 4, to: &part)
      message.add(13, part)
    }
    if let status = span.status {
      var part = WireMessage()
      part.add(2, status.message ?? "")
      part.add(3, varint: status.code == .ok ? 1 : 2)
      message.add(15, part)
    }
    return message
  }

  private static func kind(_ kind: SpanKind) -> UInt64 {
    switch kind {
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }

  private static func add(
    _ attributes: SpanAttributes, _ number: Int, to message: inout WireMessage
  ) {
    var left = RecordedSpan.partsMax
    // Attributes are no sequence.
    // swift-format-ignore: ReplaceForEachWithForLoop
    attributes.forEach { key, value in
      guard left > 0 else { return }
      left -= 1
      message.add(number, attribute(key, value))
    }
  }

  private static func attribute(_ key: String, _ value: SpanAttribute) -> WireMessage {
    var content = WireMessage()
    switch value {
    case .string(let text):
      content.addPresent(1, cut(text))
    // Zero is a value here, which the field's absence would not be.
    case .bool(let flag): content.addPresent(2, varint: flag ? 1 : 0)
    case .int32(let number): content.addPresent(3, varint: UInt64(bitPattern: Int64(number)))
    case .int64(let number): content.addPresent(3, varint: UInt64(bitPattern: number))
    case .stringConvertible(let described): content.addPresent(1, cut("\(described)"))
    default: content.addPresent(1, cut("\(value)"))
    }
    var message = WireMessage()
    message.add(1, key)
    message.add(2, content)
    return message
  }

  /// Whole characters only: a text is UTF-8.
  private static func cut(_ text: String) -> [UInt8] {
    guard text.utf8.count > RecordedSpan.textByteCountMax else { return Array(text.utf8) }
    var bytes = Array(text.utf8.prefix(RecordedSpan.textByteCountMax))
    while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
    return bytes
  }
}
