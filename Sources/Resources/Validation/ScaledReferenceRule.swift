import Foundations

/// The rules of references to objects of any version: what an autoscaler scales, and what it measures.
/// Source: Kubernetes API reference, `autoscaling/v2` `CrossVersionObjectReference`; upstream's
/// messages.
enum ScaledReferenceRule {
  /// Kind and name become pieces of a path.
  static func nameErrors(_ reference: Document?, at path: String) -> [FieldError] {
    ["kind", "name"].flatMap { member in
      requiredSegment(reference?[member], at: "\(path).\(member)")
    }
  }

  /// - Parameter detail: what is said of one that is missing.
  static func requiredSegment(_ value: Document?, _ detail: String = "", at path: String)
    -> [FieldError]
  {
    value?.string?.isEmpty ?? true
      ? [.required(path, detail)] : ReferenceRule.pathSegment(value, at: path)
  }

  /// - Parameter mayBeCore: the version may go without a group.
  static func versionErrors(_ reference: Document?, mayBeCore: Bool, at path: String)
    -> [FieldError]
  {
    let version = reference?["apiVersion"]?.string ?? ""
    let parts = version.split(separator: "/", omittingEmptySubsequences: false)
    let problem: String? =
      parts.count > 2
      ? "unexpected GroupVersion string: \(version)"
      : mayBeCore || parts.count == 2 && !parts[0].isEmpty
        ? nil : "apiVersion must specify API group"
    return problem.map { [.invalid("\(path).apiVersion", Document(version), $0)] } ?? []
  }
}
