import Foundations

/// Texts of values.
enum Conversions {
  /// As `string()` gives it; `nil` for types that have no text.
  static func text(_ value: Value) -> String? {
    switch value {
    case .string(let value): value
    case .int(let value): String(value)
    case .uint(let value): String(value)
    case .bool(let value): String(value)
    case .double(let value): number(value)
    case .timestamp(let value): moment(value)
    case .duration(let value): GoDuration.seconds(value)
    default: nil
    }
  }

  /// As Go's `%g` spells a double.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    // The shortest digits, which Swift and Go agree on, and where the point stands.
    let text = value.magnitude.description
    let parts = text.split(separator: "e")
    var exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = String(mantissa[0]) + (mantissa.count == 2 ? String(mantissa[1]) : "")
    exponent += mantissa[0].count - 1
    while digits.first == "0", digits.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.last == "0", digits.count > 1 { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent >= 21 {
      let rest = digits.dropFirst()
      let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : ".\(rest)")
        + "e\(exponent < 0 ? "-" : "+")\(power)"
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    if digits.count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count)
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// RFC 3339 with as many digits of a second as it needs.
  static func moment(_ value: Timestamp) -> String {
    guard value.nanoseconds != 0 else { return value.description }
    var text = value.nanoDescription.dropLast()
    while text.last == "0" { text = text.dropLast() }
    return text + "Z"
  }
}
