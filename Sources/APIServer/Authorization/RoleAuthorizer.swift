import Resources
import Store
import Synchronization

/// Role-based access control: what roles and bindings allow.
///
/// They are read from their watch caches once, and then followed. The first question after a change
/// brings the policy up to date, so that whoever was told that a binding exists can rely on it.
/// Source: Kubernetes documentation, "Using RBAC Authorization".
package final class RoleAuthorizer: Authorizer {
  private let policy = Mutex(AccessPolicy())
  private let mark = StaleMark()
  private let sources: [Source]

  private struct Source {
    let follower: CacheFollower
    let holdsBindings: Bool
    let isNamespaced: Bool
  }

  init(_ reader: CacheReader) {
    let mark = mark
    sources = [ResourceType.roles, .clusterRoles, .roleBindings, .clusterRoleBindings].compactMap {
      resource in
      reader.cache(resource).map {
        Source(
          follower: CacheFollower($0, mark: mark),
          holdsBindings: resource == .roleBindings || resource == .clusterRoleBindings,
          isNamespaced: resource.isNamespaced)
      }
    }
  }

  package func decide(_ attributes: AccessAttributes) -> AccessDecision {
    let policy = current()
    if policy.grant(for: attributes) != nil { return .allowed }
    return .denied(
      reason: Self.reason(
        policy.everything(for: attributes.user, in: attributes.namespace).missing))
  }

  package func grantReason(_ attributes: AccessAttributes) -> String {
    current().grant(for: attributes).map {
      "RBAC: allowed by \($0.description(for: attributes.user))"
    } ?? ""
  }

  package func rules(for user: User, in namespace: String) -> AccessRuleList {
    let (rules, missing) = current().everything(for: user, in: namespace)
    return AccessRuleList(rules: rules, gaps: missing.map(\.missing))
  }

  /// The rules of a role that a binding means; `nil` where it does not exist.
  func rules(of role: RoleReference) -> [AccessRule]? { current().rules(of: role) }

  /// Roles that do not exist are told of, since a misspelt name is a usual mistake.
  private static func reason(_ missing: [RoleReference]) -> String {
    guard !missing.isEmpty else { return "" }
    let words = missing.map(\.missing)
    return "RBAC: " + (words.count == 1 ? words[0] : "[\(words.joined(separator: ", "))]")
  }

  // MARK: Following

  private func current() -> AccessPolicy {
    policy.withLock { policy in
      if mark.take() { catchUp(&policy) }
      return policy
    }
  }

  private func catchUp(_ policy: inout AccessPolicy) {
    for source in sources {
      func set(_ key: ObjectKey, _ object: Document?) {
        if source.holdsBindings {
          policy.setBinding(key, to: object)
        } else {
          policy.setRole(key, to: object)
        }
      }
      source.follower.catchUp { change in
        switch change {
        case .all(let snapshot):
          let known = source.holdsBindings ? policy.bindingKeys : policy.roleKeys
          for key in known where key.namespace.isEmpty != source.isNamespaced { set(key, nil) }
          for object in snapshot.objects() { set(object.objectKey, object.document) }
        case .put(let object): set(object.objectKey, object.document)
        case .remove(let object): set(object.objectKey, nil)
        }
      }
    }
  }
}
