import Foundations
import Resources

/// What may be named as the kind of a policy's parameters.
/// Source: upstream's messages.
extension PolicyObjectRules {
  static func paramKindProblems(_ params: Document?) -> [FieldError] {
    guard let params else { return [] }
    return apiVersionProblems(params["apiVersion"]) + kindProblems(params["kind"])
  }

  /// `v1` or `example.com/v1`.
  private static func apiVersionProblems(_ apiVersion: Document?) -> [FieldError] {
    let path = "spec.paramKind.apiVersion"
    let text = apiVersion?.string ?? ""
    if text.isEmpty { return [.required(path)] }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let version = parts.last else {
      return [.invalid(path, apiVersion, "unexpected GroupVersion string: \(text)")]
    }
    var problems: [FieldError] = []
    if parts.count == 2, !parts[0].isEmpty {
      problems += ObjectName.problems(subdomain: parts[0]).map {
        .invalid(path, Document(parts[0]), $0)
      }
    }
    if version.isEmpty {
      return problems + [.invalid(path, apiVersion, "version must be specified")]
    }
    return problems
      + ObjectName.problems(hostLabel: version).map { .invalid(path, Document(version), $0) }
  }

  private static func kindProblems(_ kind: Document?) -> [FieldError] {
    let path = "spec.paramKind.kind"
    let text = kind?.string ?? ""
    if text.isEmpty { return [.required(path)] }
    return ObjectName.problems(hostLabel: text.lowercased()).map {
      .invalid(path, kind, "may have mixed case, but should otherwise match: \($0)")
    }
  }
}
