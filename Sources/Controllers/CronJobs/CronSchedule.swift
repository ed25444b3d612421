package import Foundations

/// When a CronJob's schedule comes next. Pure.
/// Source: Kubernetes documentation, "CronJob", "Schedule syntax"; the days of month and week by
/// crontab(5): where both are restricted, either is enough.
package struct CronSchedule: Equatable, Sendable {
  private enum Rule: Equatable, Sendable {
    case fields(Fields)
    case every(Duration)
  }

  /// Bit n stands for the number n.
  private struct Fields: Equatable, Sendable {
    var minutes: UInt64 = 0
    var hours: UInt64 = 0
    var daysOfMonth: UInt64 = 0
    var months: UInt64 = 0
    var daysOfWeek: UInt64 = 0
    /// Whether a day must satisfy both fields of days: one of them is `*`.
    var needsBothDays = false
  }

  private let rule: Rule
  private let zone: TimeZoneRules

  /// Most that is looked ahead: a schedule that does not come by then, as the 30th of February, is
  /// taken to come never. Source: the cron library of upstream.
  private static let yearsMax = 5

  /// - Parameters:
  ///   - text: five fields, `@hourly` and its kin, or `@every` and a duration.
  ///   - zone: whose clocks the fields are about.
  /// - Returns: `nil` for text that is no schedule.
  package init?(_ text: String, zone: TimeZoneRules = .utc) {
    self.zone = zone
    if text.hasPrefix("@every ") {
      guard let interval = GoDuration.parse(text.dropFirst(7).trimmed) else { return nil }
      rule = .every(max(.seconds(1), .seconds(interval.components.seconds)))
      return
    }
    let plain = text.hasPrefix("@") ? Self.named[text] : text
    guard let parts = plain?.split(whereSeparator: \.isWhitespace), parts.count == 5,
      let minutes = Self.bits(parts[0], 0...59), let hours = Self.bits(parts[1], 0...23),
      let days = Self.bits(parts[2], 1...31),
      let months = Self.bits(parts[3], 1...12, names: Self.monthNames),
      let weekdays = Self.bits(parts[4], 0...6, names: Self.dayNames)
    else { return nil }
    rule = .fields(
      Fields(
        minutes: minutes.bits, hours: hours.bits, daysOfMonth: days.bits, months: months.bits,
        daysOfWeek: weekdays.bits, needsBothDays: days.isAny || weekdays.isAny))
  }

  private static let named = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
  ]
  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  // MARK: Reading

  /// `isAny` where a part of the field is `*` without a step.
  private static func bits(
    _ field: Substring, _ range: ClosedRange<Int>, names: [String] = []
  ) -> (bits: UInt64, isAny: Bool)? {
    var bits: UInt64 = 0
    var isAny = false
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "/", omittingEmptySubsequences: false)
      guard let span = halves.first, halves.count <= 2 else { return nil }
      var step = 1
      if halves.count == 2 {
        guard let stated = Int(halves[1]), stated > 0 else { return nil }
        step = stated
      }
      let ends: ClosedRange<Int>
      if span == "*" || span == "?" {
        ends = range
        isAny = isAny || step == 1
      } else {
        func number(_ text: Substring) -> Int? {
          names.firstIndex(of: text.lowercased()).map { $0 + range.lowerBound } ?? Int(text)
        }
        let limits = span.split(separator: "-", omittingEmptySubsequences: false)
        guard limits.count <= 2, let first = number(limits[0]) else { return nil }
        // `5/10` begins at 5 and goes on to the end.
        let open = halves.count == 2 ? range.upperBound : first
        guard let last = limits.count == 2 ? number(limits[1]) : open, first <= last,
          range.contains(first), range.contains(last)
        else { return nil }
        ends = first...last
      }
      for value in stride(from: ends.lowerBound, through: ends.upperBound, by: step) {
        bits |= 1 << UInt64(value)
      }
    }
    return bits == 0 ? nil : (bits, isAny)
  }

  // MARK: Looking ahead

  /// The first moment after `moment` that the schedule names, in whole seconds; `nil` for none in
  /// the years to come.
  ///
  /// What a clock skips in spring does not come that day; what it shows twice in autumn comes twice.
  package func next(after moment: Timestamp) -> Timestamp? {
    switch rule {
    case .every(let interval):
      return Timestamp(seconds: moment.seconds + interval.components.seconds)
    case .fields(let fields): return next(after: moment, fields)
    }
  }

  private func next(after moment: Timestamp, _ fields: Fields) -> Timestamp? {
    let start = LocalTime(moment.seconds, zone)
    var time = LocalTime(moment.seconds + 60 - Int64(start.second), zone)
    while time.year <= start.year + Self.yearsMax {
      if !fields.months.has(time.month) {
        time = time.startOfNextMonth
      } else if !isDay(time, fields) {
        time = time.startOfNextDay
      } else if !fields.hours.has(time.hour) {
        time = LocalTime(time.seconds + Int64(3600 - time.minute * 60), zone)
      } else if !fields.minutes.has(time.minute) {
        time = LocalTime(time.seconds + 60, zone)
      } else {
        return Timestamp(seconds: time.seconds)
      }
    }
    return nil
  }

  private func isDay(_ time: LocalTime, _ fields: Fields) -> Bool {
    let isDayOfMonth = fields.daysOfMonth.has(time.day)
    let isDayOfWeek = fields.daysOfWeek.has(time.weekday)
    return fields.needsBothDays ? isDayOfMonth && isDayOfWeek : isDayOfMonth || isDayOfWeek
  }

  /// What a clock and a calendar of a zone show.
  private struct LocalTime {
    let seconds: Int64
    let zone: TimeZoneRules
    let year: Int
    let month: Int
    let day: Int
    /// 0 is Sunday.
    let weekday: Int
    let hour: Int
    let minute: Int
    let second: Int
    private let dayNumber: Int64

    init(_ seconds: Int64, _ zone: TimeZoneRules) {
      self.seconds = seconds
      self.zone = zone
      let local = seconds + Int64(zone.offset(at: seconds))
      dayNumber = local >= 0 ? local / 86400 : (local - 86399) / 86400
      let ofDay = Int(local - dayNumber * 86400)
      (year, month, day) = Timestamp.date(ofDay: dayNumber)
      weekday = Int(((dayNumber + 4) % 7 + 7) % 7)
      hour = ofDay / 3600
      minute = ofDay / 60 % 60
      second = ofDay % 60
    }

    var startOfNextDay: LocalTime { start(of: dayNumber + 1) }

    var startOfNextMonth: LocalTime {
      start(
        of: Timestamp.day(
          ofYear: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1))
    }

    /// The first moment of a day: not always midnight, where clocks change then.
    private func start(of wanted: Int64) -> LocalTime {
      let guess = wanted * 86400 - Int64(zone.offset(at: seconds))
      var time = LocalTime(wanted * 86400 - Int64(zone.offset(at: guess)), zone)
      while time.dayNumber < wanted { time = LocalTime(time.seconds + 1800, zone) }
      return time
    }
  }
}

extension UInt64 {
  fileprivate func has(_ bit: Int) -> Bool { self & (1 << UInt64(bit)) != 0 }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let head = drop(while: \.isWhitespace)
    return head.lastIndex { !$0.isWhitespace }.map { head[...$0] } ?? ""
  }
}
