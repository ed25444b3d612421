/// The date format of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`. Source: RFC 9110, section 5.6.7.
package enum HTTPDate {
  /// - Parameter seconds: UTC, of the years 1 to 9999.
  package static func format(secondsSince1970 seconds: Int64) -> String {
    let days = seconds.flooredQuotient(by: 86_400)
    let secondOfDay = Int(seconds - days * 86_400)
    let (year, month, day) = civilDate(daysSince1970: days)
    // The first of January 1970 was a Thursday.
    let weekday = Int((days + 4) - (days + 4).flooredQuotient(by: 7) * 7)
    return "\(weekdays[weekday]), \(twoDigits(day)) \(months[month - 1]) \(fourDigits(year)) "
      + "\(twoDigits(secondOfDay / 3600)):\(twoDigits(secondOfDay / 60 % 60)):"
      + "\(twoDigits(secondOfDay % 60)) GMT"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The Gregorian date of a day. Years start in March here, so that the leap day comes last, and
  /// are counted in eras of 400, which have the same number of days each.
  private static func civilDate(daysSince1970 days: Int64) -> (year: Int, month: Int, day: Int) {
    let daysInEra: Int64 = 146_097
    // From the first of March of the year 0 to the first of January 1970.
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(by: daysInEra)
    let dayOfEra = shifted - era * daysInEra
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / (daysInEra - 1)) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // March to January have 153 days in every five months.
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (Int(year), Int(month), Int(day))
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  private static func fourDigits(_ value: Int) -> String {
    let text = "\(value)"
    return String(repeating: "0", count: max(0, 4 - text.count)) + text
  }
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
