import MartletTesting
import Networking
import Resources
import Testing

/// Makes mutating policies on a server.
struct MutatingPolicyFixture {
  let client: TestAPIClient

  static let group = "/apis/admissionregistration.k8s.io/v1"

  /// - Parameters:
  ///   - changes: further members of the policy's spec, or other values for them.
  static func policy(_ name: String, _ mutations: [Document], _ changes: Document = [:])
    -> Document
  {
    var spec: Document = [
      "matchConstraints": [
        "resourceRules": [
          [
            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
            "resources": ["configmaps"],
          ]
        ]
      ],
      "mutations": Document(mutations), "reinvocationPolicy": "Never",
    ]
    for (member, value) in changes.members { spec[member] = value }
    return [
      "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy",
      "metadata": ["name": Document(name)], "spec": spec,
    ]
  }

  static func apply(_ expression: String) -> Document {
    [
      "patchType": "ApplyConfiguration",
      "applyConfiguration": ["expression": Document(expression)],
    ]
  }

  static func patch(_ expression: String) -> Document {
    ["patchType": "JSONPatch", "jsonPatch": ["expression": Document(expression)]]
  }

  /// Makes a policy with a binding of the same name.
  func bind(
    _ name: String, _ mutations: [Document], _ changes: Document = [:], binding: Document = [:]
  ) async throws {
    let made = try await client.post(
      "\(Self.group)/mutatingadmissionpolicies",
      Self.policy(name, mutations, changes).jsonText)
    try #require(made.status == 201, "\(made.text)")
    var spec: Document = ["policyName": Document(name)]
    for (member, value) in binding.members { spec[member] = value }
    let bound = try await client.post(
      "\(Self.group)/mutatingadmissionpolicybindings",
      ([
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding",
        "metadata": ["name": Document(name)], "spec": spec,
      ] as Document).jsonText)
    try #require(bound.status == 201, "\(bound.text)")
  }
}
