import Foundations

/// Source: CEL specification, "Standard definitions", type conversions.
extension FunctionTable {
  mutating func addConversions() {
    let any = CELType.parameter("T")
    global("dyn", [any], .dyn) { a, _ in a[0] }
    global("type", [any], .type) { a, _ in .type(a[0].typeName) }
    for type in [CELType.int, .uint, .double, .string, .timestamp, .duration] {
      global("int", [type], .int) { (a, _) throws(EvaluationError) in try Self.int(a[0]) }
    }
    for type in [CELType.int, .uint, .double, .string] {
      global("uint", [type], .uint) { (a, _) throws(EvaluationError) in try Self.uint(a[0]) }
      global("double", [type], .double) { (a, _) throws(EvaluationError) in
        try Self.double(a[0])
      }
    }
    for type in [CELType.string, .int, .uint, .double, .bool, .timestamp, .duration] {
      global("string", [type], .string) { (a, _) throws(EvaluationError) in
        guard let text = Conversions.text(a[0]) else { throw .noSuchOverload }
        return .string(text)
      }
    }
    global("string", [.bytes], .string) { (a, _) throws(EvaluationError) in
      guard case .bytes(let bytes) = a[0], let text = String(validating: bytes, as: UTF8.self)
      else { throw EvaluationError("invalid UTF-8 in bytes, cannot convert to string") }
      return .string(text)
    }
    global("bytes", [.string], .bytes) { (a, run) throws(EvaluationError) in
      let text = try a[0].asString()
      try run.charge(tenths: text.utf8.count)
      return .bytes(Array(text.utf8))
    }
    global("bytes", [.bytes], .bytes) { a, _ in a[0] }
    global("bool", [.bool], .bool) { a, _ in a[0] }
    global("bool", [.string], .bool) { (a, _) throws(EvaluationError) in
      switch try a[0].asString() {
      case "1", "t", "T", "TRUE", "true", "True": return .bool(true)
      case "0", "f", "F", "FALSE", "false", "False": return .bool(false)
      default: throw Self.conversion("string", "bool")
      }
    }
    for (name, type) in [("timestamp", CELType.timestamp), ("duration", .duration)] {
      global(name, [type], type) { a, _ in a[0] }
    }
    global("timestamp", [.string], .timestamp) { (a, _) throws(EvaluationError) in
      guard let moment = Timestamp(try a[0].asString()) else {
        throw Self.conversion("string", "google.protobuf.Timestamp")
      }
      guard timestampSeconds.contains(Int(moment.seconds)) else {
        throw EvaluationError("timestamp overflow")
      }
      return .timestamp(moment)
    }
    global("timestamp", [.int], .timestamp) { (a, _) throws(EvaluationError) in
      let seconds = try a[0].asInt()
      guard timestampSeconds.contains(seconds) else {
        throw EvaluationError("timestamp overflow")
      }
      return .timestamp(Timestamp(seconds: Int64(seconds)))
    }
    global("duration", [.string], .duration) { (a, _) throws(EvaluationError) in
      guard let span = GoDuration.parse(try a[0].asString()) else {
        throw Self.conversion("string", "google.protobuf.Duration")
      }
      return .duration(span)
    }
    let size: Overload.Body = { (a, run) throws(EvaluationError) in
      switch a[0] {
      case .string(let text):
        try run.charge(tenths: text.utf8.count)
        return .int(text.unicodeScalars.count)
      case .bytes(let bytes): return .int(bytes.count)
      default:
        if let elements = a[0].elements { return .int(elements.count) }
        guard let entries = a[0].entries else { throw .noSuchOverload }
        return .int(entries.count)
      }
    }
    for type in [
      CELType.string, .bytes, .list(any), .map(.parameter("K"), .parameter("V")),
    ] {
      global("size", [type], .int, size)
      member("size", [type], .int, size)
    }
  }

  private static func conversion(_ from: String, _ to: String) -> EvaluationError {
    EvaluationError("type conversion error from '\(from)' to '\(to)'")
  }

  private static func int(_ value: Value) throws(EvaluationError) -> Value {
    switch value {
    case .int: return value
    case .uint(let value):
      guard let whole = Int(exactly: value) else { throw overflow }
      return .int(whole)
    case .double(let value):
      // The ends of the range are no exact doubles; both are refused, as cel-go does.
      guard value.isFinite, value > -0x1p63, value < 0x1p63 else { throw overflow }
      return .int(Int(value))
    case .string(let text):
      guard let whole = Int(text) else { throw conversion("string", "int") }
      return .int(whole)
    case .timestamp(let moment): return .int(Int(moment.seconds))
    case .duration(let span): return .int(span)
    default: throw .noSuchOverload
    }
  }

  private static func uint(_ value: Value) throws(EvaluationError) -> Value {
    switch value {
    case .uint: return value
    case .int(let value):
      guard let whole = UInt(exactly: value) else {
        throw EvaluationError("unsigned integer overflow")
      }
      return .uint(whole)
    case .double(let value):
      guard value.isFinite, value >= 0, value < 0x1p64 else {
        throw EvaluationError("unsigned integer overflow")
      }
      return .uint(UInt(value))
    case .string(let text):
      guard let whole = UInt(text) else { throw conversion("string", "uint") }
      return .uint(whole)
    default: throw .noSuchOverload
    }
  }

  private static func double(_ value: Value) throws(EvaluationError) -> Value {
    switch value {
    case .double: return value
    case .int(let value): return .double(Double(value))
    case .uint(let value): return .double(Double(value))
    case .string(let text):
      guard let number = Double(text) else { throw conversion("string", "double") }
      return .double(number)
    default: throw .noSuchOverload
    }
  }
}

/// The years 1 to 9999. Source: google.protobuf.Timestamp.
private let timestampSeconds = -62_135_596_800...253_402_300_799
