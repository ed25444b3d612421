/// What is known about a value before it exists.
package indirect enum CELType: Sendable, Equatable {
  /// Nothing is known: checked when evaluated.
  case dyn
  case null, bool, int, uint, double, string, bytes, timestamp, duration
  case list(CELType)
  case map(CELType, CELType)
  case type
  case optional(CELType)
  /// An object whose fields are known.
  case object(ObjectType)
  /// A value of a library, by its name.
  case opaque(String)
  /// Stands for any one type in the declaration of a function.
  case parameter(String)

  /// An object type: its fields are looked up when an expression names them.
  package struct ObjectType: Sendable, Equatable {
    package let name: String
    let field: @Sendable (String) -> CELType?

    package init(_ name: String, field: @escaping @Sendable (String) -> CELType?) {
      self.name = name
      self.field = field
    }

    package static func == (left: Self, right: Self) -> Bool { left.name == right.name }
  }
}

extension CELType: CustomStringConvertible {
  /// As cel-go's messages spell it.
  package var description: String {
    switch self {
    case .dyn: "dyn"
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .timestamp: "timestamp"
    case .duration: "duration"
    case .list(let element): "list(\(element))"
    case .map(let key, let value): "map(\(key), \(value))"
    case .type: "type"
    case .optional(let value): "optional_type(\(value))"
    case .object(let object): object.name
    case .opaque(let name), .parameter(let name): name
    }
  }
}

extension CELType {
  /// Whether a value may be handed to a parameter of this type. What lists and maps hold is not
  /// looked at.
  func admits(_ value: Value) -> Bool {
    switch (self, value) {
    case (.dyn, _), (.parameter, _): true
    case (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double),
      (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration),
      (.type, .type), (.optional, .optional), (.list, .list), (.map, .map):
      true
    case (.list, .document(let document)): document.isList
    case (.map, .document(let document)), (.object, .document(let document)): !document.isList
    case (.object, .map): true
    case (.opaque(let name), .opaque(let value)): value.typeName == name
    default: false
    }
  }
}

extension CELType {
  /// Whether an expression of a type may turn out to have this one.
  func mayBe(_ given: CELType) -> Bool {
    switch (self, given) {
    case (_, .dyn): true
    case (.list(let element), .list(let known)): element.mayBe(known)
    default: self == given
    }
  }
}

/// What the parameters of a declaration stand for in one call.
struct TypeBindings {
  private var known: [String: CELType] = [:]

  /// Whether a value of type `given` fits `declared`; notes what parameters stand for.
  mutating func fits(_ declared: CELType, _ given: CELType) -> Bool {
    switch (declared, given) {
    case (.dyn, _), (_, .dyn): return true
    case (.parameter(let name), _):
      guard let bound = known[name] else {
        known[name] = given
        return true
      }
      if bound == .dyn { return true }
      if fits(bound, given) {
        return true
      }
      // `1 == null` and the like: null goes with everything that may be absent.
      return false
    case (.list(let declared), .list(let given)): return fits(declared, given)
    case (.map(let key, let value), .map(let givenKey, let givenValue)):
      return fits(key, givenKey) && fits(value, givenValue)
    case (.map(let key, _), .object): return fits(key, .string)
    case (.object, .map(let key, _)): return fits(key, .string)
    case (.optional(let declared), .optional(let given)): return fits(declared, given)
    case (.object, .null), (.null, .object), (.timestamp, .null), (.null, .timestamp),
      (.duration, .null), (.null, .duration), (.optional, .null), (.opaque, .null),
      (.null, .opaque):
      return true
    default: return declared == given
    }
  }

  /// A type with its parameters replaced; what is not known is dyn.
  func resolved(_ type: CELType) -> CELType {
    switch type {
    case .parameter(let name): known[name] ?? .dyn
    case .list(let element): .list(resolved(element))
    case .map(let key, let value): .map(resolved(key), resolved(value))
    case .optional(let value): .optional(resolved(value))
    default: type
    }
  }
}
