/// A point in time as the API's `Time` and `MicroTime` hold it: seconds since 1970 in UTC, and parts
/// of a second. JSON spells it as RFC 3339, protobuf as two numbers.
struct TimeText: Equatable {
  var seconds: Int64
  var nanoseconds: Int32

  enum Precision {
    /// meta/v1 Time: parts of a second are dropped.
    case seconds
    /// meta/v1 MicroTime: six digits, always written.
    case microseconds
  }

  init(seconds: Int64, nanoseconds: Int32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// How the API spells a time that a client wrote in RFC 3339.
  static func canonical(_ text: UnsafeBufferPointer<UInt8>, _ precision: Precision)
    -> CanonicalText
  {
    guard let time = TimeText(text) else { return .invalid }
    // The canonical form ends in Z right after the digits, and has no other spelling.
    let count = precision == .seconds ? 20 : 27
    if text.count == count && text[count - 1] == UInt8(ascii: "Z") { return .asWritten }
    var output: [UInt8] = []
    time.append(to: &output, precision)
    return .rewritten(output)
  }

  /// Reads RFC 3339: `2006-01-02T15:04:05`, a fraction or none, `Z` or an offset.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var reader = Reader(text: text)
    guard
      let year = reader.number(4), reader.take("-"),
      let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.take("T"),
      let hour = reader.number(2), reader.take(":"),
      let minute = reader.number(2), reader.take(":"),
      let second = reader.number(2),
      (1...12).contains(month), day >= 1, day <= Self.dayCount(year: year, month: month),
      hour < 24, minute < 60, second < 60
    else { return nil }
    nanoseconds = 0
    if reader.take(".") {
      guard let fraction = reader.fraction() else { return nil }
      nanoseconds = fraction
    }
    guard let offset = reader.offsetSeconds(), reader.isAtEnd else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    let secondOfDay = hour * 3600 + minute * 60 + second
    seconds = days * 86_400 + Int64(secondOfDay - offset)
    // Beyond the year 9999 or before the year 0 there is no way to write it in UTC.
    guard Self.writable.contains(seconds) else { return nil }
  }

  /// From the first second of the year 0 to the last of 9999.
  static let writable: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  /// - Precondition: `seconds` lies in `writable`.
  func append(to output: inout [UInt8], _ precision: Precision) {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let secondOfDay = Int(seconds - days * 86_400)
    let (year, month, day) = Self.date(daysSince1970: days)
    output.appendDigits(year, 4)
    output.append(UInt8(ascii: "-"))
    output.appendDigits(month, 2)
    output.append(UInt8(ascii: "-"))
    output.appendDigits(day, 2)
    output.append(UInt8(ascii: "T"))
    output.appendDigits(secondOfDay / 3600, 2)
    output.append(UInt8(ascii: ":"))
    output.appendDigits(secondOfDay / 60 % 60, 2)
    output.append(UInt8(ascii: ":"))
    output.appendDigits(secondOfDay % 60, 2)
    if precision == .microseconds {
      output.append(UInt8(ascii: "."))
      output.appendDigits(Int(nanoseconds) / 1000, 6)
    }
    output.append(UInt8(ascii: "Z"))
  }

  private static func dayCount(year: Int, month: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
  }

  /// Days in the proleptic Gregorian calendar, by years that begin in March, so that the leap day
  /// comes last. Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146_097 + dayOfEra - 719_468)
  }

  private static func date(daysSince1970: Int64) -> (year: Int, month: Int, day: Int) {
    let days = Int(daysSince1970) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private struct Reader {
    let text: UnsafeBufferPointer<UInt8>
    var offset = 0

    var isAtEnd: Bool { offset == text.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard offset < text.count, text[offset] == UInt8(ascii: character) else { return false }
      offset += 1
      return true
    }

    mutating func digit() -> Int? {
      guard offset < text.count, text[offset] &- UInt8(ascii: "0") < 10 else { return nil }
      offset += 1
      return Int(text[offset - 1] - UInt8(ascii: "0"))
    }

    mutating func number(_ digitCount: Int) -> Int? {
      var value = 0
      for _ in 0..<digitCount {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    /// Nanoseconds; digits beyond the ninth are dropped.
    mutating func fraction() -> Int32? {
      var value: Int32 = 0
      var count = 0
      while let digit = digit() {
        if count < 9 { value = value * 10 + Int32(digit) }
        count += 1
      }
      guard count > 0 else { return nil }
      for _ in min(count, 9)..<9 { value *= 10 }
      return value
    }

    mutating func offsetSeconds() -> Int? {
      if take("Z") { return 0 }
      let sign = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(2), take(":"), let minutes = number(2),
        hours < 24, minutes < 60
      else { return nil }
      return sign * (hours * 3600 + minutes * 60)
    }
  }
}

extension [UInt8] {
  /// Decimal digits of a value below 10^count, zeros in front.
  fileprivate mutating func appendDigits(_ value: Int, _ count: Int) {
    var divisor = 1
    for _ in 1..<count { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
