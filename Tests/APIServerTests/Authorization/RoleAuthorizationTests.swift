import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

/// Roles and bindings as they act on requests, through a listening server.
@Suite("Role-based access control", .timeLimit(.minutes(5)))
struct RoleAuthorizationTests {
  private static let group = "/apis/rbac.authorization.k8s.io/v1"
  private static let pods = "/api/v1/namespaces/default/pods"

  private func grant(
    _ admin: TestAPIClient, _ role: String, to user: String, in namespace: String? = nil
  ) async throws {
    let kind = namespace == nil ? "ClusterRoleBinding" : "RoleBinding"
    let place = namespace.map { "/namespaces/\($0)/rolebindings" } ?? "/clusterrolebindings"
    let answer = try await admin.post(
      Self.group + place,
      #"""
      {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"\#(kind)",
       "metadata":{"name":"\#(role)-to-\#(user)"},
       "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"\#(role)"},
       "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"\#(user)"}]}
      """#)
    #expect(answer.status == 201, "\(answer.text)")
  }

  private func makeRole(_ admin: TestAPIClient, _ name: String, _ rules: String) async throws {
    let answer = try await admin.post(
      Self.group + "/clusterroles",
      #"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"\#(name)"},"rules":\#(rules)}"#
    )
    #expect(answer.status == 201, "\(answer.text)")
  }

  @Test("a binding holds as soon as it is answered, and no longer than it stands")
  func immediate() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      let jane = try server.client(user: "jane", groups: [])
      let refused = try await jane.get(Self.pods)
      #expect(refused.status == 403)
      #expect(
        refused.message
          == #"pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default""#
      )
      try await makeRole(
        admin, "pod-reader", #"[{"verbs":["get","list"],"apiGroups":[""],"resources":["pods"]}]"#)
      for _ in 0..<20 {
        try await grant(admin, "pod-reader", to: "jane", in: "default")
        #expect(try await jane.get(Self.pods).status == 200)
        #expect(try await jane.get("/api/v1/pods").status == 403)
        #expect(try await jane.get("/api/v1/namespaces/default/secrets").status == 403)
        #expect(try await jane.delete(Self.pods).status == 403)
        _ = try await admin.delete(
          Self.group + "/namespaces/default/rolebindings/pod-reader-to-jane")
        #expect(try await jane.get(Self.pods).status == 403)
      }
    }
  }

  @Test("a denial names the role that a binding misspells")
  func missingRole() async throws {
    try await TestAPIServer.run { server in
      try await grant(try server.client(), "no-such", to: "jane")
      let answer = try await server.client(user: "jane", groups: []).get(Self.pods)
      #expect(
        answer.message.hasSuffix(
          #": RBAC: clusterrole.rbac.authorization.k8s.io "no-such" not found"#))
    }
  }

  @Test("everyone known may discover the API; nobody unknown may")
  func discovery() async throws {
    try await TestAPIServer.run { server in
      let jane = try server.client(user: "jane", groups: [])
      for path in ["/api", "/apis", "/apis/apps/v1", "/openapi/v2", "/version", "/healthz"] {
        #expect(try await jane.get(path).status == 200, "\(path)")
      }
      let refused = try await jane.get("/metrics")
      #expect(refused.status == 403)
      #expect(refused.message == #"forbidden: User "jane" cannot get path "/metrics""#)
      let nobody = try server.client(user: nil)
      #expect(try await nobody.get("/api").status == 401)
      #expect(try await nobody.get("/version").status == 200)
    }
  }

  @Test("a rule for one name lets lists and watches of just that name pass")
  func oneName() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      try await makeRole(
        admin, "one-map",
        #"[{"verbs":["get","list"],"apiGroups":[""],"resources":["configmaps"],"resourceNames":["a"]}]"#
      )
      try await grant(admin, "one-map", to: "jane")
      let jane = try server.client(user: "jane", groups: [])
      let maps = "/api/v1/namespaces/default/configmaps"
      #expect(try await jane.get(maps + "?fieldSelector=metadata.name%3Da").status == 200)
      #expect(try await jane.get(maps + "?fieldSelector=metadata.name%3Db").status == 403)
      #expect(try await jane.get(maps).status == 403)
    }
  }

  @Test("nobody hands on rights they lack, through roles or bindings, unless told they may")
  func escalation() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      try await makeRole(
        admin, "role-writer",
        #"[{"verbs":["*"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles","rolebindings","clusterrolebindings"]},{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]"#
      )
      // "*" holds the verbs escalate and bind as well: take them by naming verbs.
      _ = try await admin.patch(
        Self.group + "/clusterroles/role-writer", .json,
        #"[{"op":"replace","path":"/rules/0/verbs","value":["create","update","patch","get"]}]"#)
      try await grant(admin, "role-writer", to: "jane")
      let jane = try server.client(user: "jane", groups: [])
      func role(_ name: String, _ verbs: String) -> String {
        #"{"metadata":{"name":"\#(name)"},"rules":[{"verbs":\#(verbs),"apiGroups":[""],"resources":["pods"]}]}"#
      }
      let held = try await jane.post(Self.group + "/clusterroles", role("held", #"["get"]"#))
      #expect(held.status == 201, "\(held.text)")
      let more = try await jane.post(
        Self.group + "/clusterroles", role("more", #"["get","list"]"#))
      #expect(more.status == 403)
      #expect(
        more.message
          == #"clusterroles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:"#
          + "\n" + #"{APIGroups:[""], Resources:["pods"], Verbs:["list"]}"#)
      let grown = try await jane.put(
        Self.group + "/clusterroles/held",
        #"{"metadata":{"name":"held"},"rules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}"#
      )
      #expect(grown.status == 403)
      func binding(_ role: String) -> String {
        #"{"metadata":{"name":"b-\#(role)"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"\#(role)"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"jane"}]}"#
      }
      let bindings = Self.group + "/clusterrolebindings"
      #expect(try await jane.post(bindings, binding("held")).status == 201)
      #expect(try await jane.post(bindings, binding("cluster-admin")).status == 403)
      #expect(try await jane.post(bindings, binding("missing")).status == 404)
      try await makeRole(
        admin, "binder",
        #"[{"verbs":["bind"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["cluster-admin"]}]"#
      )
      try await grant(admin, "binder", to: "jane")
      #expect(try await jane.post(bindings, binding("cluster-admin")).status == 201)
      #expect(try await jane.get("/api/v1/secrets").status == 200)
    }
  }

  @Test("reviews answer as requests would be, with the reason")
  func reviews() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      try await makeRole(
        admin, "pod-reader", #"[{"verbs":["get","list"],"apiGroups":[""],"resources":["pods"]}]"#)
      try await grant(admin, "pod-reader", to: "jane", in: "default")
      func review(_ kind: String, _ place: String, _ spec: String) async throws
        -> TestAPIClient.Answer
      {
        try await admin.post(
          "/apis/authorization.k8s.io/v1\(place)",
          #"{"apiVersion":"authorization.k8s.io/v1","kind":"\#(kind)","spec":\#(spec)}"#)
      }
      let asked = #"{"verb":"list","resource":"pods","namespace":"default"}"#
      let yes = try await review(
        "SubjectAccessReview", "/subjectaccessreviews",
        #"{"user":"jane","resourceAttributes":\#(asked)}"#)
      #expect(yes.object[path: "status", "allowed"] == true)
      #expect(
        yes.object[path: "status", "reason"]
          == #"RBAC: allowed by RoleBinding "pod-reader-to-jane/default" of ClusterRole "pod-reader" to User "jane""#
      )
      let no = try await review(
        "LocalSubjectAccessReview", "/namespaces/default/localsubjectaccessreviews",
        #"{"user":"joe","resourceAttributes":\#(asked)}"#)
      #expect(no.status == 201 && no.object[path: "status", "allowed"] == false)
      let elsewhere = try await review(
        "LocalSubjectAccessReview", "/namespaces/kube-system/localsubjectaccessreviews",
        #"{"user":"jane","resourceAttributes":\#(asked)}"#)
      #expect(elsewhere.status == 422)
      #expect(elsewhere.causes == ["FieldValueInvalid spec.resourceAttributes.namespace"])
      let empty = try await review("SubjectAccessReview", "/subjectaccessreviews", "{}")
      #expect(
        empty.causes == [
          "FieldValueInvalid spec.resourceAttributes", "FieldValueInvalid spec.user",
        ])

      let jane = try server.client(user: "jane", groups: [])
      let rules = try await jane.post(
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        #"{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"default"}}"#
      )
      #expect(rules.object[path: "status", "incomplete"] == false)
      let listed = (rules.object[path: "status", "resourceRules"] ?? .emptyArray).elements
      #expect(listed.contains { $0["resources"] == ["pods"] && $0["verbs"] == ["get", "list"] })
      #expect(rules.object[path: "status", "nonResourceRules"]?.isEmpty == false)
    }
  }

  @Test("a review of tokens tells whom they are meant for")
  func tokens() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      let made = try await admin.post(
        "/api/v1/namespaces/default/serviceaccounts/default/token",
        #"{"spec":{"audiences":["vault"]}}"#)
      let token = made.object[path: "status", "token"]?.string ?? ""
      func review(_ spec: String) async throws -> Document? {
        try await admin.post(
          "/apis/authentication.k8s.io/v1/tokenreviews",
          #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":\#(spec)}"#
        ).object["status"]
      }
      let meant = try await review(#"{"token":"\#(token)","audiences":["vault","other"]}"#)
      #expect(meant?["authenticated"] == true && meant?["audiences"] == ["vault"])
      #expect(meant?[path: "user", "username"] == "system:serviceaccount:default:default")
      // For the server itself it is not.
      #expect(try await review(#"{"token":"\#(token)"}"#)?["authenticated"] == false)
      #expect(try await server.client(user: nil, token: token).get("/api").status == 401)
      let bad = try await review(#"{"token":"x"}"#)
      #expect(bad?["authenticated"] == false && bad?["error"] == "invalid bearer token")
    }
  }
}
