extension StructuralSchema {
  /// The schema as a table of types: what field ownership and applies work from.
  /// - Parameter kind: of the objects, whose apiVersion, kind and metadata are as everywhere.
  package func table(of kind: GroupVersionKind) -> SchemaType {
    var compiler = TableCompiler()
    let root = compiler.object(self, named: kind.kind, isResource: true)
    let schema = compiler.builder.build()
    return schema[root]
  }
}

/// Writes a tree of schema nodes as a table.
private struct TableCompiler {
  var builder = SchemaBuilder()
  private var metadata: SchemaType.ID?
  /// Built-in types that were copied.
  private var copies: [SchemaType.ID: SchemaType.ID] = [:]

  mutating func object(_ schema: StructuralSchema, named name: String, isResource: Bool)
    -> SchemaType.ID
  {
    var definition = SchemaType.Definition(name: name)
    if schema.preservesUnknown { definition.traits.insert(.preservesUnknown) }
    if schema.isEmbedded { definition.traits.insert(.embeddedResource) }
    let id = builder.addType(definition)
    var fields: [SchemaField] = []
    for name in schema.names where !(isResource && StructuralSchema.resourceMembers.contains(name))
    {
      if let property = schema.properties[name] { fields.append(field(name, property)) }
    }
    if isResource {
      fields.append(SchemaField(name: "apiVersion", type: .string))
      fields.append(SchemaField(name: "kind", type: .string))
      fields.append(SchemaField(name: "metadata", type: .object(objectMeta())))
    }
    builder.setFields(of: id, to: fields)
    return id
  }

  private mutating func field(_ name: String, _ schema: StructuralSchema) -> SchemaField {
    var field = SchemaField(name: name, type: type(schema, named: name))
    field.listKind = schema.listKind
    field.listMapKeys = schema.listMapKeys
    field.defaultValue = schema.defaultValue
    if schema.isAtomicMap { field.traits.insert(.atomicMap) }
    if schema.isNullable { field.traits.insert(.nullable) }
    return field
  }

  private mutating func type(_ schema: StructuralSchema, named name: String) -> FieldType {
    if schema.isIntOrString { return .intOrString }
    switch schema.type {
    case "string": return .string
    case "integer": return .int64
    case "number": return .double
    case "boolean": return .boolean
    case "array":
      guard let items = schema.items else { return .array(builder.element(of: .any)) }
      return .array(element(items, named: name))
    case "object":
      if case .schema(let values) = schema.additional { return .map(element(values, named: name)) }
      if schema.properties.isEmpty && !schema.isEmbedded { return .any }
      return .object(object(schema, named: name, isResource: schema.isEmbedded))
    default: return .any
    }
  }

  private mutating func element(_ schema: StructuralSchema, named name: String)
    -> SchemaField.ElementID
  {
    let element = field("", schema)
    return builder.addElement(element)
  }

  // MARK: Metadata

  private mutating func objectMeta() -> SchemaType.ID {
    if let metadata { return metadata }
    guard let type = Schema.builtin.type(named: Self.objectMetaName) else {
      preconditionFailure("the built-in table has no \(Self.objectMetaName)")
    }
    let copied = copy(type)
    metadata = copied
    return copied
  }

  static let objectMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

  private mutating func copy(_ type: SchemaType) -> SchemaType.ID {
    if let known = copies[type.id] { return known }
    var definition = SchemaType.Definition(name: type.name)
    definition.scalar = type.scalar
    definition.traits = type.traits
    let id = builder.addType(definition)
    copies[type.id] = id
    var fields: [SchemaField] = []
    for var field in type.fields {
      field.type = copy(field.type, of: type.schema)
      fields.append(field)
    }
    builder.setFields(of: id, to: fields)
    return id
  }

  private mutating func copy(_ type: FieldType, of schema: Schema) -> FieldType {
    switch type {
    case .object(let id): return .object(copy(schema[id]))
    case .union(let id): return .union(copy(schema[id]))
    case .array(let id): return .array(copy(schema[id], of: schema))
    case .map(let id): return .map(copy(schema[id], of: schema))
    default: return type
    }
  }

  private mutating func copy(_ element: SchemaField, of schema: Schema) -> SchemaField.ElementID {
    var element = element
    element.type = copy(element.type, of: schema)
    return builder.addElement(element)
  }
}
