import Resources

extension Evaluation {
  /// Whether two values are equal: numbers across types, lists and maps by content, values of
  /// different types never. Charges for what it looks at.
  func equal(_ left: Value, _ right: Value) throws(EvaluationError) -> Bool {
    try charge(tenths: 1)
    switch (left, right) {
    case (.null, .null): return true
    case (.bool(let left), .bool(let right)): return left == right
    case (.string(let left), .string(let right)):
      try charge(tenths: min(left.utf8.count, right.utf8.count))
      return left.utf8.elementsEqual(right.utf8)
    case (.bytes(let left), .bytes(let right)): return left == right
    case (.timestamp(let left), .timestamp(let right)): return left == right
    case (.duration(let left), .duration(let right)): return left == right
    case (.type(let left), .type(let right)): return left == right
    case (.optional(let left), .optional(let right)):
      guard let left, let right else { return left == nil && right == nil }
      return try equal(left, right)
    case (.opaque(let left), .opaque(let right)): return left.isEqual(to: right)
    default: break
    }
    if let order = NumberOrder.compare(left, right) { return order == .same }
    if let one = left.elements, let other = right.elements {
      return try equalLists(one, other, left.listShape ?? right.listShape)
    }
    if let left = left.entries, let right = right.entries { return try equalMaps(left, right) }
    return false
  }

  private func equalLists(_ left: [Value], _ right: [Value], _ shape: ValueShape?)
    throws(EvaluationError) -> Bool
  {
    guard left.count == right.count else { return false }
    // Sets and keyed lists are the same in any order.
    if let shape, let one = ListKeys.positions(of: left, shape),
      let other = ListKeys.positions(of: right, shape)
    {
      for (key, position) in one {
        guard let match = other[key], try equal(left[position], right[match]) else { return false }
      }
      return true
    }
    for position in left.indices where try !equal(left[position], right[position]) { return false }
    return true
  }

  private func equalMaps(_ left: MapValue, _ right: MapValue) throws(EvaluationError) -> Bool {
    guard left.count == right.count else { return false }
    for (key, value) in left.entries {
      guard let other = right[key], try equal(value, other) else { return false }
    }
    return true
  }
}

extension Value {
  /// The shape of a list that is a set or has keys.
  var listShape: ValueShape? {
    guard case .document(let value) = self, value.isList, let shape = value.shape,
      shape.listType == "set" || shape.listType == "map"
    else { return nil }
    return shape
  }
}

/// What identifies the elements of lists that are sets or have keys.
enum ListKeys {
  /// Positions by identity; `nil` where two elements have the same one, or one has none.
  static func positions(of elements: [Value], _ shape: ValueShape) -> [[MapValue.Key]: Int]? {
    var positions: [[MapValue.Key]: Int] = [:]
    let names = shape.listType == "map" ? shape.listMapKeys : []
    for (position, element) in elements.enumerated() {
      var key: [MapValue.Key] = []
      if shape.listType == "set" {
        guard let own = MapValue.Key(element) else { return nil }
        key.append(own)
      } else {
        guard let entries = element.entries else { return nil }
        for name in names {
          let value = entries[FieldEscaping.escaped(name) ?? name] ?? .string("")
          guard let own = MapValue.Key(value) else { return nil }
          key.append(own)
        }
      }
      guard positions.updateValue(position, forKey: key) == nil else { return nil }
    }
    return positions
  }
}

/// How two values are ordered.
enum ValueOrder {
  case less, same, greater

  static func of<Compared: Comparable>(_ left: Compared, _ right: Compared) -> ValueOrder {
    left < right ? .less : left == right ? .same : .greater
  }
}

/// Numbers of any types, compared by what they are worth.
enum NumberOrder {
  /// `nil` where one is no number, or not a number.
  static func compare(_ left: Value, _ right: Value) -> ValueOrder? {
    switch (left, right) {
    case (.int(let left), .int(let right)): return .of(left, right)
    case (.uint(let left), .uint(let right)): return .of(left, right)
    case (.int(let left), .uint(let right)): return left < 0 ? .less : .of(UInt(left), right)
    case (.uint(let left), .int(let right)): return right < 0 ? .greater : .of(left, UInt(right))
    case (.double(let left), .double(let right)):
      return left.isNaN || right.isNaN ? nil : .of(left, right)
    case (.double(let left), .int(let right)): return compare(left, whole: Int128(right))
    case (.double(let left), .uint(let right)): return compare(left, whole: Int128(right))
    case (.int(let left), .double(let right)): return reversed(compare(right, whole: Int128(left)))
    case (.uint(let left), .double(let right)):
      return reversed(compare(right, whole: Int128(left)))
    default: return nil
    }
  }

  /// As published cases have it, the whole number is taken for the nearest there is with a fraction.
  private static func compare(_ left: Double, whole right: Int128) -> ValueOrder? {
    left.isNaN ? nil : .of(left, Double(right))
  }

  private static func reversed(_ order: ValueOrder?) -> ValueOrder? {
    switch order {
    case .less: .greater
    case .greater: .less
    default: order
    }
  }
}
