#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A moment in UTC, as the API writes it: RFC 3339, to the second or the microsecond.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Since 1970-01-01T00:00:00Z; negative before.
  package let seconds: Int64
  /// 0..<1_000_000_000.
  package let nanoseconds: Int32

  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// The system's clock.
  package static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }

  package func advanced(by duration: Duration) -> Timestamp {
    let (whole, attoseconds) = duration.components
    let sum = Int64(nanoseconds) + attoseconds / 1_000_000_000
    let carry = sum >= 1_000_000_000 ? 1 : sum < 0 ? -1 : 0
    return Timestamp(
      seconds: seconds + whole + Int64(carry),
      nanoseconds: Int32(sum - Int64(carry) * 1_000_000_000))
  }

  package func distance(to other: Timestamp) -> Duration {
    .seconds(other.seconds - seconds) + .nanoseconds(Int64(other.nanoseconds - nanoseconds))
  }
}

// MARK: Writing

extension Timestamp {
  /// `2026-01-31T23:59:59Z`.
  package var description: String { text(fractionDigits: 0) }

  /// `2026-01-31T23:59:59.000001Z`, as MicroTime.
  package var microDescription: String { text(fractionDigits: 6) }

  /// `2026-01-31T23:59:59.000000001Z`, as container logs have it.
  package var nanoDescription: String { text(fractionDigits: 9) }

  /// Every object that is made tells its time twice, so no strings are joined here.
  /// - Parameter fractionDigits: 0, 6 or 9.
  private func text(fractionDigits: Int) -> String {
    let day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let second = Int(seconds - day * 86400)
    let (year, month, dayOfMonth) = Self.date(ofDay: day)
    var text: [UInt8] = []
    text.reserveCapacity(30)
    text.append(decimal: year, width: 4)
    text.append(decimal: month, width: 2, after: "-")
    text.append(decimal: dayOfMonth, width: 2, after: "-")
    text.append(decimal: second / 3600, width: 2, after: "T")
    text.append(decimal: second / 60 % 60, width: 2, after: ":")
    text.append(decimal: second % 60, width: 2, after: ":")
    if fractionDigits > 0 {
      let fraction = fractionDigits == 6 ? nanoseconds / 1_000 : nanoseconds
      text.append(decimal: Int(fraction), width: fractionDigits, after: ".")
    }
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  /// The date of a day counted from 1970-01-01.
  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
  package static func date(ofDay day: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (Int(year), Int(month), Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
  }

  /// The day of a date, counted from 1970-01-01; the inverse: `days_from_civil`.
  package static func day(ofYear year: Int, month: Int, day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146_097 + dayOfEra - 719_468)
  }
}

// MARK: Reading

extension Timestamp {
  /// Reads RFC 3339 with any offset and any number of fraction digits; digits beyond nanoseconds
  /// are dropped. `nil` where the text is no such time.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for position in range {
        guard (0x30...0x39).contains(bytes[position]) else { return nil }
        value = value * 10 + Int(bytes[position] - 0x30)
      }
      return value
    }
    func holds(_ byte: Character, at position: Int) -> Bool {
      position < bytes.count && bytes[position] == byte.asciiValue
    }
    guard bytes.count >= 20, let year = number(0..<4), holds("-", at: 4),
      let month = number(5..<7), (1...12).contains(month), holds("-", at: 7),
      let day = number(8..<10), (1...Self.dayCount(of: month, in: year)).contains(day),
      holds("T", at: 10) || holds("t", at: 10), let hour = number(11..<13), hour < 24,
      holds(":", at: 13), let minute = number(14..<16), minute < 60, holds(":", at: 16),
      let second = number(17..<19), second < 60
    else { return nil }
    var position = 19
    var nanoseconds = 0
    if holds(".", at: position) {
      position += 1
      var digits = 0
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
        if digits < 9 { nanoseconds = nanoseconds * 10 + Int(bytes[position] - 0x30) }
        digits += 1
        position += 1
      }
      guard digits > 0 else { return nil }
      for _ in digits..<max(digits, 9) { nanoseconds *= 10 }
    }
    var offset = 0
    if holds("Z", at: position) || holds("z", at: position) {
      position += 1
    } else {
      guard holds("+", at: position) || holds("-", at: position), holds(":", at: position + 3),
        let hours = number(position + 1..<position + 3), hours < 24,
        let minutes = number(position + 4..<position + 6), minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * 60
      if holds("-", at: position) { offset = -offset }
      position += 6
    }
    guard position == bytes.count else { return nil }
    let days = Self.day(ofYear: year, month: month, day: day)
    let clock = Int64(hour * 3600 + minute * 60 + second - offset)
    self.init(seconds: days * 86400 + clock, nanoseconds: Int32(nanoseconds))
  }

  private static func dayCount(of month: Int, in year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

extension [UInt8] {
  /// - Parameters:
  ///   - width: fewest digits; zeros fill up.
  ///   - separator: what stands before the digits.
  fileprivate mutating func append(
    decimal number: Int, width: Int, after separator: Unicode.Scalar? = nil
  ) {
    if let separator { append(UInt8(ascii: separator)) }
    if number < 0 { append(UInt8(ascii: "-")) }
    var divisor: UInt = 1
    for _ in 1..<width { divisor *= 10 }
    while number.magnitude / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(0x30 + UInt8(number.magnitude / divisor % 10))
      divisor /= 10
    }
  }
}
