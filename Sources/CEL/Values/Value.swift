package import Foundations

/// What an expression evaluates to.
package enum Value: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case uint(UInt)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case timestamp(Timestamp)
  /// Nanoseconds.
  case duration(Int)
  case list([Value])
  case map(MapValue)
  case type(String)
  indirect case optional(Value?)
  /// An object or array of a document, taken apart as far as the expression looks.
  case document(DocumentValue)
  /// A value of a library: a quantity, an address.
  case opaque(any OpaqueValue)
}

/// A value that only the functions of its library look into.
package protocol OpaqueValue: Sendable {
  /// As `type()` and messages name it: `kubernetes.Quantity`.
  var typeName: String { get }
  func isEqual(to other: any OpaqueValue) -> Bool
  /// A field of the value; `nil` where it has none of that name.
  func field(_ name: String, _ evaluation: Evaluation) throws(EvaluationError) -> Value?
}

extension OpaqueValue {
  package func isEqual(to other: any OpaqueValue) -> Bool { false }
  package func field(_ name: String, _ evaluation: Evaluation) throws(EvaluationError) -> Value? {
    nil
  }
}

extension OpaqueValue where Self: Equatable {
  package func isEqual(to other: any OpaqueValue) -> Bool { (other as? Self) == self }
}

extension Value {
  /// The name of its type, as `type()` gives it.
  package var typeName: String {
    switch self {
    case .null: "null_type"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .list: "list"
    case .map: "map"
    case .type: "type"
    case .optional: "optional_type"
    case .document(let document): document.isList ? "list" : "map"
    case .opaque(let value): value.typeName
    }
  }

  /// The elements of a list of either kind.
  package var elements: [Value]? {
    switch self {
    case .list(let elements): elements
    case .document(let document): document.elements
    default: nil
    }
  }

  /// The entries of a map or an object.
  package var entries: MapValue? {
    switch self {
    case .map(let map): map
    case .document(let document): document.entries
    default: nil
    }
  }

  package var isTrue: Bool {
    if case .bool(true) = self { true } else { false }
  }
}

/// A map in order of insertion. Keys are bools, ints, uints and strings; numbers of different types
/// that are equal are the same key.
package struct MapValue: Sendable {
  package private(set) var entries: [(key: Value, value: Value)] = []
  private var positions: [Key: Int] = [:]

  package init() {}

  /// What makes keys equal.
  enum Key: Hashable, Sendable {
    case bool(Bool)
    case int(Int)
    case uint(UInt)
    case string(String)

    /// `nil` for values that cannot be keys.
    init?(_ value: Value) {
      switch value {
      case .bool(let value): self = .bool(value)
      case .int(let value): self = .int(value)
      case .uint(let value): self = Int(exactly: value).map { .int($0) } ?? .uint(value)
      case .double(let value):
        if let whole = Int(exactly: value) {
          self = .int(whole)
        } else if let whole = UInt(exactly: value) {
          self = .uint(whole)
        } else {
          return nil
        }
      case .string(let value): self = .string(value)
      default: return nil
      }
    }
  }

  package subscript(key: Value) -> Value? {
    Key(key).flatMap { positions[$0] }.map { entries[$0].value }
  }

  package subscript(name: String) -> Value? { positions[.string(name)].map { entries[$0].value } }

  /// Whether the key was new; one that is not keeps its value.
  @discardableResult
  package mutating func insert(_ key: Value, _ value: Value) -> Bool {
    guard let hashed = Key(key), positions[hashed] == nil else { return false }
    positions[hashed] = entries.count
    entries.append((key, value))
    return true
  }

  package var count: Int { entries.count }
}
