import Resources
import Testing

@testable import APIServer

@Suite struct DefaultAccessTests {
  private func entry(_ resource: ResourceType, _ name: String) throws -> Document {
    try #require(
      DefaultAccess.all.entries.first { $0.resource == resource && $0.key.name == name }?.object)
  }

  @Test("the table reads as the roles and bindings of Kubernetes")
  func table() throws {
    #expect(
      try entry(.clusterRoles, "cluster-admin")["rules"] == [
        ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]],
        ["verbs": ["*"], "nonResourceURLs": ["*"]],
      ])
    let edit = try entry(.clusterRoles, "edit")
    #expect(edit["rules"] == nil)
    #expect(
      edit[path: "metadata", "labels", "rbac.authorization.k8s.io/aggregate-to-admin"] == "true")
    #expect(
      edit["aggregationRule"] == [
        "clusterRoleSelectors": [
          ["matchLabels": ["rbac.authorization.k8s.io/aggregate-to-edit": "true"]]
        ]
      ])
    let signer = try entry(.roles, "extension-apiserver-authentication-reader")
    #expect(signer[path: "metadata", "namespace"] == "kube-system")
    #expect(
      AccessRule.rules(ofRole: signer).first?.names == ["extension-apiserver-authentication"])
    let dns = try entry(.clusterRoleBindings, "system:kube-dns")
    #expect(
      dns["subjects"] == [
        ["kind": "ServiceAccount", "name": "kube-dns", "namespace": "kube-system"]
      ])
    #expect(try entry(.clusterRoleBindings, "system:node")["subjects"] == nil)
  }

  @Test("every binding means a role of the table")
  func references() {
    let roles = Set(
      DefaultAccess.all.entries.filter { $0.object["roleRef"] == nil }.map(\.key))
    for entry in DefaultAccess.all.entries {
      guard let reference = entry.object["roleRef"] else { continue }
      let role = RoleReference(reference, in: entry.key.namespace)
      #expect(roles.contains(role.key), "\(entry.key)")
    }
  }

  @Test("what is missing is added, and what was added by others stays")
  func mending() throws {
    let expected = try entry(.clusterRoles, "system:basic-user")
    #expect(DefaultAccess.mending(expected, toward: expected) == .leave)
    var changed = expected
    changed["rules"] = [["verbs": ["get"], "apiGroups": ["acme.com"], "resources": ["things"]]]
    guard case .update(let mended) = DefaultAccess.mending(changed, toward: expected) else {
      Issue.record("not mended")
      return
    }
    let rules = AccessRule.rules(ofRole: mended)
    #expect(AccessRule.missing(from: rules, AccessRule.rules(ofRole: expected)).isEmpty)
    #expect(rules.contains { $0.groups == ["acme.com"] })
    changed.set(
      "false", at: ["metadata", "annotations", "rbac.authorization.kubernetes.io/autoupdate"])
    #expect(DefaultAccess.mending(changed, toward: expected) == .leave)
  }

  @Test("a binding gets its subjects back, and its role by being made anew")
  func bindings() throws {
    let expected = try entry(.clusterRoleBindings, "system:public-info-viewer")
    var changed = expected
    changed["subjects"] = [
      ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"]
    ]
    guard case .update(let mended) = DefaultAccess.mending(changed, toward: expected) else {
      Issue.record("not mended")
      return
    }
    #expect(mended["subjects"]?.count == 3)
    changed.set("view", at: ["roleRef", "name"])
    #expect(DefaultAccess.mending(changed, toward: expected) == .replace(expected))
  }
}
