import Resources
import Testing

@testable import CEL

@Suite struct MutatingPolicyTests {
  private static let input = AdmissionInput(
    object: [
      "metadata": ["name": "web"],
      "spec": ["replicas": 3, "containers": [["name": "a"], ["name": "b"]]],
    ], oldObject: nil, request: ["operation": "CREATE"], params: ["data": ["max": 2]])

  private static func policy(_ expression: String, isPatch: Bool = false, _ more: Document = [:])
    -> MutatingPolicy
  {
    var spec: Document = [
      "mutations": [
        [
          "patchType": isPatch ? "JSONPatch" : "ApplyConfiguration",
          isPatch ? "jsonPatch" : "applyConfiguration": ["expression": Document(expression)],
        ]
      ]
    ]
    for (name, value) in more.members { spec[name] = value }
    return MutatingPolicy(["metadata": ["name": "p"], "spec": spec])
  }

  private static func configuration(_ expression: String, _ more: Document = [:]) throws
    -> Document?
  {
    guard case .configuration(let part) = try policy(expression, more).change(by: 0, input) else {
      return nil
    }
    return part
  }

  private static func patched(_ expression: String) throws -> Document? {
    guard case .patch(let patch) = try policy(expression, isPatch: true).change(by: 0, input)
    else { return nil }
    return try patch.applied(to: input.object ?? .null)
  }

  private static func failure(_ expression: String, isPatch: Bool = false) -> String? {
    do throws(MutatingPolicy.Failure) {
      _ = try policy(expression, isPatch: isPatch).change(by: 0, input)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("an ApplyConfiguration is the part of the object that the expression builds")
  func configurations() throws {
    #expect(
      try Self.configuration(
        """
        Object{
          metadata: Object.metadata{labels: {"a/b": object.metadata.name}},
          spec: Object.spec{
            replicas: variables.twice,
            ?paused: object.spec.?paused,
            containers: object.spec.containers.map(c,
              Object.spec.containers{name: c.name, image: "x"})
          }
        }
        """, ["variables": [["name": "twice", "expression": "object.spec.replicas * 2"]]]) == [
          "metadata": ["labels": ["a/b": "web"]],
          "spec": [
            "replicas": 6,
            "containers": [["name": "a", "image": "x"], ["name": "b", "image": "x"]],
          ],
        ])
  }

  @Test("a JSONPatch is a list of operations, with values of any kind")
  func patches() throws {
    let patched = try Self.patched(
      """
      object.spec.replicas > 1 ? [
        JSONPatch{op: "test", path: "/spec/replicas", value: 3},
        JSONPatch{op: "replace", path: "/spec/replicas", value: object.spec.replicas + 1},
        JSONPatch{op: "add", path: "/metadata/labels", value: {}},
        JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b~"), value: "1"},
        JSONPatch{op: "add", path: "/spec/containers/-",
          value: Object.spec.containers{name: "c", env: [Object.spec.containers.env{name: "E"}]}},
        JSONPatch{op: "copy", from: "/metadata/name", path: "/metadata/namespace"},
      ] : []
      """)
    #expect(
      patched == [
        "metadata": ["name": "web", "labels": ["a/b~": "1"], "namespace": "web"],
        "spec": [
          "replicas": 4,
          "containers": [["name": "a"], ["name": "b"], ["name": "c", "env": [["name": "E"]]]],
        ],
      ])
  }

