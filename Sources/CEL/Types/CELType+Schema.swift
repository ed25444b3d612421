package import Resources

/// Types of what schemas describe.
extension CELType {
  /// The type of a built-in kind's objects.
  package init(_ type: SchemaType) {
    if let scalar = type.scalar {
      self.init(scalar, type.schema)
    } else if type.traits.contains(.union) {
      self = .dyn
    } else {
      self = .object(
        ObjectType(type.name) { name in
          // Names that are no identifiers are never asked for unescaped.
          let field =
            type.field(named: name)
            ?? type.fields.first { FieldEscaping.escaped($0.name) == name }
          return field.map { CELType($0.type, type.schema) }
        })
    }
  }

  package init(_ field: FieldType, _ schema: Schema) {
    switch field {
    case .string: self = .string
    case .int32, .int64: self = .int
    case .double: self = .double
    case .boolean: self = .bool
    case .bytes: self = .bytes
    case .time, .microTime: self = .timestamp
    case .duration: self = .string
    case .quantity, .intOrString, .any, .union, .fieldsV1: self = .dyn
    case .object(let id): self.init(schema[id])
    case .array(let id): self = .list(CELType(schema[id].type, schema))
    case .map(let id): self = .map(.string, CELType(schema[id].type, schema))
    }
  }

  /// The type of a place in a custom resource.
  /// - Parameter name: of the type, for messages.
  package init(_ shape: ValueShape, name: String = "object") {
    if shape.isIntOrString {
      self = .dyn
      return
    }
    switch shape.type {
    case "boolean": self = .bool
    case "integer": self = .int
    case "number": self = .double
    case "string":
      switch shape.format {
      case "byte": self = .bytes
      case "date", "date-time": self = .timestamp
      case "duration": self = .duration
      default: self = .string
      }
    case "array": self = .list(shape.element.map { CELType($0, name: "\(name).@idx") } ?? .dyn)
    case "object":
      if let value = shape.mapValue {
        self = .map(.string, CELType(value, name: "\(name).@elem"))
      } else {
        self = .object(
          ObjectType(name) { field in
            shape.visibleMember(field).map { CELType($0, name: "\(name).\(field)") }
          })
      }
    default: self = .dyn
    }
  }
}

extension ValueShape {
  /// A member by its escaped name.
  func visibleMember(_ escaped: String) -> ValueShape? {
    if let direct = member(escaped), FieldEscaping.escaped(escaped) == escaped { return direct }
    for (name, property) in schema["properties"]?.members.map({ $0 }) ?? []
    where FieldEscaping.escaped(name) == escaped {
      return ValueShape(property)
    }
    return nil
  }
}
