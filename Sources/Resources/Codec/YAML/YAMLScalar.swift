/// What a plain YAML scalar stands for in JSON.
///
/// Kubernetes reads YAML by the rules of YAML 1.1: `yes`, `on` and even a lone `y` are booleans, and
/// `0644`, which manifests rely on, is octal.
/// Source: sigs.k8s.io/yaml; yaml.org "Language-Independent Types for YAML 1.1".
enum YAMLScalar: Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  case text
  /// Infinity and NaN, which JSON has no spelling for.
  case unspeakable

  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON":
      self = .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF":
      self = .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan",
      ".NaN", ".NAN":
      self = .unspeakable
    default: self = Self.number(text) ?? .text
    }
  }

  private static func number(_ text: String) -> YAMLScalar? {
    guard let first = text.utf8.first,
      (0x30...0x39).contains(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        || first == UInt8(ascii: ".")
    else { return nil }
    let plain = text.filter { $0 != "_" }
    if let whole = integer(plain) { return .integer(whole) }
    guard isDecimal(plain), let fraction = Double(plain), fraction.isFinite else { return nil }
    // A whole number beyond 64 bits stays a number, as in JSON.
    return .double(fraction)
  }

  private static func integer(_ text: String) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let radix: Int
    var rest = digits
    switch digits.prefix(2).lowercased() {
    case "0x": (radix, rest) = (16, digits.dropFirst(2))
    case "0b": (radix, rest) = (2, digits.dropFirst(2))
    case "0o": (radix, rest) = (8, digits.dropFirst(2))
    default: radix = digits.count > 1 && digits.hasPrefix("0") ? 8 : 10
    }
    guard let first = rest.first, first.isHexDigit else { return nil }
    return Int64((isNegative ? "-" : "") + rest, radix: radix)
  }

  /// `[-+]? (\.[0-9]+ | [0-9]+(\.[0-9]*)?) ([eE][-+]?[0-9]+)?`
  private static func isDecimal(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    func takeDigits() -> Int {
      let count = bytes.prefix { (0x30...0x39).contains($0) }.count
      bytes = bytes.dropFirst(count)
      return count
    }
    func takeSign() {
      if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") {
        bytes = bytes.dropFirst()
      }
    }
    takeSign()
    let whole = takeDigits()
    if bytes.first == UInt8(ascii: ".") {
      bytes = bytes.dropFirst()
      if takeDigits() == 0 && whole == 0 { return false }
    } else if whole == 0 {
      return false
    }
    if let mark = bytes.first, mark | 0x20 == UInt8(ascii: "e") {
      bytes = bytes.dropFirst()
      takeSign()
      if takeDigits() == 0 { return false }
    }
    return bytes.isEmpty
  }
}
