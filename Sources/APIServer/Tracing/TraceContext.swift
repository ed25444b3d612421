package import Tracing

/// Where a span stands: its trace, the span itself, and whether the trace is recorded.
/// Source: W3C Trace Context, "traceparent Header Field Values".
package struct TraceContext: Hashable, Sendable {
  package let trace: TraceID
  package let span: SpanID
  package let isSampled: Bool

  package init(trace: TraceID, span: SpanID, isSampled: Bool) {
    self.trace = trace
    self.span = span
    self.isSampled = isSampled
  }

  /// Sixteen bytes, not all zero.
  package struct TraceID: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }

    static func random() -> TraceID {
      TraceID(high: .random(in: 0 ... .max), low: .random(in: 1 ... .max))
    }
  }

  /// Eight bytes, not all zero.
  package struct SpanID: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    static func random() -> SpanID { SpanID(rawValue: .random(in: 1 ... .max)) }
  }

  /// - Parameter traceparent: what a client sent. `nil` where it is none that this version of the
  ///   standard, or a later one, can mean.
  package init?(traceparent: String) {
    let bytes = Array(traceparent.utf8.prefix(56))
    guard bytes.count >= 55, bytes[2] == Self.dash, bytes[35] == Self.dash, bytes[52] == Self.dash,
      let version = Self.number(bytes[0..<2]), version != 0xFF,
      let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]),
      let span = Self.number(bytes[36..<52]), let flags = Self.number(bytes[53..<55]),
      high != 0 || low != 0, span != 0
    else { return nil }
    // What later versions add stands behind another dash.
    if bytes.count > 55, version == 0 || bytes[55] != Self.dash { return nil }
    self.init(
      trace: TraceID(high: high, low: low), span: SpanID(rawValue: span),
      isSampled: flags & 1 == 1)
  }

  package var traceparent: String {
    "00-\(trace.text)-\(span.text)-\(isSampled ? "01" : "00")"
  }

  private static let dash = UInt8(ascii: "-")

  /// Lower-case hexadecimal digits only, 16 at most.
  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return value
  }
}

extension TraceContext.TraceID {
  package var text: String { high.sixteenDigits + low.sixteenDigits }

  var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }
}

extension TraceContext.SpanID {
  package var text: String { rawValue.sixteenDigits }

  var bytes: [UInt8] { rawValue.bigEndianBytes }
}

extension UInt64 {
  fileprivate var sixteenDigits: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

/// Where a context keeps the span that it stands for.
private enum TraceContextKey: InstrumentationContextKey {
  typealias Value = TraceContext
}

extension InstrumentationContext {
  /// The span that what is begun in this context is a part of.
  package var trace: TraceContext? {
    get { self[TraceContextKey.self] }
    set { self[TraceContextKey.self] = newValue }
  }
}
