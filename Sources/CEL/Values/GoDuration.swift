/// Durations as Go writes them: `1h30m`, `-1.5s`.
package enum GoDuration {
  private static let units: [(name: String, nanoseconds: Double, whole: Int)] = [
    ("ns", 1, 1), ("us", 1e3, 1_000), ("µs", 1e3, 1_000), ("μs", 1e3, 1_000),
    ("ms", 1e6, 1_000_000), ("s", 1e9, 1_000_000_000), ("m", 60e9, 60_000_000_000),
    ("h", 3600e9, 3_600_000_000_000),
  ]

  /// Nanoseconds; `nil` where the text is no duration or does not fit.
  package static func parse(_ text: String) -> Int? {
    var rest = Substring(text)
    var sign = 1
    if let first = rest.first, first == "-" || first == "+" {
      sign = first == "-" ? -1 : 1
      rest = rest.dropFirst()
    }
    if rest == "0" { return 0 }
    if rest.isEmpty { return nil }
    var total = 0
    while !rest.isEmpty {
      let whole = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(whole.count)
      var fraction = Substring("")
      if rest.first == "." {
        rest = rest.dropFirst()
        fraction = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(fraction.count)
      }
      guard !whole.isEmpty || !fraction.isEmpty else { return nil }
      let name = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
      rest = rest.dropFirst(name.count)
      guard let unit = units.first(where: { $0.name == name }),
        let amount = whole.isEmpty ? 0 : Int(whole)
      else { return nil }
      let (scaled, overflows) = amount.multipliedReportingOverflow(by: unit.whole)
      let part = fraction.isEmpty ? 0 : (Double("0.\(fraction)") ?? 0) * unit.nanoseconds
      let (sum, sumOverflows) = total.addingReportingOverflow(scaled)
      let (all, allOverflows) = sum.addingReportingOverflow(Int(part))
      guard !overflows, !sumOverflows, !allOverflows else { return nil }
      total = all
    }
    return total * sign
  }

  /// As CEL's `string()` and JSON have it: seconds with a fraction where needed, `90s`, `1.5s`.
  package static func seconds(_ nanoseconds: Int) -> String {
    let (whole, fraction) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let sign = nanoseconds < 0 ? "-" : ""
    if fraction == 0 { return "\(sign)\(whole)s" }
    var digits = String(fraction)
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(whole).\(digits)s"
  }
}
