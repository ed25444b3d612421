/// Whether the defaults of a schema are values that the schema takes. They are held to the schema as
/// they are: what has a default inside of a default is not filled in first.
///
/// Those of a map's values are not looked at, as upstream does not, for no map has values of its own.
/// Source: Kubernetes documentation, CustomResourceDefinitions, "Defaulting".
struct SchemaDefaultValidation {
  private var errors: [FieldError] = []

  /// - Parameter schema: a structural one.
  static func errors(_ schema: Document, at field: String) -> [FieldError] {
    var root = schema
    root["x-kubernetes-embedded-resource"] = true
    var walk = SchemaDefaultValidation()
    walk.check(root, at: field, isInsideMeta: false)
    return walk.errors
  }

  /// - Parameter isInsideMeta: in a member that every resource has, which has more members than the
  ///   schema says.
  private mutating func check(_ schema: Document, at field: String, isInsideMeta: Bool) {
    let isEmbedded = schema["x-kubernetes-embedded-resource"]?.bool == true
    let isInsideMeta = isInsideMeta && !isEmbedded
    if let value = schema["default"], !value.isNull {
      checkDefault(value, of: schema, at: "\(field).default", isInsideMeta: isInsideMeta)
    }
    for (step, inner) in schema.innerSchemas {
      switch step {
      case .items: check(inner, at: field + step.text, isInsideMeta: isInsideMeta)
      case .property(let name):
        let isMeta = isEmbedded && StructuralSchema.resourceMembers.contains(name)
        check(inner, at: field + step.text, isInsideMeta: isInsideMeta || isMeta)
      default: break
      }
    }
  }

  private mutating func checkDefault(
    _ value: Document, of schema: Document, at field: String, isInsideMeta: Bool
  ) {
    let node = StructuralSchema(schema)
    if !isInsideMeta {
      var pruned = value
      var unknown: [String] = []
      node.prune(&pruned, isResource: node.isEmbedded, unknown: &unknown)
      if !unknown.isEmpty {
        errors.append(.invalid(field, value, "must not have unknown fields"))
      }
    }
    for error in node.errors(in: value, replacing: nil) {
      var error = error
      let isHere = error.field.isEmpty || error.field == StructuralSchema.noPath
      error.field = isHere ? field : "\(field).\(error.field)"
      errors.append(error)
    }
  }
}
