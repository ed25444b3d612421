import Resources
import Testing

/// Which causes a refusal names, where the schema and a kind's own rules both have a word.
@Suite("Causes of refusals")
struct RefusalCausesTests {
  private func causes(_ new: Document, replacing old: Document? = nil) throws -> [String] {
    let kind = GroupVersionKind(
      apiVersion: try #require(new["apiVersion"]?.string), kind: try #require(new["kind"]?.string))
    return ObjectValidation.errors(
      in: new, replacing: old, kind: kind, type: Schema.builtin.type(of: kind)
    ).map { "\($0.cause.reason) \($0.field)" }.sorted()
  }

  private func changed(_ object: Document, _ path: [String], _ value: Document?) -> Document {
    var object = object
    object.set(value, at: path)
    return object
  }

  private let binding: Document = [
    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
    "metadata": ["name": "b", "namespace": "default"],
    "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"],
    "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "u"]],
  ]

  @Test("a role and a subject without a kind are of one that is not known")
  func bindings() throws {
    #expect(try causes(binding) == [])
    #expect(
      try causes(changed(binding, ["roleRef", "kind"], nil)) == [
        "FieldValueNotSupported roleRef.kind"
      ])
    #expect(
      try causes(changed(binding, ["subjects"], [.emptyObject])) == [
        "FieldValueNotSupported subjects[0].kind", "FieldValueRequired subjects[0].name",
      ])
  }

  @Test("a selector of roles is told of as a whole, beside the part that is wrong")
  func aggregation() throws {
    func role(_ value: Document) -> Document {
      [
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": ["name": "r"],
        "aggregationRule": ["clusterRoleSelectors": [["matchLabels": ["a": value]]]],
      ]
    }
    let place = "aggregationRule.clusterRoleSelectors[0]"
    #expect(try causes(role("b")) == [])
    #expect(
      try causes(role("b!")) == [
        "FieldValueInvalid \(place)", "FieldValueInvalid \(place).matchLabels",
      ])
  }

  private let pod: Document = [
    "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web", "namespace": "default"],
    "spec": [
      "containers": [["name": "a", "image": "x"]], "restartPolicy": "Always",
      "schedulingGates": [["name": "a.b/c"]], "preemptionPolicy": "Never",
    ],
  ]

  @Test("a gate without a name is a wrong gate, and an empty policy of preemption is a missing one")
  func pods() throws {
    #expect(try causes(pod) == [])
    let gates = try causes(changed(pod, ["spec", "schedulingGates"], [.emptyObject]))
    #expect(Set(gates) == ["FieldValueInvalid spec.schedulingGates[0]"])
    let place = ["spec", "preemptionPolicy"]
    #expect(
      try causes(changed(pod, place, "")) == ["FieldValueRequired spec.preemptionPolicy"])
    #expect(
      try causes(changed(pod, place, "Perhaps")) == ["FieldValueNotSupported spec.preemptionPolicy"]
    )
  }

  @Test("fields of pods are known in one version")
  func downwardVersion() throws {
    func pod(_ apiVersion: String) -> Document {
      let field: Document = ["apiVersion": Document(apiVersion), "fieldPath": "metadata.name"]
      return changed(
        self.pod, ["spec", "containers"],
        [["name": "a", "image": "x", "env": [["name": "E", "valueFrom": ["fieldRef": field]]]]])
    }
    #expect(try causes(pod("v1")) == [])
    #expect(
      try causes(pod("v2")) == [
        "FieldValueInvalid spec.containers[0].env[0].valueFrom.fieldRef.fieldPath"
      ])
  }

  @Test("ranges of Services stay, and are looked at when one is added")
  func ranges() throws {
    func range(_ cidrs: [Document]) -> Document {
      [
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": ["name": "s"],
        "spec": ["cidrs": Document(cidrs)],
      ]
    }
    let one = range(["10.0.0.0/16"])
    #expect(try causes(range([])) == ["FieldValueRequired spec.cidrs"])
    #expect(try causes(range([]), replacing: one) == ["FieldValueInvalid spec.cidrs"])
    #expect(try causes(range(["10.0.0.0/16", "fd00::/64"]), replacing: one) == [])
    #expect(
      try causes(range(["10.0.0.0/16", "10.1.0.0/16"]), replacing: one) == [
        "FieldValueInvalid spec.cidrs"
      ])
  }
}
