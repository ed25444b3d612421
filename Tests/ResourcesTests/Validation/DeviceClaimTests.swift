import Resources
import Testing

@Suite("The rules of claims of devices, their templates and their classes")
struct DeviceClaimTests {
  private static let claim: Document = [
    "metadata": ["name": "c", "namespace": "n"],
    "spec": [
      "devices": [
        "requests": [
          ["name": "r", "exactly": ["deviceClassName": "gpu"]],
          [
            "name": "s",
            "firstAvailable": [["name": "a", "deviceClassName": "gpu"]],
          ],
        ]
      ]
    ],
  ]

  private static func requests(_ request: Document) -> Document { [request] }

  private static func exactly(_ members: Document) -> Document {
    var exactly = members
    exactly["deviceClassName"] = "gpu"
    return [["name": "r", "exactly": exactly]]
  }

  private static func parameters(_ byteCount: Int) -> Document {
    // With `{"a":""}` around it.
    let text = String(repeating: "x", count: byteCount - 8)
    return [
      ["opaque": ["driver": "d.example.com", "parameters": ["a": Document(text)]]]
    ]
  }

  private static func alternatives(_ count: Int) -> Document {
    let choices = (0..<count).map { position -> Document in
      ["name": Document("a\(position)"), "deviceClassName": "gpu"]
    }
    return [["name": "r", "firstAvailable": Document(choices)]]
  }

  private static let requests = "spec devices requests"
  private static let r0 = "spec.devices.requests[0]"

  private static let cases: [DeviceCase] = [
    DeviceCase("a plain one", "metadata labels", ["a": "b"]),
    DeviceCase("as many alternatives as fit", requests, alternatives(8)),
    DeviceCase(
      "one more", requests, alternatives(9), "TooMany \(r0).firstAvailable"),
    DeviceCase("all of them", requests, exactly(["allocationMode": "All"])),
    DeviceCase(
      "all of them, and how many", requests, exactly(["allocationMode": "All", "count": 1]),
      "Invalid \(r0).exactly.count"),
    DeviceCase(
      "both ways at once", requests,
      [
        [
          "name": "r", "exactly": ["deviceClassName": "gpu"],
          "firstAvailable": [["name": "a", "deviceClassName": "gpu"]],
        ]
      ], "Invalid \(r0)"),
    DeviceCase(
      "tolerations", requests,
      exactly([
        "tolerations": [
          ["key": "k", "operator": "Equal", "value": "v", "effect": "None"],
          ["operator": "Exists"],
        ]
      ])),
    DeviceCase(
      "tolerations that contradict themselves", requests,
      exactly([
        "tolerations": [
          ["operator": "Exists", "value": "v"], ["operator": "Like"],
          ["operator": "Equal", "value": "v v", "effect": "Prefer"],
        ]
      ]), "Invalid \(r0).exactly.tolerations[0].value",
      "NotSupported \(r0).exactly.tolerations[1].operator",
      "Invalid \(r0).exactly.tolerations[2].value",
      "NotSupported \(r0).exactly.tolerations[2].effect"),
    DeviceCase(
      "a constraint on an alternative", "spec devices constraints",
      [["requests": ["s/a"], "distinctAttribute": "example.com/a"]]),
    DeviceCase(
      "a constraint on nothing known", "spec devices constraints",
      [["requests": ["s/b"], "matchAttribute": "example.com/a"]],
      "Invalid spec.devices.constraints[0].requests[0]"),
    DeviceCase(
      "a constraint on three names", "spec devices constraints",
      [["requests": ["s/a/b"], "matchAttribute": "example.com/a"]],
      "Invalid spec.devices.constraints[0].requests[0]"),
    DeviceCase(
      "as many parameters as fit", "spec devices config", parameters(10 * 1024)),
    DeviceCase(
      "one byte more", "spec devices config", parameters(10 * 1024 + 1),
      "TooLong spec.devices.config[0].opaque.parameters"),
    DeviceCase(
      "parameters that are no object", "spec devices config",
      [["opaque": ["driver": "d.example.com", "parameters": [1]]]],
      "Invalid spec.devices.config[0].opaque.parameters"),
  ]

  @Test("of claims", arguments: cases)
  func claims(_ given: DeviceCase) {
    #expect(given.errors(of: Self.claim, kind: "ResourceClaim") == given.wrong)
  }

