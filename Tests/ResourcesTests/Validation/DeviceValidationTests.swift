import Foundation
import Resources
import Testing

/// An object of `resource.k8s.io`, changed in one place, and what is wrong with it then.
struct DeviceCase: Sendable, CustomTestStringConvertible {
  let title: String
  let path: [String]
  let value: Document?
  let wrong: [String]

  init(_ title: String, _ path: String, _ value: Document?, _ wrong: String...) {
    self.title = title
    self.path = path.split(separator: " ").map(String.init)
    self.value = value
    self.wrong = wrong
  }

  var testDescription: String { title }

  func errors(of object: Document, kind: String, version: String = "v1") -> [String] {
    var changed = object
    changed.set(value, at: path)
    return Self.errors(in: changed, replacing: nil, kind: kind, version: version)
  }

  static func errors(
    in object: Document, replacing old: Document?, kind: String, version: String = "v1",
    subresource: String? = nil
  ) -> [String] {
    let kind = GroupVersionKind(group: "resource.k8s.io", version: version, kind: kind)
    var object = object
    Defaulting.rule(for: kind)(&object)
    return ObjectValidation.errors(
      in: object, replacing: old, kind: kind, type: Schema.builtin.type(of: kind),
      subresource: subresource
    ).map { "\($0.cause.reason.dropFirst("FieldValue".count)) \($0.cause.field)" }
  }
}

@Suite("The rules of slices of devices")
struct DeviceSliceTests {
  /// - Parameter device: what its one device says.
  static func slice(_ device: Document = ["name": "d"]) -> Document {
    [
      "metadata": ["name": "s"],
      "spec": [
        "driver": "gpu.example.com", "nodeName": "n",
        "pool": ["name": "p", "generation": 0, "resourceSliceCount": 1], "devices": [device],
      ],
    ]
  }

  private static func devices(_ count: Int, _ more: Document = .emptyObject) -> Document {
    Document(
      (0..<count).map { position in
        var device = more
        device["name"] = Document("d\(position)")
        return device
      })
  }

  private static let taint: Document = ["key": "k", "effect": "NoExecute"]
  private static let term: Document = [
    "matchExpressions": [["key": "zone", "operator": "In", "values": ["a"]]]
  ]

  private static func counterSet(_ count: Int) -> Document {
    let counters = (0..<count).map { (name: "c\($0)", value: ["value": "1"] as Document) }
    return [
      "name": "set", "counters": counters.reduce(into: .emptyObject) { $0[$1.name] = $1.value },
    ]
  }

  static let cases: [DeviceCase] = [
    DeviceCase("as many devices as fit", "spec devices", devices(128)),
    DeviceCase("one more", "spec devices", devices(129), "TooMany spec.devices"),
    DeviceCase("as many devices with taints", "spec devices", devices(64, ["taints": [taint]])),
    DeviceCase(
      "one more with taints", "spec devices", devices(65, ["taints": [taint]]),
      "TooMany spec.devices"),
    DeviceCase(
      "two places", "spec allNodes", true, "Invalid spec"),
    DeviceCase("a place that is none", "spec allNodes", false, "Invalid spec.allNodes"),
    DeviceCase(
      "a selector beside the node", "spec nodeSelector", ["nodeSelectorTerms": [term]],
      "Invalid spec"),
    DeviceCase(
      "two terms", "spec nodeSelector", ["nodeSelectorTerms": [term, term]],
      "Invalid spec.nodeSelector.nodeSelectorTerms", "Invalid spec"),
    DeviceCase("a pool of pools", "spec pool name", "a/b.c"),
    DeviceCase("a pool of nothing", "spec pool name", "a//b", "Invalid spec.pool.name"),
    DeviceCase(
      "counters beside devices", "spec sharedCounters", [counterSet(1)], "Invalid spec"),
  ]

  @Test("of slices", arguments: cases)
  func slices(_ given: DeviceCase) {
    #expect(given.errors(of: Self.slice(), kind: "ResourceSlice") == given.wrong)
  }

