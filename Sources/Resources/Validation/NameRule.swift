import Foundations

/// How objects of a kind may be named.
/// Source: Kubernetes documentation, "Object Names and IDs".
enum NameRule: Sendable {
  /// `web.example.com`: most kinds.
  case subdomain
  /// `web-1`: kinds whose names become host names.
  case label
  /// Anything that can be one piece of a path: access rules, and events, of whose names older clients
  /// made what they liked.
  case pathSegment
  /// The server or another rule sees to it.
  case any

  static func of(_ kind: GroupVersionKind) -> NameRule {
    switch (kind.group, kind.kind) {
    case ("", "Namespace"), ("", "Service"), ("apps", "StatefulSet"): .label
    case ("rbac.authorization.k8s.io", _), ("certificates.k8s.io", "ClusterTrustBundle"),
      ("certificates.k8s.io", "CertificateSigningRequest"):
      .pathSegment
    case ("policy", "PodDisruptionBudget"), ("", "Event"): .pathSegment
    case ("networking.k8s.io", "IPAddress"), ("apiregistration.k8s.io", _): .any
    default: .subdomain
    }
  }

  func problems(_ name: String) -> [String] {
    switch self {
    case .subdomain: ObjectName.problems(subdomain: name)
    case .label: ObjectName.problems(label: name)
    case .pathSegment: Self.pathSegmentProblems(name)
    case .any: []
    }
  }

  private static func pathSegmentProblems(_ name: String) -> [String] {
    if name == "." || name == ".." { return ["may not be '\(name)'"] }
    return ["/", "%"].filter(name.contains).map { "may not contain '\($0)'" }
  }
}
