package import Resources

/// Whether the defaults of a schema keep the schema's own rules (`x-kubernetes-validations`), as each
/// object that gets them has to. Pure.
/// Source: apiextensions-apiserver `pkg/apiserver/schema/defaulting`.
package enum DefaultRules {
  /// - Parameters:
  ///   - schema: an `openAPIV3Schema` whose defaults are values that it takes.
  ///   - field: its place: `spec.versions[0].schema.openAPIV3Schema`.
  /// - Returns: the rules that defaults break. Those of a map's values are not looked at. Cost is
  ///   bounded by the budget of one object for each default.
  package static func problems(in schema: Document, at field: String) -> [FieldError] {
    var marked = schema
    marked[ValueShape.rootMark] = true
    return problems(of: ValueShape(marked), at: field)
  }

  private static func problems(of shape: ValueShape, at field: String) -> [FieldError] {
    var found: [FieldError] = []
    if let value = shape.schema["default"], let node = RuleNode(shape, depth: 0) {
      var run = RuleRun()
      run.check(RuleRun.Place(value, nil, at: "\(field).default"), node)
      found = run.problems
    }
    for (name, property) in shape.schema["properties"]?.members.map({ $0 }) ?? [] {
      found += problems(of: ValueShape(property), at: "\(field).properties[\(name)]")
    }
    return found + (shape.element.map { problems(of: $0, at: "\(field).items") } ?? [])
  }
}