  static let counters: [DeviceCase] = [
    DeviceCase("as many counters as fit", "spec sharedCounters", [counterSet(32)]),
    DeviceCase(
      "one more", "spec sharedCounters", [counterSet(33)],
      "TooMany spec.sharedCounters[0].counters"),
    DeviceCase(
      "no counters", "spec sharedCounters", [counterSet(0)],
      "Required spec.sharedCounters[0].counters"),
    DeviceCase(
      "the same set twice", "spec sharedCounters", [counterSet(1), counterSet(1)],
      "Duplicate spec.sharedCounters[1]"),
    DeviceCase(
      "bad names", "spec sharedCounters", [["name": "A", "counters": ["B": ["value": "1"]]]],
      "Invalid spec.sharedCounters[0].name", "Invalid spec.sharedCounters[0].counters"),
  ]

  @Test("of counters that devices share", arguments: counters)
  func sharedCounters(_ given: DeviceCase) {
    var slice = Self.slice()
    slice.set(nil, at: ["spec", "devices"])
    #expect(given.errors(of: slice, kind: "ResourceSlice") == given.wrong)
  }

  @Test("what stands stays: driver, pool and node; taints of another time do, too")
  func changes() {
    let old = Self.slice(["name": "d", "taints": [["key": "k", "effect": "Other"]]])
    #expect(DeviceCase.errors(in: old, replacing: nil, kind: "ResourceSlice").count == 1)
    #expect(DeviceCase.errors(in: old, replacing: old, kind: "ResourceSlice") == [])
    var new = old
    for path in [["driver"], ["pool", "name"], ["nodeName"]] {
      new.set("other.example.com", at: ["spec"] + path)
    }
    new.set(5, at: ["spec", "pool", "generation"])
    #expect(
      DeviceCase.errors(in: new, replacing: old, kind: "ResourceSlice") == [
        "Invalid spec.pool.name", "Invalid spec.driver", "Invalid spec.nodeName",
      ])
  }
}

@Suite("The rules of single devices")
struct SingleDeviceTests {
  private static func members(_ count: Int, _ value: Document) -> Document {
    (0..<count).reduce(into: .emptyObject) { $0["a\($1)"] = value }
  }

  private static func capacity(_ policy: Document) -> Document {
    ["memory": ["value": "10Gi", "requestPolicy": policy]]
  }

  private static let attributes: [DeviceCase] = [
    DeviceCase("as many attributes as fit", "attributes", members(32, ["int": 1])),
    DeviceCase("one more", "attributes", members(33, ["int": 1]), "Invalid D"),
    DeviceCase("with a domain", "attributes", ["example.com/a": ["bool": false]]),
    DeviceCase(
      "without the domain's name", "attributes", ["/a": ["bool": false]], "Invalid D.attributes"),
    DeviceCase(
      "two values", "attributes", ["a": ["bool": true, "int": 1]], "Invalid D.attributes[a]"),
    DeviceCase("a version", "attributes", ["a": ["version": "1.0.0-rc.1+build.01"]]),
    DeviceCase(
      "a version with a leading zero", "attributes", ["a": ["version": "1.0.0-01"]],
      "Invalid D.attributes[a].version"),
    DeviceCase(
      "too long a name", "attributes", [String(repeating: "a", count: 33): ["int": 1]],
      "TooLong D.attributes"),
  ]