  @Test("what is claimed stays; nothing else is said of a change of it")
  func changes() {
    var new = Self.claim
    new.set([["name": "", "exactly": .emptyObject]], at: ["spec", "devices", "requests"])
    #expect(
      DeviceCase.errors(in: new, replacing: Self.claim, kind: "ResourceClaim") == [
        "Invalid spec"
      ])
    var labelled = Self.claim
    Defaulting.rule(
      for: GroupVersionKind(group: "resource.k8s.io", version: "v1", kind: "ResourceClaim"))(
        &labelled)
    let old = labelled
    labelled.set("b", at: ["metadata", "labels", "a"])
    #expect(DeviceCase.errors(in: labelled, replacing: old, kind: "ResourceClaim") == [])
  }

  @Test("a template says labels and annotations of its claims, and nothing else")
  func templates() {
    let template: Document = [
      "metadata": ["name": "t", "namespace": "n"],
      "spec": [
        "metadata": ["labels": ["a": "b"], "annotations": ["a": "b"]],
        "spec": Self.claim["spec"] ?? .emptyObject,
      ],
    ]
    #expect(DeviceCase.errors(in: template, replacing: nil, kind: "ResourceClaimTemplate") == [])
    var wrong = template
    wrong.set("x", at: ["spec", "metadata", "name"])
    wrong.set("x", at: ["spec", "metadata", "uid"])
    wrong.set("b b", at: ["spec", "metadata", "labels", "a"])
    #expect(
      DeviceCase.errors(in: wrong, replacing: nil, kind: "ResourceClaimTemplate") == [
        "Invalid spec.metadata.labels", "Forbidden spec.metadata.name",
        "Forbidden spec.metadata.uID",
      ])
  }

  @Test("configuration of a time without limits may stay in a class")
  func storedConfiguration() {
    let stored: Document = [
      "metadata": ["name": "c"], "spec": ["config": Self.parameters(20 * 1024)],
    ]
    let place = "spec.config[0].opaque.parameters"
    #expect(
      DeviceCase.errors(in: stored, replacing: nil, kind: "DeviceClass") == ["TooLong \(place)"])
    #expect(DeviceCase.errors(in: stored, replacing: stored, kind: "DeviceClass") == [])
    var new = stored
    new.set(Self.parameters(20 * 1024 + 1), at: ["spec", "config"])
    #expect(
      DeviceCase.errors(in: new, replacing: stored, kind: "DeviceClass") == ["TooLong \(place)"])
  }

  @Test("rules that taint devices, and questions about pools")
  func rules() {
    let rule: Document = [
      "metadata": ["name": "t"],
      "spec": [
        "deviceSelector": ["driver": "d.example.com", "pool": "p", "device": "d"],
        "taint": ["key": "k", "effect": "NoExecute"],
      ],
    ]
    let given = [
      DeviceCase("good", "metadata labels", ["a": "b"]),
      DeviceCase("no effect", "spec taint", ["key": "k"], "Required spec.taint.effect"),
      DeviceCase(
        "bad device", "spec deviceSelector device", "D", "Invalid spec.deviceSelector.device"),
    ]
    for given in given {
      #expect(
        given.errors(of: rule, kind: "DeviceTaintRule", version: "v1alpha3") == given.wrong)
    }
    for (limit, wrong) in [(1, []), (1000, []), (1001, ["Invalid spec.limit"])] {
      let request: Document = [
        "metadata": ["name": "q"], "spec": ["driver": "d.example.com", "limit": Document(limit)],
      ]
      #expect(
        DeviceCase.errors(
          in: request, replacing: nil, kind: "ResourcePoolStatusRequest", version: "v1alpha3")
          == wrong)
    }
  }
}

@Suite("The rules of what is told of claims of devices")
struct DeviceStatusTests {
  private static let device: Document = [
    "driver": "d.example.com", "pool": "p", "device": "d",
  ]
  private static let result: Document = [
    "request": "r", "driver": "d.example.com", "pool": "p", "device": "d",
  ]
  private static let allocation: Document = ["devices": ["results": [result]]]
  private static let user: Document = ["resource": "pods", "name": "p", "uid": "u"]

  private static func claim(_ status: Document?) -> Document {
    var claim: Document = [
      "metadata": ["name": "c", "namespace": "n"],
      "spec": [
        "devices": ["requests": [["name": "r", "exactly": ["deviceClassName": "gpu"]]]]
      ],
    ]
    claim["status"] = status
    return claim
  }

