/// What a zone's clocks do every year: `CET-1CEST,M3.5.0,M10.5.0/3`.
/// Source: POSIX.1, "Environment Variables", `TZ`; RFC 8536, section 3.3.1.
struct YearlyTimeZoneRule: Equatable, Sendable {
  /// A moment of every year, by the clock that holds until then.
  private struct Change: Equatable {
    enum Day: Equatable {
      /// 1...365; the 29th of February is never counted.
      case ofYearWithoutLeap(Int)
      /// 0...365.
      case ofYear(Int)
      /// Weekday 0 is Sunday; week 5 is the last.
      case ofMonth(month: Int, week: Int, weekday: Int)
    }
    let day: Day
    let secondsOfDay: Int

    func seconds(in year: Int) -> Int64 {
      let newYear = Timestamp.day(ofYear: year, month: 1, day: 1)
      let number: Int64
      switch day {
      case .ofYear(let day): number = newYear + Int64(day)
      case .ofYearWithoutLeap(let day):
        let isLeap = Timestamp.day(ofYear: year + 1, month: 1, day: 1) - newYear == 366
        number = newYear + Int64(day - 1) + (isLeap && day >= 60 ? 1 : 0)
      case .ofMonth(let month, let week, let weekday):
        let first = Timestamp.day(ofYear: year, month: month, day: 1)
        let next = Timestamp.day(
          ofYear: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1)
        // 1970-01-01 was a Thursday.
        let firstWeekday = Int(((first + 4) % 7 + 7) % 7)
        var day = first + Int64((weekday - firstWeekday + 7) % 7 + (week - 1) * 7)
        while day >= next { day -= 7 }
        number = day
      }
      return number * 86400 + Int64(secondsOfDay)
    }
  }

  private let standard: Int
  private let summer: (offset: Int, from: Change, until: Change)?

  static func == (left: Self, right: Self) -> Bool {
    left.standard == right.standard && left.summer?.offset == right.summer?.offset
      && left.summer?.from == right.summer?.from && left.summer?.until == right.summer?.until
  }

  init?(_ text: String) {
    var scanner = Scanner(rest: text.utf8[...])
    guard scanner.skipName(), let west = scanner.time() else { return nil }
    standard = -west
    guard !scanner.rest.isEmpty else {
      summer = nil
      return
    }
    guard scanner.skipName() else { return nil }
    let offset =
      scanner.rest.first == UInt8(ascii: ",") ? standard + 3600 : scanner.time().map { -$0 }
    guard let offset, let from = scanner.change(), let until = scanner.change(),
      scanner.rest.isEmpty
    else { return nil }
    summer = (offset, from, until)
  }

  func offset(at seconds: Int64) -> Int {
    guard let summer else { return standard }
    let local = seconds + Int64(standard)
    let day = local >= 0 ? local / 86400 : (local - 86399) / 86400
    let year = Timestamp.date(ofDay: day).year
    let from = summer.from.seconds(in: year) - Int64(standard)
    let until = summer.until.seconds(in: year) - Int64(summer.offset)
    let isSummer =
      from < until ? seconds >= from && seconds < until : seconds >= from || seconds < until
    return isSummer ? summer.offset : standard
  }

  private struct Scanner {
    var rest: Substring.UTF8View

    mutating func take(_ character: Character) -> Bool {
      guard let byte = character.asciiValue, rest.first == byte else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// `CET`, or `<+03>`.
    mutating func skipName() -> Bool {
      if take("<") {
        rest = rest.drop { $0 != UInt8(ascii: ">") }
        return take(">")
      }
      let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
      rest = rest.dropFirst(letters.count)
      return letters.count >= 3
    }

    mutating func number() -> Int? {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return Int(String(decoding: digits, as: UTF8.self))
    }

    /// `[+-]hours[:minutes[:seconds]]`, in seconds.
    mutating func time() -> Int? {
      let sign = take("-") ? -1 : 1
      if sign == 1 { _ = take("+") }
      guard var seconds = number().map({ $0 * 3600 }) else { return nil }
      for unit in [60, 1] where take(":") {
        guard let part = number() else { return nil }
        seconds += part * unit
      }
      return sign * seconds
    }

    mutating func change() -> Change? {
      guard take(","), let day = day() else { return nil }
      guard take("/") else { return Change(day: day, secondsOfDay: 7200) }
      return time().map { Change(day: day, secondsOfDay: $0) }
    }

    private mutating func day() -> Change.Day? {
      if take("J") { return number().map { .ofYearWithoutLeap($0) } }
      guard take("M") else { return number().map { .ofYear($0) } }
      guard let month = number(), (1...12).contains(month), take("."), let week = number(),
        (1...5).contains(week), take("."), let weekday = number(), (0...6).contains(weekday)
      else { return nil }
      return .ofMonth(month: month, week: week, weekday: weekday)
    }
  }
}
