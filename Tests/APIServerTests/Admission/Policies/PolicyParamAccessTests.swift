import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Parameters of policies", .timeLimit(.minutes(5)))
struct PolicyParamAccessTests {
  private typealias Fixture = MutatingPolicyFixture

  @Test("custom resources serve as parameters")
  func customResources() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let definition = try await client.post(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        """
        {"metadata":{"name":"levels.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
        "names":{"plural":"levels","kind":"Level"},"versions":[{"name":"v1","served":true,
        "storage":true,"schema":{"openAPIV3Schema":{"type":"object",
        "properties":{"value":{"type":"string"}}}}}]}}
        """)
      #expect(definition.status == 201, "\(definition.text)")
      let levels = "/apis/example.com/v1/namespaces/default/levels"
      try await eventually {
        try await client.post(
          levels,
          #"{"apiVersion":"example.com/v1","kind":"Level","metadata":{"name":"l"},"value":"9"}"#
        ).status == 201
      }
      try await Fixture(client: client).bind(
        "p", [Fixture.apply("Object{data: {'level': params.value}}")],
        ["paramKind": ["apiVersion": "example.com/v1", "kind": "Level"]],
        binding: ["paramRef": ["name": "l", "parameterNotFoundAction": "Deny"]])
      let made = try await client.post(
        "/api/v1/namespaces/default/configmaps", #"{"metadata":{"name":"m"}}"#)
      #expect(made.object["data"] == ["level": "9"], "\(made.text)")
    }
  }

  /// What has to come true soon. Bounded by ten seconds.
  private func eventually(_ isTrue: () async throws -> Bool) async throws {
    for _ in 0..<1000 {
      if try await isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true within ten seconds")
  }

  @Test("who writes a policy has to be able to read the parameters it shows")
  func access() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      let role = try await admin.post(
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        """
        {"metadata":{"name":"writer"},"rules":[{"apiGroups":["admissionregistration.k8s.io"],
        "resources":["*"],"verbs":["*"]}]}
        """)
      #expect(role.status == 201, "\(role.text)")
      let bound = try await admin.post(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        """
        {"metadata":{"name":"writer"},
        "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"writer"},
        "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"w"}]}
        """)
      #expect(bound.status == 201, "\(bound.text)")
      let writer = try server.client(user: "w", groups: [])
      let policies = "\(Fixture.group)/mutatingadmissionpolicies"
      let bindings = "\(Fixture.group)/mutatingadmissionpolicybindings"
      func policy(_ name: String) -> String {
        Fixture.policy(
          name, [Fixture.apply("Object{}")],
          ["paramKind": ["apiVersion": "v1", "kind": "Secret"]]
        ).jsonText
      }
      let refused = try await writer.post(policies, policy("p"))
      #expect(refused.status == 422, "\(refused.text)")
      #expect(
        refused.message.contains(
          "spec.paramKind: Forbidden: user \"w\" must have \"get\" permission on all objects of the "
            + "referenced paramKind (kind=Secret, apiVersion=v1)"))
      #expect(try await admin.post(policies, policy("p")).status == 201)
      let binding: Document = [
        "metadata": ["name": "b"],
        "spec": [
          "policyName": "p",
          "paramRef": [
            "name": "s", "namespace": "kube-system", "parameterNotFoundAction": "Deny",
          ],
        ],
      ]
      let unbound = try await writer.post(bindings, binding.jsonText)
      #expect(unbound.status == 422)
      #expect(
        unbound.message.contains(
          "spec.paramRef: Forbidden: user \"w\" does not have \"get\" permission on the object "
            + "referenced by paramRef"))
      #expect(try await admin.post(bindings, binding.jsonText).status == 201)
      // What stays as it was is no new way to read anything.
      let relabelled = try await writer.patch(
        bindings + "/b", .merge, #"{"metadata":{"labels":{"a":"b"}}}"#)
      #expect(relabelled.status == 200, "\(relabelled.text)")
    }
  }
}
