import Foundations

/// The canonical spelling of times: UTC, to the second or to the microsecond.
/// Source: meta/v1 Time and MicroTime.
enum TimeText {
  enum Precision {
    /// `2006-01-02T15:04:05Z`; parts of a second are dropped.
    case seconds
    /// `2006-01-02T15:04:05.000000Z`, always six digits.
    case microseconds
  }

  /// From the first second of the year 0 to the last of 9999: what RFC 3339 can spell in UTC.
  static let writable: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  static func spelling(_ time: Timestamp, _ precision: Precision) -> String {
    precision == .seconds ? time.description : time.microDescription
  }

  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
    Timestamp(String(decoding: text, as: UTF8.self))
  }

  /// How the API spells a time that a client wrote in RFC 3339.
  static func canonical(_ text: UnsafeBufferPointer<UInt8>, _ precision: Precision)
    -> CanonicalText
  {
    if isPlainlyCanonical(text, precision) { return .asWritten }
    guard let time = parse(text),
      writable.contains(time.seconds)
    else { return .invalid }
    let canonical = spelling(time, precision)
    return canonical.utf8.elementsEqual(text) ? .asWritten : .rewritten(Array(canonical.utf8))
  }

  /// Digits where they belong, and a date that needs no calendar: the times that servers write are
  /// found right without a string being made of them.
  private static func isPlainlyCanonical(
    _ text: UnsafeBufferPointer<UInt8>, _ precision: Precision
  ) -> Bool {
    guard text.count == (precision == .seconds ? 20 : 27) else { return false }
    let pattern: StaticString =
      precision == .seconds ? "0000-00-00T00:00:00Z" : "0000-00-00T00:00:00.000000Z"
    for position in 0..<text.count {
      let expected = pattern.utf8Start[position]
      let isRight =
        expected == UInt8(ascii: "0")
        ? text[position] &- UInt8(ascii: "0") < 10 : text[position] == expected
      if !isRight { return false }
    }
    func number(_ position: Int) -> Int {
      Int(text[position] & 15) * 10 + Int(text[position + 1] & 15)
    }
    return (1...12).contains(number(5)) && (1...28).contains(number(8)) && number(11) < 24
      && number(14) < 60 && number(17) < 60
  }
}
