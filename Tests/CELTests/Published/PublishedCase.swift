import Foundations

@testable import CEL

/// One case of the published conformance tests of CEL.
/// Source: github.com/google/cel-spec, `proto/cel/expr/conformance/test/simple.proto`.
struct PublishedCase {
  enum Expectation {
    case value(Value)
    case failure
  }

  /// `SECTION/NAME`.
  let name: String
  let expression: String
  let variables: [String: (type: CELType, value: Value?)]
  let expectation: Expectation

  /// Why a case is not for Kubernetes' CEL: it speaks of what that has none of.
  struct Unfit: Error {
    let why: String
  }

  init(_ test: TextMessage, section: String) throws(Unfit) {
    name = "\(section)/\(test.text("name") ?? "")"
    expression = test.text("expr") ?? ""
    if test.word("disable_check") == "true" { throw Unfit(why: "types left unchecked") }
    if ["cel.block", "cel.iterVar"].contains(where: expression.contains) {
      throw Unfit(why: "cel.block")
    }
    if test.text("container")?.isEmpty == false { throw Unfit(why: "containers of names") }
    if test.word("disable_macros") == "true" { throw Unfit(why: "macros switched off") }
    if test.word("check_only") == "true" { throw Unfit(why: "deduced types as messages") }
    if ["TestAllTypes", "NestedTestAllTypes", "google.protobuf.", "cel.expr."].contains(
      where: expression.contains)
    {
      throw Unfit(why: "protocol buffer messages")
    }
    var variables: [String: (type: CELType, value: Value?)] = [:]
    for declared in test.messages("type_env") {
      guard let ident = declared.message("ident") else { throw Unfit(why: "declared functions") }
      variables[declared.text("name") ?? ""] = (
        try Self.type(ident.message("type") ?? declared), nil
      )
    }
    for binding in test.messages("bindings") {
      let key = binding.text("key") ?? ""
      guard let value = binding.message("value")?.message("value") else {
        throw Unfit(why: "unknown values")
      }
      variables[key] = (variables[key]?.type ?? .dyn, try Self.value(value))
    }
    if variables.keys.contains(where: { $0.contains(".") }) {
      throw Unfit(why: "variables with dots in their names")
    }
    self.variables = variables
    expectation = try Self.expectation(of: test)
  }

  private static func expectation(of test: TextMessage) throws(Unfit) -> Expectation {
    if test.message("eval_error") != nil || test.message("any_eval_errors") != nil {
      return .failure
    }
    if test.message("unknown") != nil || test.message("any_unknowns") != nil {
      throw Unfit(why: "unknown values")
    }
    let typed = test.message("typed_result")
    if let value = test.message("value") ?? typed?.message("result") {
      return .value(try Self.value(value))
    }
    return .value(.bool(true))
  }

  private static func type(_ message: TextMessage) throws(Unfit) -> CELType {
    if let primitive = message.word("primitive") ?? message.word("wrapper") {
      switch primitive {
      case "BOOL": return .bool
      case "INT64": return .int
      case "UINT64": return .uint
      case "DOUBLE": return .double
      case "STRING": return .string
      case "BYTES": return .bytes
      default: throw Unfit(why: "protocol buffer messages")
      }
    }
    if let known = message.word("well_known") {
      switch known {
      case "TIMESTAMP": return .timestamp
      case "DURATION": return .duration
      default: return .dyn
      }
    }
    if let list = message.message("list_type") {
      return .list(
        try list.message("elem_type").map { message throws(Unfit) in try type(message) } ?? .dyn)
    }
    if message.message("map_type") != nil { return .map(.dyn, .dyn) }
    if message.text("message_type") != nil { throw Unfit(why: "protocol buffer messages") }
    return .dyn
  }

  // MARK: Values

  static func value(_ message: TextMessage) throws(Unfit) -> Value {
    guard let (name, field) = message.fields.first else { return .null }
    switch (name, field) {
    case ("null_value", _): return .null
    case ("bool_value", .word(let word)): return .bool(word == "true")
    case ("int64_value", .word(let word)): return .int(try number(word) { Int($0) })
    case ("uint64_value", .word(let word)): return .uint(try number(word) { UInt($0) })
    case ("double_value", .word(let word)): return .double(try number(word) { Double($0) })
    case ("string_value", .text(let bytes)):
      return .string(String(decoding: bytes, as: UTF8.self))
    case ("bytes_value", .text(let bytes)): return .bytes(bytes)
    case ("type_value", .text(let bytes)): return .type(String(decoding: bytes, as: UTF8.self))
    case ("list_value", .message(let list)):
      var elements: [Value] = []
      for element in list.messages("values") { elements.append(try value(element)) }
      return .list(elements)
    case ("map_value", .message(let map)):
      var result = MapValue()
      for entry in map.messages("entries") {
        guard let key = entry.message("key"), let held = entry.message("value") else { continue }
        result.insert(try value(key), try value(held))
      }
      return .map(result)
    case ("object_value", .message(let object)): return try self.object(object)
    default: throw Unfit(why: "enumerations")
    }
  }

  private static func object(_ object: TextMessage) throws(Unfit) -> Value {
    guard let (name, field) = object.fields.first, case .message(let inner) = field else {
      throw Unfit(why: "protocol buffer messages")
    }
    let seconds = inner.word("seconds").flatMap { Int($0) } ?? 0
    let nanoseconds = inner.word("nanos").flatMap { Int($0) } ?? 0
    switch name.split(separator: "/").last {
    case "google.protobuf.Timestamp":
      return .timestamp(Timestamp(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds)))
    case "google.protobuf.Duration":
      return .duration(seconds * 1_000_000_000 + nanoseconds)
    default: throw Unfit(why: "protocol buffer messages")
    }
  }

  private static func number<Number>(_ word: String, _ read: (String) -> Number?) throws(Unfit)
    -> Number
  {
    guard let number = read(word) else { throw Unfit(why: "a number that is none: \(word)") }
    return number
  }
}

extension Value {
  /// Whether a result is what was expected: of the same type, and not a number where that is.
  func matches(_ wanted: Value) -> Bool {
    switch (self, wanted) {
    case (.double(let found), .double(let wanted)):
      return found == wanted || found.isNaN && wanted.isNaN
    case (.int(let found), .int(let wanted)): return found == wanted
    case (.uint(let found), .uint(let wanted)): return found == wanted
    case (.bool(let found), .bool(let wanted)): return found == wanted
    case (.string(let found), .string(let wanted)): return found.utf8.elementsEqual(wanted.utf8)
    case (.bytes(let found), .bytes(let wanted)): return found == wanted
    case (.type(let found), .type(let wanted)): return found == wanted
    case (.timestamp(let found), .timestamp(let wanted)): return found == wanted
    case (.duration(let found), .duration(let wanted)): return found == wanted
    case (.null, .null): return true
    default: break
    }
    if let found = elements, let wanted = wanted.elements {
      return found.count == wanted.count && zip(found, wanted).allSatisfy { $0.matches($1) }
    }
    if let found = entries, let wanted = wanted.entries {
      return found.count == wanted.count
        && wanted.entries.allSatisfy { key, value in found[key]?.matches(value) ?? false }
    }
    return false
  }
}
