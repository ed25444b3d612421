/// Durations as Kubernetes spells them in text: `1h30m`, `1.5h`, `300ms`.
/// Source: documentation of Go's `time.ParseDuration`.
package enum GoDuration {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
  ]

  /// - Returns: `nil` for text that is no duration, or one below zero or beyond 290 years.
  package static func parse(_ text: some StringProtocol) -> Duration? {
    if text == "0" { return .zero }
    var rest = Substring(text)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !$0.isNumber && $0 != "." }
      rest = rest.dropFirst(unit.count)
      guard let value = Double(number), let scale = units.first(where: { $0.name == unit })
      else { return nil }
      total += value * scale.nanoseconds
    }
    return total < 9e18 ? .nanoseconds(Int64(total)) : nil
  }
}
