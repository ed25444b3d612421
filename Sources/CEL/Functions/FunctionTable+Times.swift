import Foundations

/// Source: CEL specification, "Timestamps and durations".
extension FunctionTable {
  mutating func addTimes() {
    let parts: [(String, @Sendable (Moment) -> Int)] = [
      ("getFullYear", { $0.year }), ("getMonth", { $0.month - 1 }), ("getDate", { $0.day }),
      ("getDayOfMonth", { $0.day - 1 }), ("getDayOfWeek", { $0.weekday }),
      ("getDayOfYear", { $0.dayOfYear }), ("getHours", { $0.second / 3600 }),
      ("getMinutes", { $0.second / 60 % 60 }), ("getSeconds", { $0.second % 60 }),
      ("getMilliseconds", { $0.milliseconds }),
    ]
    for (name, part) in parts {
      member(name, [.timestamp], .int) { (a, _) throws(EvaluationError) in
        .int(part(try Moment(a[0], zone: "UTC")))
      }
      member(name, [.timestamp, .string], .int) { (a, _) throws(EvaluationError) in
        .int(part(try Moment(a[0], zone: try a[1].asString())))
      }
    }
    let spans: [(String, @Sendable (Int) -> Int)] = [
      ("getHours", { $0 / 3_600_000_000_000 }), ("getMinutes", { $0 / 60_000_000_000 }),
      ("getSeconds", { $0 / 1_000_000_000 }),
      ("getMilliseconds", { $0 / 1_000_000 }),
    ]
    for (name, part) in spans {
      member(name, [.duration], .int) { (a, _) throws(EvaluationError) in
        guard case .duration(let span) = a[0] else { throw .noSuchOverload }
        return .int(part(span))
      }
    }
  }
}

/// A moment on the clocks of a zone.
private struct Moment {
  let year: Int
  let month: Int
  let day: Int
  /// Of the day.
  let second: Int
  /// 0 is Sunday.
  let weekday: Int
  /// From 0.
  let dayOfYear: Int
  let milliseconds: Int

  init(_ value: Value, zone: String) throws(EvaluationError) {
    guard case .timestamp(let moment) = value else { throw .noSuchOverload }
    let offset = try Self.offset(of: zone, at: moment.seconds)
    let local = moment.seconds + Int64(offset)
    let days = local >= 0 ? local / 86400 : (local - 86399) / 86400
    (year, month, day) = Timestamp.date(ofDay: days)
    second = Int(local - days * 86400)
    weekday = Int(((days + 4) % 7 + 7) % 7)
    dayOfYear = Int(days - Timestamp.day(ofYear: year, month: 1, day: 1))
    milliseconds = Int(moment.nanoseconds) / 1_000_000
  }

  /// Seconds east of UTC: of `02:00`, `-08:30`, or a named zone.
  private static func offset(of zone: String, at seconds: Int64) throws(EvaluationError) -> Int {
    if zone == "UTC" || zone.isEmpty { return 0 }
    let parts = zone.split(separator: ":")
    if parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]),
      (-23...23).contains(hours), (0...59).contains(minutes)
    {
      return hours * 3600 + (zone.hasPrefix("-") ? -minutes : minutes) * 60
    }
    guard let rules = TimeZoneRules(named: zone) else {
      throw EvaluationError("unknown time zone \(zone)")
    }
    return rules.offset(at: seconds)
  }
}
