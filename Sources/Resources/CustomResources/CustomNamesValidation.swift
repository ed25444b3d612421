import Foundations

/// How the resources of a CustomResourceDefinition may be called.
/// Source: Kubernetes API reference, "CustomResourceDefinitionNames".
enum CustomNamesValidation {
  private static let field = "spec.names"

  /// - Parameter names: `spec.names`, with what is not said filled in.
  static func errors(_ names: Document) -> [FieldError] {
    var errors: [FieldError] = []
    for member in ["plural", "singular", "kind", "listKind"] {
      errors += Self.errors(of: names[member]?.string ?? "", member)
    }
    for member in ["shortNames", "categories"] {
      for (position, name) in (names[member] ?? .emptyArray).elements.enumerated() {
        errors += labelErrors(name.string ?? "", at: "\(field).\(member)[\(position)]")
      }
    }
    if let kind = names["kind"]?.string, !kind.isEmpty, names["listKind"]?.string == kind {
      errors.append(
        .invalid("\(field).listKind", Document(kind), "kind and listKind may not be the same"))
    }
    return errors
  }

  private static func errors(of name: String, _ member: String) -> [FieldError] {
    let place = "\(field).\(member)"
    if name.isEmpty { return [.required(place)] }
    guard member.lowercased().hasSuffix("kind") else { return labelErrors(name, at: place) }
    let problems = ObjectName.problems(hostLabel: name.lowercased())
    if problems.isEmpty { return [] }
    let words = problems.joined(separator: ",")
    return [
      .invalid(
        place, Document(name), "may have mixed case, but should otherwise match: \(words)")
    ]
  }

  /// Of a name that has to begin with a letter, as a version's has to too.
  static func labelErrors(_ name: String, at place: String) -> [FieldError] {
    let problems = ObjectName.problems(hostLabel: name)
    return problems.isEmpty
      ? [] : [.invalid(place, Document(name), problems.joined(separator: ","))]
  }
}
