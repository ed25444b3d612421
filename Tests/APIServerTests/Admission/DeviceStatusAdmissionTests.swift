import Resources
import Testing

@testable import APIServer

@Suite("Who may write the status of claims of devices")
struct DeviceStatusAdmissionTests {
  /// Allows what it is given, and remembers nothing.
  private struct Rights: Authorizer {
    /// `VERB SUBRESOURCE NAMESPACE/NAME`.
    let allowed: Set<String>

    func decide(_ attributes: AccessAttributes) -> AccessDecision {
      guard attributes.group == "resource.k8s.io", attributes.resource == "resourceclaims" else {
        return .denied(reason: "another resource")
      }
      let words =
        "\(attributes.verb) \(attributes.subresource) \(attributes.namespace)/\(attributes.name)"
      return allowed.contains(words) ? .allowed : .denied(reason: "no right")
    }
  }

  private static let device: Document = [
    "driver": "d.example.com", "pool": "p", "device": "d",
  ]
  private static let allocation: Document = [
    "devices": ["results": [device]],
    "nodeSelector": [
      "nodeSelectorTerms": [
        ["matchFields": [["key": "metadata.name", "operator": "In", "values": ["node-a"]]]]
      ]
    ],
  ]

  private static func told(_ data: Document) -> Document {
    var device = device
    device["data"] = data
    return device
  }

  private func write(
    _ new: Document, replacing old: Document, _ rights: String..., verb: String = "update",
    user: User = User(name: "jane")
  ) throws(APIError) -> Document {
    let resource = ResourceType(
      group: "resource.k8s.io", plural: "resourceclaims", kind: "ResourceClaim")
    var write = AdmissionWrite(
      operation: .update, resource: resource, subresource: "status", namespace: "n", name: "c",
      user: user, isDryRun: false, old: ["status": old])
    write.manner.verb = verb
    var object: Document = ["status": new]
    try DeviceStatusAdmission(authorizer: Rights(allowed: Set(rights))).admit(&object, write)
    return object["status"] ?? .null
  }

  private func refusal(
    _ new: Document, replacing old: Document, _ rights: String, verb: String = "update",
    user: User = User(name: "jane")
  ) -> [String] {
    do throws(APIError) {
      _ = try write(new, replacing: old, rights, verb: verb, user: user)
      return []
    } catch {
      return error.details.causes.map(\.field)
    }
  }

  @Test("whoever binds claims writes allocations and reservations")
  func binding() {
    let allocated: Document = ["allocation": Self.allocation]
    let reserved: Document = ["allocation": Self.allocation, "reservedFor": [["uid": "u"]]]
    for (new, old) in [(allocated, Document.emptyObject), (reserved, allocated)] {
      #expect(refusal(new, replacing: old, "update binding /") == [])
      #expect(refusal(new, replacing: old, "patch binding /", verb: "patch") == [])
      #expect(
        refusal(new, replacing: old, "update binding /", verb: "patch") == ["status.allocation"])
    }
    #expect(refusal(allocated, replacing: allocated, "") == [])
  }

  @Test("a driver tells of its own devices, from their node or from anywhere")
  func drivers() {
    let old: Document = ["allocation": Self.allocation]
    var new = old
    new["devices"] = [Self.told(["a": 1])]
    #expect(refusal(new, replacing: old, "arbitrary-node:update driver n/d.example.com") == [])
    #expect(
      refusal(new, replacing: old, "arbitrary-node:update driver n/e.example.com") == [
        "status.devices"
      ])
    let near = "associated-node:update driver n/d.example.com"
    for (node, wrong) in [("node-a", []), ("node-b", ["status.devices"])]
      as [(String, [String])]
    {
      let account = User(
        name: "system:serviceaccount:n:driver",
        extra: ["authentication.kubernetes.io/node-name": [node]])
      #expect(refusal(new, replacing: old, near, user: account) == wrong)
    }
    #expect(refusal(new, replacing: old, near) == ["status.devices"])
    #expect(refusal(new, replacing: new, "") == [])
    #expect(refusal(old, replacing: new, "") == ["status.devices"])
  }

  @Test("what was told of devices goes with them")
  func released() throws {
    let old: Document = ["allocation": Self.allocation, "devices": [Self.told(["a": 1])]]
    let new: Document = ["devices": [Self.told(["a": 1])]]
    let kept = try write(new, replacing: old, "update binding /")
    #expect(kept["devices"] == nil)
    let other: Document = ["devices": [Self.told(["a": 1]), ["driver": "e", "device": "d"]]]
    #expect(
      try write(other, replacing: old, "update binding /")["devices"] == [
        ["driver": "e", "device": "d"]
      ])
  }
}

@Suite("What claims of devices ask of their namespace")
struct DeviceRulesTests {
  private func fields(_ claim: Document, _ label: String?, replacing old: Document? = nil)
    -> [String]
  {
    let rules = DeviceRules { name in
      guard name == "n", let label else { return nil }
      return ["metadata": ["labels": ["resource.kubernetes.io/admin-access": Document(label)]]]
    }
    let subresource: String? = claim["status"] == nil ? nil : "status"
    return rules.problems(
      claim, replacing: old, kind: "ResourceClaim", subresource: subresource
    ).map(\.field)
  }

  private static func claim(_ isAdmin: Bool) -> Document {
    [
      "metadata": ["name": "c", "namespace": "n"],
      "spec": [
        "devices": [
          "requests": [
            ["name": "r"], ["name": "s", "exactly": ["adminAccess": Document(isAdmin)]],
          ]
        ]
      ],
    ]
  }

  @Test("a label lets claims have devices of others")
  func label() {
    let place = "spec.devices.requests[1].adminAccess"
    #expect(fields(Self.claim(true), "true") == [])
    #expect(fields(Self.claim(true), "false") == [place])
    #expect(fields(Self.claim(true), nil) == [place])
    #expect(fields(Self.claim(false), nil) == [])
  }

  @Test("what is granted takes the label, too, once")
  func granted() {
    var claim = Self.claim(true)
    claim.set([["adminAccess": true]], at: ["status", "allocation", "devices", "results"])
    let place = "status.allocation.devices.results[0].adminAccess"
    #expect(fields(claim, nil, replacing: Self.claim(true)) == [place])
    #expect(fields(claim, "true", replacing: Self.claim(true)) == [])
    #expect(fields(claim, nil, replacing: claim) == [])
  }
}
