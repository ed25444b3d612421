import Foundation
import Foundations

/// `"%s is %d".format([...])`. Source: cel-go ext, "Format".
extension FunctionTable {
  mutating func addFormatting() {
    member("format", [.string, .list(.dyn)], .string) { (a, run) throws(EvaluationError) in
      .string(try Self.formatted(try a[0].asString(), try a[1].asList(), run))
    }
  }

  private static func formatted(_ pattern: String, _ values: [Value], _ run: Evaluation)
    throws(EvaluationError) -> String
  {
    try run.charge(tenths: pattern.utf8.count)
    var text = ""
    var rest = pattern.unicodeScalars[...]
    var next = 0
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      if rest.first == "%" {
        rest.removeFirst()
        text += "%"
        continue
      }
      var precision: Int?
      if rest.first == "." {
        rest.removeFirst()
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        // More digits than a double has are zeros that only cost.
        guard let given = Int(String(digits)), given <= 1000 else {
          throw EvaluationError("error while parsing precision")
        }
        precision = given
      }
      guard let verb = rest.popFirst() else { throw EvaluationError("unexpected end of string") }
      guard next < values.count else { throw EvaluationError("index \(next) out of range") }
      let part = try formatted(values[next], verb, precision, run)
      try run.charge(tenths: part.utf8.count)
      text += part
      next += 1
    }
    return text
  }

  private static func formatted(
    _ value: Value, _ verb: Unicode.Scalar, _ precision: Int?, _ run: Evaluation
  ) throws(EvaluationError) -> String {
    switch verb {
    case "s": return try spelled(value, run)
    case "d":
      switch value {
      case .int, .uint: return Conversions.text(value) ?? ""
      case .double(let number) where !number.isFinite: return spelled(number)
      default:
        throw EvaluationError(
          "decimal clause can only be used on integers, was given \(value.typeName)")
      }
    case "f", "e":
      let number: Double
      switch value {
      case .double(let given): number = given
      case .int(let given): number = Double(given)
      case .uint(let given): number = Double(given)
      default:
        throw EvaluationError(
          "fixed-point clause can only be used on doubles, was given \(value.typeName)")
      }
      guard number.isFinite else { return spelled(number) }
      return String(format: "%.\(precision ?? 6)\(verb)", number)
    case "b":
      switch value {
      case .bool(let isTrue): return isTrue ? "1" : "0"
      case .int(let number): return String(number, radix: 2)
      case .uint(let number): return String(number, radix: 2)
      default: break
      }
      throw EvaluationError(
        "only integers and bools can be formatted as binary, was given \(value.typeName)")
    case "o":
      switch value {
      case .int(let number): return String(number, radix: 8)
      case .uint(let number): return String(number, radix: 8)
      default:
        throw EvaluationError(
          "octal clause can only be used on integers, was given \(value.typeName)")
      }
    case "x", "X": return try hexadecimal(value, isUpper: verb == "X")
    default:
      throw EvaluationError("unrecognized formatting clause \"\(Character(verb))\"")
    }
  }

  private static func hexadecimal(_ value: Value, isUpper: Bool) throws(EvaluationError) -> String {
    func octets(_ bytes: some Sequence<UInt8>) -> String {
      bytes.map { byte in
        let digits = String(byte, radix: 16, uppercase: isUpper)
        return byte < 16 ? "0\(digits)" : digits
      }.joined()
    }
    switch value {
    case .int(let number): return String(number, radix: 16, uppercase: isUpper)
    case .uint(let number): return String(number, radix: 16, uppercase: isUpper)
    case .string(let text): return octets(text.utf8)
    case .bytes(let bytes): return octets(bytes)
    default:
      throw EvaluationError(
        "only integers, byte buffers, and strings can be formatted as hex, was given "
          + value.typeName)
    }
  }

  private static func spelled(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return Conversions.number(number)
  }

  private static func spelled(_ value: Value, _ run: Evaluation) throws(EvaluationError) -> String {
    try run.charge(tenths: 1)
    switch value {
    case .null: return "null"
    case .double(let number): return spelled(number)
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .type(let name): return name
    case .optional, .opaque:
      throw EvaluationError("no formatting function for \(value.typeName)")
    default: break
    }
    if let text = Conversions.text(value) {
      try run.charge(tenths: text.utf8.count)
      return text
    }
    if let elements = value.elements {
      var parts: [String] = []
      for element in elements { parts.append(try spelled(element, run)) }
      return "[\(parts.joined(separator: ", "))]"
    }
    guard let entries = value.entries else { throw .noSuchOverload }
    var parts: [String] = []
    for (key, member) in entries.entries {
      parts.append("\(try spelled(key, run)): \(try spelled(member, run))")
    }
    return "{\(parts.sorted().joined(separator: ", "))}"
  }
}
