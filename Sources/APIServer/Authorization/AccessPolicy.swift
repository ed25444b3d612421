import Resources

/// Every role and binding, laid out for look-up: what a user may do is found by the user's name and
/// groups, without a look at anybody else's bindings. A value.
struct AccessPolicy: Sendable {
  /// The rules of roles; those of cluster roles under a key without a namespace.
  private var roles: [ObjectKey: [AccessRule]] = [:]
  private var grants: [ObjectKey: RoleGrant] = [:]
  /// Grants by namespace, then by subject. Those that hold everywhere are under the empty name.
  private var grantsBySubject: [String: [RoleGrant.Subject: [RoleGrant]]] = [:]

  // MARK: Keeping

  var roleKeys: [ObjectKey] { Array(roles.keys) }
  var bindingKeys: [ObjectKey] { Array(grants.keys) }

  /// - Parameter role: `nil` where it is gone.
  mutating func setRole(_ key: ObjectKey, to role: Document?) {
    roles[key] = role.map(AccessRule.rules(ofRole:))
  }

  /// - Parameter binding: `nil` where it is gone.
  mutating func setBinding(_ key: ObjectKey, to binding: Document?) {
    if let old = grants[key] { unlink(old) }
    grants[key] = binding.map(RoleGrant.init)
    if let new = grants[key] { link(new) }
  }

  private mutating func link(_ grant: RoleGrant) {
    for (subject, _) in grant.subjects {
      grantsBySubject[grant.key.namespace, default: [:]][subject, default: []].append(grant)
    }
  }

  private mutating func unlink(_ grant: RoleGrant) {
    let namespace = grant.key.namespace
    for (subject, _) in grant.subjects {
      grantsBySubject[namespace]?[subject]?.removeAll { $0 === grant }
      if grantsBySubject[namespace]?[subject]?.isEmpty == true {
        grantsBySubject[namespace]?[subject] = nil
      }
    }
    if grantsBySubject[namespace]?.isEmpty == true { grantsBySubject[namespace] = nil }
  }

  // MARK: Asking

  /// `nil` where there is no such role.
  func rules(of role: RoleReference) -> [AccessRule]? { roles[role.key] }

  /// The grant that allows it; `nil` where there is none.
  /// Cost: a look-up for each of the user's groups, and the rules of what is bound to them.
  func grant(for attributes: AccessAttributes) -> RoleGrant? {
    let resourcePath = attributes.resourcePath
    return firstGrant(for: attributes.user, in: attributes.namespace) { grant in
      roles[grant.role.key]?.contains { $0.allows(attributes, resourcePath: resourcePath) } ?? false
    }
  }

  /// Everything a user is given in a namespace, and the roles among it that do not exist.
  func everything(for user: User, in namespace: String) -> (
    rules: [AccessRule], missing: [RoleReference]
  ) {
    var rules: [AccessRule] = []
    var missing: [RoleReference] = []
    var seen: Set<ObjectIdentifier> = []
    _ = firstGrant(for: user, in: namespace) { grant in
      guard seen.insert(ObjectIdentifier(grant)).inserted else { return false }
      if let found = roles[grant.role.key] {
        rules += found
      } else {
        missing.append(grant.role)
      }
      return false
    }
    return (rules, missing)
  }

  private func firstGrant(
    for user: User, in namespace: String, where fits: (RoleGrant) -> Bool
  ) -> RoleGrant? {
    for place in namespace.isEmpty ? [""] : ["", namespace] {
      guard let bySubject = grantsBySubject[place] else { continue }
      if let grant = bySubject[.user(user.name)]?.first(where: fits) { return grant }
      for group in user.groups {
        if let grant = bySubject[.group(group)]?.first(where: fits) { return grant }
      }
    }
    return nil
  }
}
