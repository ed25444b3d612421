import Resources
import Testing

@testable import APIServer

@Suite struct AccessPolicyTests {
  private func policy(_ bindings: [Document]) -> AccessPolicy {
    var policy = AccessPolicy()
    let reader: Document = [
      "rules": [["verbs": ["get"], "apiGroups": [""], "resources": ["pods"]]]
    ]
    policy.setRole(ObjectKey(namespace: "", name: "reader"), to: reader)
    policy.setRole(ObjectKey(namespace: "a", name: "reader"), to: reader)
    for binding in bindings { policy.setBinding(ObjectKey(binding), to: binding) }
    return policy
  }

  private func binding(
    _ name: String, in namespace: String = "", kind: String = "ClusterRole",
    role: String = "reader", _ subjects: Document
  ) -> Document {
    [
      "metadata": ["name": Document(name), "namespace": Document(namespace)],
      "roleRef": ["kind": Document(kind), "name": Document(role)], "subjects": subjects,
    ]
  }

  private func grant(_ policy: AccessPolicy, _ user: User, in namespace: String) -> String? {
    var attributes = AccessAttributes(user: user, verb: "get")
    attributes.resource = "pods"
    attributes.namespace = namespace
    return policy.grant(for: attributes)?.description(for: user)
  }

  @Test("a cluster role binding holds in every namespace and outside them")
  func clusterWide() {
    let policy = policy([binding("all", [["kind": "User", "name": "jane"]])])
    let jane = User(name: "jane")
    let words = #"ClusterRoleBinding "all" of ClusterRole "reader" to User "jane""#
    #expect(grant(policy, jane, in: "a") == words)
    #expect(grant(policy, jane, in: "") == words)
    #expect(grant(policy, User(name: "joe"), in: "a") == nil)
  }

  @Test("a role binding holds in its own namespace, of a role there or a cluster role")
  func namespaced() {
    let policy = policy([
      binding("one", in: "a", kind: "Role", [["kind": "Group", "name": "staff"]]),
      binding("two", in: "b", kind: "Role", [["kind": "Group", "name": "staff"]]),
      binding("three", in: "c", [["kind": "Group", "name": "staff"]]),
    ])
    let user = User(name: "joe", groups: ["system:authenticated", "staff"])
    #expect(
      grant(policy, user, in: "a")
        == #"RoleBinding "one/a" of Role "reader" to Group "staff""#)
    // There is no role of that name in b.
    #expect(grant(policy, user, in: "b") == nil)
    #expect(grant(policy, user, in: "c") != nil)
    #expect(grant(policy, user, in: "") == nil)
  }

  @Test("a service account is meant by name and namespace, its binding's where it names none")
  func accounts() {
    let policy = policy([
      binding("one", in: "a", [["kind": "ServiceAccount", "name": "robot"]]),
      binding("two", [["kind": "ServiceAccount", "name": "lost"]]),
      binding("three", [["kind": "ServiceAccount", "name": "robot", "namespace": "z"]]),
    ])
    #expect(
      grant(policy, User(name: "system:serviceaccount:a:robot"), in: "a")
        == #"RoleBinding "one/a" of ClusterRole "reader" to ServiceAccount "robot/a""#)
    #expect(grant(policy, User(name: "system:serviceaccount:b:robot"), in: "a") == nil)
    #expect(grant(policy, User(name: "system:serviceaccount:z:robot"), in: "a") != nil)
    #expect(grant(policy, User(name: "system:serviceaccount::lost"), in: "a") == nil)
  }

  @Test("what is taken away is gone, and what changes is taken anew")
  func changes() {
    var policy = policy([binding("all", [["kind": "User", "name": "jane"]])])
    let (jane, joe) = (User(name: "jane"), User(name: "joe"))
    let changed = binding("all", [["kind": "User", "name": "joe"]])
    policy.setBinding(ObjectKey(changed), to: changed)
    #expect(grant(policy, jane, in: "a") == nil)
    #expect(grant(policy, joe, in: "a") != nil)
    policy.setRole(ObjectKey(namespace: "", name: "reader"), to: nil)
    #expect(grant(policy, joe, in: "a") == nil)
    #expect(
      policy.everything(for: joe, in: "").missing.map(\.missing) == [
        #"clusterrole.rbac.authorization.k8s.io "reader" not found"#
      ])
    policy.setBinding(ObjectKey(changed), to: nil)
    #expect(policy.everything(for: joe, in: "").missing.isEmpty)
  }
}
