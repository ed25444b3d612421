import Foundations
package import Resources

/// The rules (`x-kubernetes-validations`) of a custom resource's schema, compiled: for one version
/// of one CustomResourceDefinition. Immutable, and cheap to share.
/// Source: Kubernetes documentation, CustomResourceDefinitions, "Validation rules".
package final class SchemaRules: Sendable {
  private let root: RuleNode?

  /// - Parameter schema: the version's `openAPIV3Schema`.
  package init(schema: Document) {
    var marked = schema
    marked[ValueShape.rootMark] = true
    root = RuleNode(ValueShape(marked), depth: 0)
  }

  /// Whether there is no rule: then nothing needs to be called.
  package var isEmpty: Bool { root == nil }

  /// The rules that an object breaks.
  /// - Parameter old: what stood in its place. Transition rules run only where there was something;
  ///   what other rules say of a place that did not change is not held against the object.
  /// Cost is bounded by the budget of one object, whatever the rules and the object are.
  package func problems(of new: Document, old: Document?) -> [FieldError] {
    guard let root else { return [] }
    var run = RuleRun()
    run.check(RuleRun.Place(new, old, at: ""), root)
    return run.problems
  }
}

/// A place of a schema with rules, or with places under it that have some.
final class RuleNode: Sendable {
  let shape: ValueShape
  let rules: [SchemaRule]
  let members: [String: RuleNode]
  let element: RuleNode?
  let mapValue: RuleNode?

  /// Schemas that nest deeper than documents may are refused by their own validation.
  private static let depthMax = 100

  /// `nil` where there is no rule here and none below.
  init?(_ shape: ValueShape, depth: Int) {
    guard depth < Self.depthMax else { return nil }
    self.shape = shape
    rules = (shape.schema["x-kubernetes-validations"]?.elements.map { $0 } ?? []).map {
      SchemaRule($0, shape)
    }
    var members: [String: RuleNode] = [:]
    for (name, property) in shape.schema["properties"]?.members.map({ $0 }) ?? [] {
      members[name] = RuleNode(ValueShape(property), depth: depth + 1)
    }
    self.members = members
    element = shape.element.flatMap { RuleNode($0, depth: depth + 1) }
    mapValue = shape.mapValue.flatMap { RuleNode($0, depth: depth + 1) }
    if rules.isEmpty, members.isEmpty, element == nil, mapValue == nil { return nil }
  }
}
