/// Groups of the Kubernetes community are given out by it.
/// Source: Kubernetes documentation, "API Overview", "api-approved.kubernetes.io".
enum CommunityGroupRule {
  private static let annotation = "api-approved.kubernetes.io"
  private static let field = "metadata.annotations[\(annotation)]"
  private static let origin = "see https://github.com/kubernetes/enhancements/pull/1111"

  /// Who writes something else need not put right what an earlier writer left.
  static func errors(_ definition: Document, replacing old: Document?) -> [FieldError] {
    let group = definition[path: "spec", "group"]?.string ?? ""
    guard isProtected(group), let error = Self.error(in: definition) else { return [] }
    let former = old.flatMap { Self.error(in: $0) }
    return former?.cause.reason == error.cause.reason ? [] : [error]
  }

  private static func isProtected(_ group: String) -> Bool {
    ["k8s.io", "kubernetes.io"].contains { group == $0 || group.hasSuffix(".\($0)") }
  }

  private static func error(in definition: Document) -> FieldError? {
    let value = definition[path: "metadata", "annotations", annotation]?.string ?? ""
    let words = "protected groups must have approval annotation \"\(annotation)\""
    if value.isEmpty { return .required(field, "\(words), \(origin)") }
    if value.hasPrefix("unapproved") || value.contains("://") { return nil }
    return .invalid(
      field, Document(value),
      "\(words) with either a URL or a reason starting with \"unapproved\", \(origin)")
  }
}
