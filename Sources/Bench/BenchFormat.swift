/// Numbers as people read them: three significant digits and a unit.
enum BenchFormat {
  static func duration(_ duration: Duration) -> String {
    let microseconds = duration / .microseconds(1)
    if microseconds < 1000 { return number(microseconds) + " us" }
    if microseconds < 1_000_000 { return number(microseconds / 1000) + " ms" }
    return number(microseconds / 1_000_000) + " s"
  }

  /// Millions of bytes, as the tables of the documentation have them.
  static func megabytes(_ byteCount: Int) -> String { number(Double(byteCount) / 1e6) + " MB" }

  /// `0` and more. Digits behind the point only below 100.
  static func number(_ value: Double) -> String {
    if value >= 100 { return String(Int(value.rounded())) }
    let scale = value >= 10 ? 10 : 100
    let scaled = Int((value * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: (scale == 10 ? 1 : 2) - fraction.count)
    return "\(scaled / scale).\(zeros)\(fraction)"
  }
}

extension Duration {
  var wholeMicroseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
  }
}
