import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Validating admission policies", .timeLimit(.minutes(5)))
struct ValidatingPolicyTests {
  private static let group = "/apis/admissionregistration.k8s.io/v1"
  private static let maps = "/api/v1/namespaces/default/configmaps"

  private static func policy(_ changes: Document = .emptyObject) -> Document {
    var spec: Document = [
      "matchConstraints": [
        "resourceRules": [
          [
            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
            "resources": ["configmaps"],
          ]
        ]
      ],
      "validations": [
        [
          "expression": "!object.metadata.name.startsWith('bad')",
          "messageExpression": "'not ' + object.metadata.name",
        ]
      ],
    ]
    for (name, value) in changes.members { spec[name] = value }
    return [
      "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
      "metadata": ["name": "p"], "spec": spec,
    ]
  }

  private static func binding(_ changes: Document = .emptyObject) -> Document {
    var spec: Document = ["policyName": "p", "validationActions": ["Deny"]]
    for (name, value) in changes.members { spec[name] = value }
    return [
      "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
      "metadata": ["name": "b"], "spec": spec,
    ]
  }

  private static func map(_ name: String, data: Document = .emptyObject) -> String {
    let map: Document = ["metadata": ["name": Document(name)], "data": data]
    return map.jsonText
  }

  private static func run(
    _ policy: Document, _ binding: Document?, _ body: (TestAPIClient) async throws -> Void
  ) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post("\(group)/validatingadmissionpolicies", policy.jsonText)
      #expect(made.status == 201, "\(made.message)")
      if let binding {
        let bound = try await client.post(
          "\(group)/validatingadmissionpolicybindings", binding.jsonText)
        #expect(bound.status == 201, "\(bound.message)")
      }
      try await body(client)
    }
  }

  @Test("a bound policy refuses in its own words, and only what it is about")
  func denial() async throws {
    try await Self.run(Self.policy(), Self.binding()) { client in
      let bad = try await client.post(Self.maps, Self.map("bad-1"))
      #expect(bad.status == 422 && bad.reason == "Invalid")
      #expect(
        bad.message
          == "configmaps \"bad-1\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' "
          + "denied request: not bad-1")
      #expect(try await client.post(Self.maps, Self.map("good")).status == 201)
      let secret: Document = ["metadata": ["name": "bad-2"]]
      let other = try await client.post("/api/v1/namespaces/default/secrets", secret.jsonText)
      #expect(other.status == 201)
    }
  }

  @Test("a policy without a binding refuses nothing")
  func unbound() async throws {
    try await Self.run(Self.policy(), nil) { client in
      let answer = try await client.post(Self.maps, Self.map("bad"))
      #expect(answer.status == 201)
    }
  }

  @Test("a binding may warn instead")
  func warning() async throws {
    try await Self.run(Self.policy(), Self.binding(["validationActions": ["Warn", "Audit"]])) {
      client in
      let bad = try await client.post(Self.maps, Self.map("bad"))
      #expect(bad.status == 201)
      #expect(
        bad.headers.values(of: "warning") == [
          "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': not bad\""
        ])
    }
  }

  @Test("a binding narrows its policy by namespace, and hands it parameters")
  func params() async throws {
    let policy = Self.policy([
      "paramKind": ["apiVersion": "v1", "kind": "ConfigMap"],
      "validations": [
        ["expression": "object.data.size() <= int(params.data.max)", "reason": "Forbidden"]
      ],
    ])
    let binding = Self.binding([
      "paramRef": [
        "name": "limits", "namespace": "kube-system", "parameterNotFoundAction": "Deny",
      ],
      "matchResources": [
        "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "default"]]
      ],
    ])
    try await Self.run(policy, binding) { client in
      let missing = try await client.post(Self.maps, Self.map("a", data: ["x": "1"]))
      #expect(missing.message.contains("failed to configure binding: no params found"))
      let limits = Self.map("limits", data: ["max": "1"])
      #expect(
        try await client.post("/api/v1/namespaces/kube-system/configmaps", limits).status == 201)
      #expect(try await client.post(Self.maps, Self.map("a", data: ["x": "1"])).status == 201)
      let large = try await client.post(Self.maps, Self.map("b", data: ["x": "1", "y": "2"]))
      #expect(large.status == 403 && large.reason == "Forbidden")
    }
  }

  @Test("a policy that cannot work is not stored")
  func invalid() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let policy = Self.policy(["validations": [["expression": "object.x +"]]])
      let answer = try await client.post(
        "\(Self.group)/validatingadmissionpolicies", policy.jsonText)
      #expect(answer.status == 422)
      #expect(answer.message.contains("spec.validations[0].expression: Invalid value"))
      #expect(answer.message.contains("compilation failed: ERROR: <input>:1:11: Syntax error"))
    }
  }

  @Test("a policy's status tells what its expressions get wrong about types")
  func typeChecking() async throws {
    let policy = Self.policy(["validations": [["expression": "object.data > 1"]]])
    try await Self.run(policy, nil) { client in
      let answer = try await client.get("\(Self.group)/validatingadmissionpolicies/p")
      let warnings = answer.object[path: "status", "typeChecking", "expressionWarnings"]
      #expect(warnings?.count == 1)
      #expect(warnings?[0]["fieldRef"]?.string == "spec.validations[0].expression")
    }
  }
}