  private func errors(_ status: Document, replacing old: Document? = nil) -> [String] {
    DeviceCase.errors(
      in: Self.claim(status), replacing: Self.claim(old), kind: "ResourceClaim",
      subresource: "status")
  }

  @Test("devices are allocated once, for requests of the claim")
  func allocations() {
    #expect(errors(["allocation": Self.allocation]) == [])
    var other = Self.allocation
    other.set(
      [["request": "x", "driver": "", "pool": "p", "device": "D"]], at: ["devices", "results"])
    let place = "status.allocation.devices.results[0]"
    #expect(
      errors(["allocation": other]) == [
        "Invalid \(place).request", "Required \(place).driver", "Invalid \(place).device",
      ])
    #expect(
      errors(["allocation": other], replacing: ["allocation": Self.allocation]) == [
        "Invalid status.allocation"
      ])
    #expect(errors(["allocation": other], replacing: ["allocation": other]) == [])
    #expect(errors(.emptyObject, replacing: ["allocation": Self.allocation]) == [])
    other = Self.allocation
    other.set(
      [["source": "Elsewhere", "opaque": ["driver": "d", "parameters": .emptyObject]]],
      at: ["devices", "config"])
    #expect(
      errors(["allocation": other]) == [
        "NotSupported status.allocation.devices.config[0].source"
      ])
  }

  @Test("what is allocated is reserved for somebody who is named")
  func users() {
    let allocated: Document = ["allocation": Self.allocation, "reservedFor": [Self.user]]
    #expect(errors(allocated) == [])
    #expect(errors(["reservedFor": [Self.user]]) == ["Forbidden status.reservedFor"])
    var two = allocated
    two["reservedFor"] = [Self.user, Self.user]
    #expect(errors(two) == ["Duplicate status.reservedFor[1]"])
    two["reservedFor"] = [["resource": "pods"]]
    #expect(
      errors(two) == ["Required status.reservedFor[0].name", "Required status.reservedFor[0].uid"])
    var going = Self.claim(allocated)
    going.set("2026-01-01T00:00:00Z", at: ["metadata", "deletionTimestamp"])
    var before = going
    before["status"] = ["allocation": Self.allocation]
    let kind = "ResourceClaim"
    #expect(
      DeviceCase.errors(in: going, replacing: before, kind: kind, subresource: "status") == [
        "Forbidden status.reservedFor"
      ])
    #expect(
      DeviceCase.errors(in: before, replacing: going, kind: kind, subresource: "status") == [])
  }

  private static let told: [DeviceCase] = [
    DeviceCase("of an allocated device", "data", ["a": 1]),
    DeviceCase("of another", "device", "e", "Invalid D"),
    DeviceCase("of a share of it", "shareID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "Invalid D"),
    DeviceCase("of a share of no name", "shareID", "X", "Invalid D.shareID", "Invalid D"),
    DeviceCase("data that is no object", "data", 1, "Invalid D.data"),
    DeviceCase("an address", "networkData", ["ips": ["10.9.8.7/24", "2001:db8::1/64"]]),
    DeviceCase(
      "addresses", "networkData", ["ips": ["10.9.8.7", "2001:DB8::1/64"]],
      "Invalid D.networkData.ips[0]", "Invalid D.networkData.ips[1]"),
    DeviceCase(
      "a name of an interface", "networkData",
      ["interfaceName": Document(String(repeating: "e", count: 256))]),
    DeviceCase(
      "too long a name", "networkData",
      ["interfaceName": Document(String(repeating: "e", count: 257))],
      "TooLong D.networkData.interfaceName"),
    DeviceCase(
      "a condition", "conditions", [["type": "Ready", "status": "Yes"]],
      "NotSupported D.conditions[0].status", "Required D.conditions[0].lastTransitionTime",
      "Required D.conditions[0].reason"),
  ]

  @Test("a driver tells of devices that the claim has", arguments: told)
  func devices(_ given: DeviceCase) {
    var device = Self.device
    device.set(given.value, at: given.path)
    let wrong = given.wrong.map { text in
      let parts = text.split(separator: " D", omittingEmptySubsequences: false)
      return parts.joined(separator: " status.devices[0]")
    }
    #expect(errors(["allocation": Self.allocation, "devices": [device]]) == wrong)
  }
}
