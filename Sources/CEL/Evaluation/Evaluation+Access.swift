/// Fields and elements.
extension Evaluation {
  func select(_ operand: Expression, _ field: String, _ mode: Expression.SelectMode)
    throws(EvaluationError) -> Value
  {
    if let name = TypeNames.qualified(operand, field), !isVariable(operand) { return .type(name) }
    try charge(1)
    var base = try value(of: operand)
    var isOptional = mode == .optional
    if case .optional(let held) = base {
      guard let held else { return mode == .test ? .bool(false) : .optional(nil) }
      base = held
      isOptional = mode != .test
    }
    let found = try self.field(field, of: base)
    if mode == .test { return .bool(found != nil) }
    if isOptional { return .optional(found) }
    guard let found else { throw .noSuchKey(field) }
    return found
  }

  /// `nil` where the value has no such field.
  private func field(_ name: String, of base: Value) throws(EvaluationError) -> Value? {
    switch base {
    case .opaque(let value): return try value.field(name, self)
    default:
      guard let entries = base.entries else {
        throw EvaluationError("no such overload")
      }
      return entries[name]
    }
  }

  func index(_ operand: Expression, _ index: Expression, _ isOptional: Bool)
    throws(EvaluationError) -> Value
  {
    try charge(1)
    var base = try value(of: operand)
    let key = try value(of: index)
    var isOptional = isOptional
    if case .optional(let held) = base {
      guard let held else { return .optional(nil) }
      base = held
      isOptional = true
    }
    do throws(EvaluationError) {
      let found = try element(at: key, of: base)
      return isOptional ? .optional(found) : found
    } catch {
      guard isOptional, !error.isCostExceeded, error != .noSuchOverload else { throw error }
      return .optional(nil)
    }
  }

  private func element(at key: Value, of base: Value) throws(EvaluationError) -> Value {
    if let entries = base.entries {
      guard let found = entries[key] else { throw .noSuchKey(Conversions.text(key) ?? "") }
      return found
    }
    guard let elements = base.elements else { throw .noSuchOverload }
    let position: Int?
    switch key {
    case .int(let value): position = value
    case .uint(let value): position = Int(exactly: value)
    case .double(let value): position = Int(exactly: value)
    default: throw EvaluationError("unsupported index type '\(key.typeName)' in list")
    }
    guard let position, elements.indices.contains(position) else {
      throw EvaluationError("index out of bounds: \(Conversions.text(key) ?? "")")
    }
    return elements[position]
  }
}
