import Resources
import Testing

@testable import CEL

@Suite struct PolicyTests {
  private static func policy(_ spec: Document) -> ValidatingPolicy {
    ValidatingPolicy(["metadata": ["name": "p"], "spec": spec])
  }

  private static let input = AdmissionInput(
    object: ["metadata": ["name": "web"], "spec": ["replicas": 3]], oldObject: nil,
    request: ["operation": "CREATE", "userInfo": ["username": "me"]],
    namespaceObject: ["metadata": ["name": "n", "labels": ["env": "prod"]]],
    params: ["data": ["max": 2]], authorizer: AuthorizerValue { _ in AccessAnswer(isAllowed: true) }
  )

  private static func messages(_ spec: Document) -> [String] {
    policy(spec).outcome(input).refusals.map(\.message)
  }

  @Test("a policy refuses what its validations refuse, in their words")
  func refusals() {
    #expect(Self.messages(["validations": [["expression": "object.spec.replicas > 1"]]]) == [])
    #expect(
      Self.messages([
        "validations": [
          ["expression": "object.spec.replicas > 5"],
          ["expression": "object.spec.replicas > 5", "message": "too few"],
          [
            "expression": "object.spec.replicas > 5",
            "messageExpression": "'has ' + string(object.spec.replicas)",
          ],
          [
            "expression": "object.spec.replicas > 5", "message": "fixed",
            "messageExpression": "'has ' + object.spec.replicas",
          ],
          ["expression": "object.spec.missing"],
        ]
      ]) == [
        "failed expression: object.spec.replicas > 5", "too few", "has 3", "fixed",
        "expression 'object.spec.missing' resulted in error: no such key: missing",
      ])
  }

  @Test("expressions see the request, its namespace, the parameters, variables and the authorizer")
  func variables() {
    let spec: Document = [
      "paramKind": ["apiVersion": "v1", "kind": "ConfigMap"],
      "variables": [
        ["name": "replicas", "expression": "object.spec.replicas"],
        ["name": "odd", "expression": "variables.replicas % 2 == 1"],
        ["name": "broken", "expression": "object.spec.missing"],
      ],
      "validations": [
        ["expression": "variables.odd && variables.replicas > params.data.max"],
        [
          "expression":
            "namespaceObject.metadata.labels.env == 'prod' && request.operation == 'CREATE'"
        ],
        [
          "expression":
            "oldObject == null && authorizer.group('').resource('pods').check('get').allowed()"
        ],
        ["expression": "variables.broken"],
      ],
    ]
    #expect(
      Self.messages(spec) == [
        "expression 'variables.broken' resulted in error: composited variable \"broken\" fails to "
          + "evaluate: no such key: missing"
      ])
  }

  @Test("of two variables of one name the later stands, and one that names itself is an error")
  func variablesOfOneName() {
    func spec(_ second: String) -> Document {
      [
        "variables": [
          ["name": "v", "expression": "1"], ["name": "v", "expression": Document(second)],
        ], "validations": [["expression": "variables.v == 2"]],
      ]
    }
    #expect(Self.messages(spec("2")) == [])
    let messages = Self.messages(spec("variables.v + 1"))
    #expect(messages.count == 1 && messages[0].contains("refers to itself"), "\(messages)")
  }

  @Test("match conditions decide whether a policy is asked at all")
  func conditions() {
    let denying: Document = [["expression": "false"]]
    func spec(_ conditions: [String], _ policy: Document = "Fail") -> Document {
      [
        "failurePolicy": policy, "validations": denying,
        "matchConditions": Document(
          conditions.map { ["name": "c", "expression": Document($0)] as Document }),
      ]
    }
    #expect(Self.messages(spec(["request.userInfo.username == 'you'", "object.no.such"])) == [])
    #expect(Self.messages(spec(["true"])) == ["failed expression: false"])
    #expect(
      Self.messages(spec(["object.no"])) == [
        "expression 'object.no' resulted in error: no such key: no"
      ])
    #expect(Self.messages(spec(["object.no"], "Ignore")) == [])
  }

  @Test("audit annotations are texts, or nothing")
  func annotations() {
    let outcome = Self.policy([
      "auditAnnotations": [
        ["key": "a", "valueExpression": "'v ' + object.metadata.name"],
        ["key": "b", "valueExpression": "null"],
      ]
    ]).outcome(Self.input)
    #expect(outcome.auditAnnotations == ["a": "v web"])
    #expect(outcome.refusals == [])
  }

  @Test("a policy whose expressions do not compile is refused")
  func objectRules() {
    let policy: Document = [
      "spec": [
        "matchConstraints": ["resourceRules": [["resources": ["pods"]]]],
        "variables": [["name": "a b", "expression": "1"]],
        "validations": [
          ["expression": "1 +"], ["expression": "1"], ["expression": "foo"], ["expression": " "],
          ["expression": "true", "messageExpression": "1"],
        ],
      ]
    ]
    let problems = PolicyObjectRules.policyProblems(policy)
    #expect(
      problems.map(\.field) == [
        "spec.variables[0].name", "spec.validations[0].expression",
        "spec.validations[1].expression", "spec.validations[2].expression",
        "spec.validations[3].expression", "spec.validations[4].messageExpression",
      ])
    #expect(problems[2].message == "Invalid value: \"1\": must evaluate to bool but got int")
    #expect(PolicyObjectRules.policyProblems(["spec": .emptyObject]).count == 3)
    #expect(
      PolicyObjectRules.bindingProblems([
        "spec": ["policyName": "p", "validationActions": ["Deny"]]
      ])
        == [])
    #expect(
      PolicyObjectRules.bindingProblems(["spec": ["validationActions": ["Deny", "Warn"]]]).count
        == 2)
  }

  @Test("what an expression is known to get wrong about types is told in the policy's status")
  func typeChecking() throws {
    let policy: Document = [
      "spec": [
        "matchConstraints": [
          "resourceRules": [
            ["apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"]]
          ]
        ],
        "validations": [
          [
            "expression": "object.spec.replicas > '1'",
            "messageExpression": "'wants replicas > 1, got ' + object.spec.replicas",
          ], ["expression": "object.spec.replicas > 1"],
        ],
      ]
    ]
    let type = try #require(Schema.builtin.type(group: "apps", version: "v1", kind: "Deployment"))
    let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
    let status = PolicyTypeChecking.status(of: policy) { _, _, _ in (kind, CELType(type)) }
    let warnings = status["expressionWarnings"]?.elements.map { $0 } ?? []
    #expect(
      warnings.map { $0["fieldRef"]?.string } == [
        "spec.validations[0].expression", "spec.validations[0].messageExpression",
      ])
    #expect(
      warnings.first?["warning"]?.string?.contains(
        "found no matching overload for '_>_' applied to '(int, string)'") == true)
    #expect(PolicyTypeChecking.status(of: policy) { _, _, _ in nil } == .emptyObject)
  }
}