  @Test("what expressions build can be looked into and compared")
  func inspection() throws {
    let patched = try Self.patched(
      """
      [JSONPatch{op: "add", path: "/metadata/labels", value: {
        "field": Object.spec{a: "b"}.a, "op": JSONPatch{op: "add"}.op,
        "has": string(has(Object{a: 1}.a) && !has(Object{}.a) && !has(JSONPatch{}.value)),
        "equal": string(Object{a: [1], b: {"c": 2}} == Object{b: {"c": 2}, a: [1]}),
        "unequal": string(JSONPatch{op: "add", value: 1} == JSONPatch{op: "add", value: "1"}),
      }}]
      """)
    #expect(
      patched?[path: "metadata", "labels"] == [
        "field": "b", "op": "add", "has": "true", "equal": "true", "unequal": "false",
      ])
  }

  @Test("expressions that cost too much are stopped")
  func cost() {
    var body = "'0123456789' == '0123456789'"
    for number in 1...7 { body = "[0,1,2,3,4,5,6,7,8,9].all(x\(number), \(body))" }
    #expect(
      Self.failure("Object{spec: Object.spec{paused: \(body)}}")?
        .hasSuffix("resulted in error: operation cancelled: actual cost limit exceeded") == true)
  }

  @Test("a part in another place than its name says is a mistake")
  func misplaced() {
    #expect(
      Self.failure("Object{spec: Object.metadata{name: 'x'}}")
        == "type mismatch: unexpected type name \"Object.metadata\", expected \"Object.spec\", which "
        + "matches field name path from root Object type")
    #expect(
      Self.failure("Object{spec: Object.spec{containers: [Object.spec{}]}}")?
        .contains("expected \"Object.spec.containers\"") == true)
    #expect(
      Self.failure(
        "[JSONPatch{op: 'add', path: '/spec', value: Object.spec{a: Object.b{}}}]", isPatch: true)?
        .contains("expected \"Object.spec.a\"") == true)
  }

  @Test("what has no value fails in the words of its expression")
  func failures() {
    #expect(
      Self.failure("Object{spec: Object.spec{replicas: object.spec.none}}")
        == "expression 'Object{spec: Object.spec{replicas: object.spec.none}}' resulted in error: no "
        + "such key: none")
    #expect(Self.failure("1") == "must evaluate to Object but got int")
    #expect(
      Self.failure("[1]", isPatch: true) == "must evaluate to list(JSONPatch) but got list(int)")
    #expect(
      Self.failure("dyn(1)")
        == "unsupported return type from ApplyConfiguration expression: int")
    #expect(
      Self.failure("[JSONPatch{op: 'mix', path: '/a'}]", isPatch: true)?.hasPrefix("JSON Patch: ")
        == true)
    #expect(Self.failure("[JSONPatch{op: dyn(1)}]", isPatch: true)?.contains("'op'") == true)
    #expect(Self.failure("Object{spec:")?.hasPrefix("compilation failed: ERROR:") == true)
  }

  @Test("expressions that cannot work are told before the policy is stored")
  func compile() {
    func problems(_ spec: Document) -> [String] {
      var spec = spec
      spec["matchConstraints"] = ["resourceRules": [["resources": ["pods"]]]]
      return PolicyObjectRules.mutatingPolicyProblems(["spec": spec]).map(\.description)
    }
    func mutation(_ type: String, _ member: String, _ expression: String) -> Document {
      ["patchType": Document(type), member: ["expression": Document(expression)]]
    }
    #expect(
      problems([:]) == [
        "spec.mutations: Required value: mutations must contain at least one item",
        "spec.reinvocationPolicy: Required value",
      ])
    #expect(
      problems([
        "reinvocationPolicy": "Never",
        "mutations": [mutation("ApplyConfiguration", "applyConfiguration", "Object{}")],
      ]) == [])
    let wrong: [(Document, String)] = [
      (["applyConfiguration": [:]], "spec.mutations[0].patchType: Required value"),
      (
        ["patchType": "Merge"],
        "spec.mutations[0].patchType: Unsupported value: \"Merge\": supported values: "
          + "\"ApplyConfiguration\", \"JSONPatch\""
      ),
      (
        mutation("JSONPatch", "applyConfiguration", "Object{}"),
        "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch"
      ),
      (
        mutation("JSONPatch", "jsonPatch", "Object{}"),
        "spec.mutations[0].jsonPatch.expression: Invalid value: \"Object{}\": must evaluate to "
          + "list(JSONPatch) but got Object"
      ),
      (
        mutation("JSONPatch", "jsonPatch", " "),
        "spec.mutations[0].jsonPatch.expression: Required value"
      ),
    ]
    for (mutation, problem) in wrong {
      #expect(
        problems(["reinvocationPolicy": "Never", "mutations": [mutation]]).first == problem)
    }
    let unknown = problems([
      "reinvocationPolicy": "Always",
      "variables": [["name": "v", "expression": "Object{}"]],
      "mutations": [mutation("JSONPatch", "jsonPatch", "[JSONPatch{opp: 'x', path: 1}]")],
    ])
    // Variables build nothing.
    #expect(unknown[0].contains("undeclared reference to 'Object'"))
    #expect(unknown[1].contains("undefined field 'opp'"))
    #expect(
      unknown[1].contains("expected type of field 'path' is 'string' but provided type is 'int'"))
    #expect(unknown[2].hasPrefix("spec.reinvocationPolicy: Unsupported value: \"Always\""))
  }

  @Test("a binding names its policy, and its parameters in one way")
  func bindings() {
    func problems(_ spec: Document) -> [String] {
      PolicyObjectRules.mutatingBindingProblems(["spec": spec]).map(\.description)
    }
    #expect(problems(["policyName": "p"]) == [])
    #expect(problems([:]) == ["spec.policyName: Required value"])
    #expect(
      problems(["policyName": "p", "paramRef": ["name": "a", "selector": [:]]]) == [
        "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
        "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
        "spec.paramRef.parameterNotFoundAction: Required value",
      ])
  }
}