  private static let policies: [DeviceCase] = [
    DeviceCase(
      "shared in steps", "capacity",
      capacity([
        "default": "1Gi", "validRange": ["min": "1Gi", "max": "5Gi", "step": "2Gi"],
      ])),
    DeviceCase(
      "besides the steps", "capacity",
      capacity(["default": "2Gi", "validRange": ["min": "1Gi", "step": "2Gi"]]),
      "Invalid D.capacity[memory].requestPolicy.validRange.step"),
    DeviceCase(
      "a step of nothing", "capacity",
      capacity(["default": "2Gi", "validRange": ["min": "1Gi", "step": "0"]]),
      "Invalid D.capacity[memory].requestPolicy.validRange.step"),
    DeviceCase(
      "no least", "capacity", capacity(["default": "1Gi", "validRange": ["max": "5Gi"]]),
      "Required D.capacity[memory].requestPolicy.validRange.min"),
    DeviceCase(
      "no default", "capacity", capacity(["validRange": ["min": "1Gi"]]),
      "Required D.capacity[memory].requestPolicy.default"),
    DeviceCase(
      "more than there is", "capacity",
      capacity(["default": "11Gi", "validRange": ["min": "11Gi"]]),
      "Invalid D.capacity[memory].requestPolicy.validRange.min"),
    DeviceCase(
      "choices", "capacity", capacity(["default": "2Gi", "validValues": ["1Gi", "2Gi"]])),
    DeviceCase(
      "choices out of order, one too large", "capacity",
      capacity(["default": "1Gi", "validValues": ["11Gi", "1Gi"]]),
      "Invalid D.capacity[memory].requestPolicy.validValues[1]",
      "Invalid D.capacity[memory].requestPolicy.validValues[0]"),
    DeviceCase(
      "another default", "capacity", capacity(["default": "3Gi", "validValues": ["1Gi"]]),
      "Invalid D.capacity[memory].requestPolicy.validValues"),
    DeviceCase(
      "both policies", "capacity",
      capacity(["default": "1Gi", "validValues": ["1Gi"], "validRange": ["min": "1Gi"]]),
      "Forbidden D.capacity[memory].requestPolicy"),
  ]

  private static let others: [DeviceCase] = [
    DeviceCase("placed alone", "nodeName", "n", "Invalid D"),
    DeviceCase(
      "a policy for whole devices", "capacity", capacity(["default": "1Gi"]),
      "Forbidden D.capacity[memory].requestPolicy"),
    DeviceCase("no effect", "taints", [["key": "k"]], "Required D.taints[0].effect"),
    DeviceCase(
      "another effect", "taints", [["key": "k", "effect": "PreferNoSchedule"]],
      "NotSupported D.taints[0].effect"),
    DeviceCase(
      "conditions on one side", "bindingConditions", ["a"], "Invalid D.bindingFailureConditions"),
    DeviceCase(
      "counters of one set twice", "consumesCounters",
      [
        ["counterSet": "s", "counters": ["a": ["value": "1"]]],
        ["counterSet": "s", "counters": ["a": ["value": "1"]]],
      ], "Duplicate D.consumesCounters[1]"),
  ]

  private func expect(_ given: DeviceCase, of device: Document) {
    var device = device
    device.set(given.value, at: given.path)
    let errors = DeviceCase.errors(
      in: DeviceSliceTests.slice(device), replacing: nil, kind: "ResourceSlice")
    #expect(
      errors == given.wrong.map { $0.replacingOccurrences(of: " D", with: " spec.devices[0]") })
  }

  @Test("of attributes", arguments: attributes)
  func ofAttributes(_ given: DeviceCase) { expect(given, of: ["name": "d"]) }

  @Test("of capacity that claims share", arguments: policies)
  func ofCapacity(_ given: DeviceCase) {
    expect(given, of: ["name": "d", "allowMultipleAllocations": true])
  }

  @Test("of the rest", arguments: others)
  func ofOthers(_ given: DeviceCase) { expect(given, of: ["name": "d"]) }

  @Test("a device says where it is where its slice leaves that to it")
  func places() {
    for (member, value, wrong) in [
      ("nodeName", "n", []), ("allNodes", true, []), ("nodeName", "", ["nodeName", ""]),
      ("allNodes", false, ["allNodes", ""]),
    ] as [(String, Document, [String])] {
      var slice = DeviceSliceTests.slice(["name": "d", member: value])
      slice.set(nil, at: ["spec", "nodeName"])
      slice.set(true, at: ["spec", "perDeviceNodeSelection"])
      let errors = DeviceCase.errors(in: slice, replacing: nil, kind: "ResourceSlice")
      let fields = errors.map { String($0.split(separator: " ")[1]) }
      #expect(fields == wrong.map { "spec.devices[0]" + ($0.isEmpty ? "" : ".\($0)") })
    }
  }
}
