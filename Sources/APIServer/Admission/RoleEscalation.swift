import Resources

/// Lets nobody hand on rights that they do not have: through roles they write, or bindings to roles
/// that hold more. The verbs `escalate` and `bind` lift this, and administrators are above it.
/// Source: Kubernetes documentation, "Using RBAC Authorization", "Privilege escalation prevention
/// and bootstrapping".
struct RoleEscalation: AdmissionPlugin {
  let authorizer: any Authorizer
  let roles: RoleAuthorizer

  private static let roleKinds: Set<ResourceType> = [.roles, .clusterRoles]
  private static let bindingKinds: Set<ResourceType> = [.roleBindings, .clusterRoleBindings]

  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.operation != .delete, write.resource.group == "rbac.authorization.k8s.io",
      !write.user.isMaster, !changesOnlyOwnership(object, write.old)
    else { return }
    if Self.roleKinds.contains(write.resource) {
      try requireHeld(byRole: object, write)
    } else if Self.bindingKinds.contains(write.resource) {
      try requireHeld(byBinding: object, write)
    }
  }

  private func requireHeld(byRole role: Document, _ write: AdmissionWrite) throws(APIError) {
    var attributes = AccessAttributes(user: write.user, verb: "escalate")
    attributes.resource = write.resource.plural
    attributes.name = write.operation == .create ? "" : write.name
    if isAllowed(attributes, write) { return }
    try requireHeld(AccessRule.rules(ofRole: role), write)
    // What is aggregated can be anything, now or later.
    guard hasAggregation(role) || write.old.map(hasAggregation) ?? false else { return }
    guard missing(Self.everything, write).isEmpty else {
      throw .forbidden(
        write.resource, write.name,
        "must have cluster-admin privileges to use the aggregationRule")
    }
  }

  private func requireHeld(byBinding binding: Document, _ write: AdmissionWrite) throws(APIError) {
    let role = RoleReference(binding["roleRef"] ?? .emptyObject, in: write.namespace ?? "")
    var attributes = AccessAttributes(user: write.user, verb: "bind")
    attributes.resource = role.kind == .role ? "roles" : "clusterroles"
    attributes.name = role.key.name
    if isAllowed(attributes, write) { return }
    guard let rules = roles.rules(of: role) else {
      throw .notFound(role.kind == .role ? .roles : .clusterRoles, role.key.name)
    }
    try requireHeld(rules, write)
  }

  private func isAllowed(_ attributes: AccessAttributes, _ write: AdmissionWrite) -> Bool {
    var attributes = attributes
    attributes.group = write.resource.group
    attributes.version = "*"
    attributes.namespace = write.namespace ?? ""
    return authorizer.decide(attributes) == .allowed
  }

  private func requireHeld(_ rules: [AccessRule], _ write: AdmissionWrite) throws(APIError) {
    let missing = missing(rules, write)
    if missing.isEmpty { return }
    let words = Set(AccessRule.joinedByVerb(missing).map(\.shortDescription)).sorted()
    let gaps = roles.rules(for: write.user, in: write.namespace ?? "").gaps
    throw .forbidden(
      write.resource, write.name,
      "user \"\(write.user.name)\" (groups=\(quoted(write.user.groups))) is attempting to grant "
        + "RBAC permissions not currently held:\n\(words.joined(separator: "\n"))"
        + (gaps.isEmpty ? "" : "; resolution errors: [\(gaps.joined(separator: ", "))]"))
  }

  private func missing(_ rules: [AccessRule], _ write: AdmissionWrite) -> [AccessRule] {
    let held = roles.rules(for: write.user, in: write.namespace ?? "")
    return AccessRule.missing(from: held.rules, rules)
  }

  private static let everything: [AccessRule] = DefaultAccess.all.rules(of: "cluster-admin")

  private func hasAggregation(_ role: Document) -> Bool {
    role[path: "aggregationRule", "clusterRoleSelectors"]?.isEmpty == false
  }

  /// What the garbage collector writes gives nobody any rights.
  private func changesOnlyOwnership(_ new: Document, _ old: Document?) -> Bool {
    guard var old else { return false }
    var new = new
    for member in ["ownerReferences", "finalizers", "managedFields"] {
      new.set(nil, at: ["metadata", member])
      old.set(nil, at: ["metadata", member])
    }
    return new == old
  }
}
