import CEL
import Resources
import Testing

@Suite("Rules of admission policies")
struct PolicyObjectRulesTests {
  private func policy(_ members: Document, name: String = "p") -> Document {
    var spec: Document = [
      "matchConstraints": ["resourceRules": [["resources": ["pods"]]]],
      "validations": [["expression": "true"]],
    ]
    for (member, value) in members.members { spec[member] = value }
    return ["metadata": ["name": Document(name)], "spec": spec]
  }

  private func problems(_ members: Document, name: String = "p") -> [String] {
    PolicyObjectRules.policyProblems(policy(members, name: name)).map {
      "\($0.cause.reason) \($0.field)"
    }
  }

  @Test(
    "parameters are of a kind whose version and name can be those of one",
    arguments: [
      ("v1", "ConfigMap", []), ("a.example.com/v1beta1", "Thing", []), ("/v1", "Thing", []),
      ("", "Thing", ["FieldValueRequired spec.paramKind.apiVersion"]),
      ("V_1", "Thing", ["FieldValueInvalid spec.paramKind.apiVersion"]),
      ("a/", "Thing", ["FieldValueInvalid spec.paramKind.apiVersion"]),
      ("a/b/c", "Thing", ["FieldValueInvalid spec.paramKind.apiVersion"]),
      ("A/v1", "Thing", ["FieldValueInvalid spec.paramKind.apiVersion"]),
      ("v1", "", ["FieldValueRequired spec.paramKind.kind"]),
      ("v1", "1Thing", ["FieldValueInvalid spec.paramKind.kind"]),
    ] as [(String, String, [String])])
  func paramKind(_ apiVersion: String, _ kind: String, _ expected: [String]) {
    let params: Document = ["apiVersion": Document(apiVersion), "kind": Document(kind)]
    #expect(problems(["paramKind": params]) == expected)
  }

  @Test("keys of audit annotations are names below the policy's own, each once, at most twenty")
  func annotationKeys() {
    func annotations(_ keys: [String]) -> Document {
      [
        "auditAnnotations": Document(
          keys.map { ["key": Document($0), "valueExpression": "'x'"] as Document })
      ]
    }
    let place = "spec.auditAnnotations"
    #expect(problems(annotations(["a", "b"])).isEmpty)
    #expect(problems(annotations(["a", "a"])) == ["FieldValueDuplicate \(place)[1].key"])
    #expect(problems(annotations(["a/b"])) == ["FieldValueInvalid \(place)[0].key"])
    #expect(problems(annotations([""])).allSatisfy { $0 == "FieldValueInvalid \(place)[0].key" })
    #expect(!problems(annotations([""])).isEmpty)
    #expect(problems(annotations(["a"]), name: "") == ["FieldValueInvalid \(place)[0].key"])
    #expect(problems(annotations((1...20).map { "k\($0)" })).isEmpty)
    #expect(problems(annotations((1...21).map { "k\($0)" })) == ["FieldValueInvalid \(place)"])
  }

  @Test("two variables may have one name, and one that says nothing is none")
  func variables() {
    let uses: Document = [["expression": "variables.v > 1"]]
    let twice: Document = [["name": "v", "expression": "1"], ["name": "v", "expression": "2"]]
    #expect(problems(["variables": twice, "validations": uses]).isEmpty)
    #expect(
      problems(["variables": [["name": "v"]], "validations": uses]) == [
        "FieldValueRequired spec.variables[0].expression",
        "FieldValueInvalid spec.validations[0].expression",
      ])
  }
}
