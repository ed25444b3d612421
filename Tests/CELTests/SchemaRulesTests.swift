import Resources
import Testing

@testable import CEL

@Suite struct SchemaRulesTests {
  private static func object(_ properties: Document, _ rules: [Document]) -> Document {
    [
      "type": "object",
      "properties": [
        "spec": [
          "type": "object", "properties": properties, "x-kubernetes-validations": Document(rules),
        ]
      ],
    ]
  }

  private static func problems(
    _ properties: Document, _ rules: [Document], _ new: Document, old: Document? = nil
  ) -> [String] {
    SchemaRules(schema: object(properties, rules)).problems(
      of: ["spec": new], old: old.map { ["spec": $0] }
    ).map(\.description)
  }

  @Test("a rule that is false refuses, in its own words or those of its expression")
  func messages() {
    let properties: Document = ["x": ["type": "integer"], "y": ["type": "integer"]]
    let rule: Document = ["rule": "self.x + self.y > 0"]
    #expect(Self.problems(properties, [rule], ["x": 1, "y": 2]) == [])
    #expect(
      Self.problems(properties, [rule], ["x": -1, "y": 0]) == [
        "spec: Invalid value: failed rule: self.x + self.y > 0"
      ])
    let worded: Document = [
      "rule": "self.x > 0", "message": "x is small",
      "messageExpression": "'x is ' + string(self.x)",
      "fieldPath": ".x", "reason": "FieldValueForbidden",
    ]
    #expect(Self.problems(properties, [worded], ["x": 0]) == ["spec.x: Forbidden: x is 0"])
    let missing: Document = ["rule": "self.x > 0"]
    #expect(
      Self.problems(properties, [missing], ["y": 0]) == [
        "spec: Invalid value: \"object\": no such key: x evaluating rule: self.x > 0"
      ])
  }

  @Test("transition rules run where there was something before")
  func transitions() {
    let properties: Document = [
      "n": ["type": "integer", "x-kubernetes-validations": [["rule": "self > oldSelf"]]],
      "m": [
        "type": "integer",
        "x-kubernetes-validations": [
          ["rule": "self > oldSelf.orValue(5)", "optionalOldSelf": true]
        ],
      ],
    ]
    #expect(Self.problems(properties, [], ["n": 1]) == [])
    #expect(Self.problems(properties, [], ["n": 2], old: ["n": 1]) == [])
    #expect(
      Self.problems(properties, [], ["n": 1], old: ["n": 1]) == [
        "spec.n: Invalid value: 1: failed rule: self > oldSelf"
      ])
    #expect(Self.problems(properties, [], ["m": 6]) == [])
    #expect(Self.problems(properties, [], ["m": 5]).count == 1)
  }

  @Test("elements of keyed lists are told apart by their keys")
  func correlation() {
    let properties: Document = [
      "list": [
        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
        "items": [
          "type": "object", "properties": ["k": ["type": "string"], "v": ["type": "integer"]],
          "x-kubernetes-validations": [["rule": "self.v == oldSelf.v", "message": "fixed"]],
        ],
      ]
    ]
    let old: Document = ["list": [["k": "a", "v": 1], ["k": "b", "v": 2]]]
    #expect(Self.problems(properties, [], ["list": [["k": "b", "v": 2]]], old: old) == [])
    #expect(
      Self.problems(properties, [], ["list": [["k": "c", "v": 3], ["k": "b", "v": 1]]], old: old)
        == ["spec.list[1]: Invalid value: fixed"])
    let same: Document = ["rule": "self.list == oldSelf.list"]
    #expect(
      Self.problems(
        properties, [same], ["list": [["k": "b", "v": 2], ["k": "a", "v": 1]]], old: old) == [])
  }

  @Test("values are what their schema says, and names that are no identifiers are escaped")
  func types() {
    let properties: Document = [
      "at": ["type": "string", "format": "date-time"], "half": ["type": "number"],
      "port": ["x-kubernetes-int-or-string": true], "a-b": ["type": "string"],
      "namespace": ["type": "string"],
      "tags": ["type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set"],
      "free": ["type": "object", "additionalProperties": ["type": "integer"]],
    ]
    let value: Document = [
      "at": "2026-01-01T00:00:00Z", "half": 1, "port": "http", "a-b": "x", "namespace": "n",
      "tags": ["a", "b"], "free": ["k-1": 5], "hidden": 1,
    ]
    for rule in [
      "self.at.getFullYear() == 2026", "self.half / 2.0 == 0.5", "self.port == 'http'",
      "self.a__dash__b == 'x' && self.__namespace__ == 'n'", "self.tags == ['b', 'a']",
      "self.tags + ['a', 'c'] == ['a', 'b', 'c']", "self.free['k-1'] == 5",
    ] {
      #expect(Self.problems(properties, [["rule": Document(rule)]], value) == [])
    }
  }

  @Test("a rule that costs too much is stopped, and those after it")
  func cost() {
    let list = Document((0..<1000).map { Document($0) })
    let rules: [Document] = [
      ["rule": "self.list.all(x, self.list.all(y, x == x))"], ["rule": "false"],
    ]
    let problems = Self.problems(
      ["list": ["type": "array", "items": ["type": "integer"]]], rules, ["list": list])
    #expect(problems.count == 1)
    #expect(problems[0].contains("call cost exceeds limit"))
  }

  @Test("what did not change is not held against an object, but by rules that look back")
  func ratcheting() {
    let properties: Document = [
      "a": [
        "type": "object", "properties": ["n": ["type": "integer"]],
        "x-kubernetes-validations": [["rule": "self.n > 0", "message": "small"]],
      ],
      "list": [
        "type": "array",
        "items": [
          "type": "integer", "x-kubernetes-validations": [["rule": "self > 0", "message": "item"]],
        ],
      ],
      "free": ["type": "string"],
    ]
    let old: Document = ["a": ["n": 0], "list": [0]]
    #expect(Self.problems(properties, [], old).count == 2)
    var new = old
    new["free"] = "x"
    #expect(Self.problems(properties, [], new, old: old) == [])
    new["list"] = [0, 1]
    #expect(
      Self.problems(properties, [], new, old: old) == ["spec.list[0]: Invalid value: 0: item"])
    new["a"] = ["n": -1]
    #expect(Self.problems(properties, [], new, old: old).count == 2)
    let back: Document = ["rule": "self.a.n > oldSelf.a.n"]
    #expect(Self.problems(properties, [back], old, old: old).count == 1)
  }

  @Test("the root sees its type and name")
  func root() {
    let schema: Document = [
      "type": "object",
      "x-kubernetes-validations": [
        ["rule": "self.metadata.name.startsWith('a') && self.kind == 'K'"]
      ],
    ]
    let rules = SchemaRules(schema: schema)
    #expect(rules.problems(of: ["kind": "K", "metadata": ["name": "ab"]], old: nil) == [])
    #expect(
      rules.problems(of: ["kind": "K", "metadata": ["name": "b"]], old: nil).map(\.field) == [
        "<nil>"
      ])
    #expect(SchemaRules(schema: ["type": "object"]).isEmpty)
  }

  @Test(
    "a rule that does not compile is told when its definition is written",
    arguments: [
      ("self.z == 100", "undefined field 'z'"), ("self = 42", "Syntax error"),
      ("self.x", "cel expression must evaluate to a bool"),
    ])
  func compiling(_ rule: String, _ message: String) {
    let problems = DefinitionRules.problems(
      in: [
        "type": "object", "properties": ["x": ["type": "integer"]],
        "x-kubernetes-validations": [["rule": Document(rule)]],
      ], at: "f")
    #expect(problems.map(\.field) == ["f.x-kubernetes-validations[0].rule"])
    #expect(problems.first?.message.contains(message) == true)
  }
}
