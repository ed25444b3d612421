/// How one place of an object is owned: as one value, member by member, or element by element.
///
/// Source: Kubernetes documentation, "Server-Side Apply", "Merge strategy"; the facts are the
/// schema's list and map types. Places without a schema are told by their value: objects are owned
/// by member, lists whole.
struct FieldShape {
  let type: FieldType
  var field: SchemaField?
  let schema: Schema

  enum Form: Equatable {
    /// One value, owned and replaced as a whole.
    case atomic
    /// Members by name, known to the schema.
    case structure
    /// Members with free names.
    case map
    /// Elements that are their own identity.
    case set
    /// Elements told apart by some of their members.
    case keyed([String])
  }

  init(_ root: SchemaType?) {
    type = root.map { .object($0.id) } ?? .any
    schema = root?.schema ?? .builtin
  }

  private init(field: SchemaField, _ schema: Schema) {
    type = field.type
    self.field = field
    self.schema = schema
  }

  /// - Parameter value: decides where the schema says nothing.
  func form(of value: Document) -> Form {
    if field?.traits.contains(.atomicMap) == true { return .atomic }
    switch type {
    case .object(let id):
      guard value.isObject else { return .atomic }
      let definition = schema.definitions[Int(id.rawValue)]
      if definition.scalar != nil { return .atomic }
      let isGranular = field?.traits.contains(.granularMap) == true
      if definition.traits.contains(.atomic) && !isGranular { return .atomic }
      return .structure
    case .map, .any: return value.isObject ? .map : .atomic
    case .array:
      guard value.isArray, let field else { return .atomic }
      switch field.listKind {
      case .atomic: return .atomic
      case .set: return .set
      case .map: return .keyed(field.listMapKeys)
      }
    default: return .atomic
    }
  }

  func member(_ name: String) -> FieldShape {
    switch type {
    case .object(let id):
      if let field = schema[id].field(named: name) { return FieldShape(field: field, schema) }
    case .map(let element): return FieldShape(field: schema[element], schema)
    default: break
    }
    return FieldShape(field: SchemaField(type: .any), schema)
  }

  var element: FieldShape {
    guard case .array(let element) = type else { return self }
    return FieldShape(field: schema[element], schema)
  }

  /// Whether an object of this place's parent has the place even where nobody wrote it.
  var isAlwaysPresent: Bool { field?.traits.contains(.alwaysPresent) ?? true }

  // MARK: Steps

  /// The step to an element of a keyed list. A key that the element lacks has its default.
  func step(to element: Document, keys: [String]) -> String {
    var identity = Document.emptyObject
    for key in keys.sorted() {
      identity[key] = element[key] ?? self.element.member(key).field?.defaultValue
    }
    return "k:" + identity.jsonText
  }

  func step(to element: Document, _ form: Form) -> String {
    if case .keyed(let keys) = form { return step(to: element, keys: keys) }
    return "v:" + element.jsonText
  }
}
