/// Where the `scale` subresource of a custom resource may find its numbers.
/// Source: Kubernetes API reference, "CustomResourceSubresourceScale".
enum ScaleRule {
  private struct Member {
    let name: String
    let prefixes: [String]
    let words: String
    var isRequired = true
  }

  private static let members = [
    Member(
      name: "specReplicasPath", prefixes: [".spec."], words: "should be a json path under .spec"),
    Member(
      name: "statusReplicasPath", prefixes: [".status."],
      words: "should be a json path under .status"),
    Member(
      name: "labelSelectorPath", prefixes: [".spec.", ".status."],
      words: "should be a json path under either .spec or .status", isRequired: false),
  ]

  static func errors(_ scale: Document?, at field: String) -> [FieldError] {
    guard let scale else { return [] }
    return members.flatMap { member in
      errors(scale[member.name]?.string ?? "", member, at: "\(field).\(member.name)")
    }
  }

  private static func errors(_ path: String, _ member: Member, at field: String) -> [FieldError] {
    if path.isEmpty { return member.isRequired ? [.required(field)] : [] }
    if !path.hasPrefix(".") {
      return [.invalid(field, Document(path), "must be a simple json path starting with .")]
    }
    return member.prefixes.contains(where: path.hasPrefix)
      ? [] : [.invalid(field, Document(path), member.words)]
  }
}
