import Foundations
import Resources

/// What a policy may write into the audit log: keys that are names below the policy's own.
/// Source: Kubernetes API reference, "ValidatingAdmissionPolicy"; upstream's messages.
extension PolicyObjectRules {
  /// Source: upstream's limit of annotations.
  private static let annotationsMax = 20

  static func annotationProblems(
    _ annotations: [Document], of policyName: String, _ environment: Environment
  ) -> [FieldError] {
    let path = "spec.auditAnnotations"
    var problems: [FieldError] = []
    if annotations.count > annotationsMax {
      problems.append(
        .invalid(
          path, Document(annotations), "must not have more than \(annotationsMax) auditAnnotations")
      )
    }
    var keys: Set<String> = []
    for (position, annotation) in annotations.enumerated() {
      let place = "\(path)[\(position)]"
      problems += keyProblems(annotation["key"], of: policyName, at: "\(place).key")
      problems += environment.problems(
        annotation["valueExpression"], at: "\(place).valueExpression", results: [.string, .null])
      if !keys.insert(annotation["key"]?.string ?? "").inserted {
        problems.append(.duplicate("\(place).key", annotation["key"]))
      }
    }
    return problems
  }

  private static func keyProblems(_ key: Document?, of policyName: String, at path: String)
    -> [FieldError]
  {
    if policyName.isEmpty {
      return [.invalid(path, key, "requires metadata.name be non-empty")]
    }
    let name = "\(policyName)/\(key?.string ?? "")"
    return ObjectName.problems(qualifiedName: name).map { .invalid(path, Document(name), $0) }
  }
}
