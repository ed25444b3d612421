import Resources

/// A binding: whom it gives the rules of which role.
/// Source: rbac.authorization.k8s.io/v1 RoleBinding, ClusterRoleBinding.
final class RoleGrant: Sendable {
  /// Who a binding is for, as users are looked up. Service accounts are users of that name.
  enum Subject: Hashable {
    case user(String)
    case group(String)
  }

  /// Of the binding; without a namespace it holds everywhere.
  let key: ObjectKey
  let role: RoleReference
  /// With each the words that name it in reasons.
  let subjects: [(subject: Subject, words: String)]

  init(_ binding: Document) {
    key = ObjectKey(binding)
    role = RoleReference(binding["roleRef"] ?? .emptyObject, in: key.namespace)
    let namespace = key.namespace
    subjects = (binding["subjects"] ?? .emptyArray).elements.compactMap {
      Self.subject($0, in: namespace)
    }
  }

  private static func subject(_ subject: Document, in namespace: String) -> (Subject, String)? {
    guard let name = subject["name"]?.string else { return nil }
    switch subject["kind"]?.string {
    case "User": return (.user(name), "User \"\(name)\"")
    case "Group": return (.group(name), "Group \"\(name)\"")
    case "ServiceAccount":
      let own = subject["namespace"]?.string ?? ""
      let home = own.isEmpty ? namespace : own
      if home.isEmpty { return nil }
      return (
        .user("system:serviceaccount:\(home):\(name)"), "ServiceAccount \"\(name)/\(home)\""
      )
    default: return nil
    }
  }

  /// `ClusterRoleBinding "view-all" of ClusterRole "view" to Group "staff"`.
  func description(for user: User) -> String {
    let kind = key.namespace.isEmpty ? "ClusterRoleBinding" : "RoleBinding"
    let name = key.namespace.isEmpty ? key.name : "\(key.name)/\(key.namespace)"
    let words = subjects.first { element in
      switch element.subject {
      case .user(let name): name == user.name
      case .group(let group): user.groups.contains(group)
      }
    }?.words
    return "\(kind) \"\(name)\" of \(role.kind.rawValue) \"\(role.key.name)\" to \(words ?? "")"
  }
}

/// Which role a binding means.
struct RoleReference: Hashable, Sendable {
  enum Kind: String {
    case role = "Role"
    case clusterRole = "ClusterRole"
  }

  let kind: Kind
  /// Without a namespace for cluster roles.
  let key: ObjectKey

  init(_ reference: Document, in namespace: String) {
    kind = Kind(rawValue: reference["kind"]?.string ?? "") ?? .clusterRole
    let name = reference["name"]?.string ?? ""
    key = ObjectKey(namespace: kind == .role ? namespace : "", name: name)
  }

  /// What is said where there is no such role.
  var missing: String {
    "\(kind.rawValue.lowercased()).rbac.authorization.k8s.io \"\(key.name)\" not found"
  }
}
