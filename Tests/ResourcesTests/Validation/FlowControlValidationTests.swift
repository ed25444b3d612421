import Resources
import Testing

@Suite("The rules of flow schemas and priority levels")
struct FlowControlValidationTests {
  private func errors(_ kind: String, _ object: Document, _ change: (inout Document) -> Void)
    -> [String]
  {
    let kind = GroupVersionKind(
      group: "flowcontrol.apiserver.k8s.io", version: "v1", kind: kind)
    var object = object
    change(&object)
    Defaulting.rule(for: kind)(&object)
    return ObjectValidation.errors(
      in: object, replacing: nil, kind: kind, type: Schema.builtin.type(of: kind)
    ).map(\.description)
  }

  private func schemaErrors(_ change: (inout Document) -> Void) -> [String] {
    errors(
      "FlowSchema",
      [
        "apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "FlowSchema",
        "metadata": ["name": "s"],
        "spec": [
          "priorityLevelConfiguration": ["name": "system"],
          "rules": [
            [
              "subjects": [["kind": "User", "user": ["name": "jane"]]],
              "nonResourceRules": [["verbs": ["get"], "nonResourceURLs": ["/a"]]],
            ]
          ],
        ],
      ], change)
  }

  private func ruleErrors(_ member: String, _ value: Document) -> [String] {
    schemaErrors { schema in
      schema.edit("spec") { $0.edit("rules") { $0.editElements { $0[member] = value } } }
    }
  }

  private func levelErrors(_ change: (inout Document) -> Void) -> [String] {
    errors(
      "PriorityLevelConfiguration",
      [
        "apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": "PriorityLevelConfiguration",
        "metadata": ["name": "l"],
        "spec": [
          "type": "Limited", "limited": ["limitResponse": ["type": "Queue", "queuing": [:]]],
        ],
      ], change)
  }

  @Test("plain ones are good, with their defaults")
  func good() {
    #expect(schemaErrors { _ in } == [])
    #expect(levelErrors { _ in } == [])
  }

  @Test("a schema's precedence lies within its range, and 1 is for one schema only")
  func precedence() {
    func errors(_ value: Int) -> [String] {
      schemaErrors { $0.set(Document(value), at: ["spec", "matchingPrecedence"]) }
    }
    let field = "spec.matchingPrecedence: Invalid value: "
    #expect(errors(-1) == [field + "-1: must be a positive value"])
    #expect(
      errors(1) == [field + "1: only the schema named 'exempt' may have matchingPrecedence 1"])
    #expect(errors(2) == [])
    #expect(errors(10_000) == [])
    #expect(errors(10_001) == [field + "10001: must not be greater than 10000"])
  }

  @Test("a schema names its level, a known method, and whom its rules are for")
  func schema() {
    #expect(
      schemaErrors { $0.set("", at: ["spec", "priorityLevelConfiguration", "name"]) } == [
        "spec.priorityLevelConfiguration.name: Required value: must reference a priority level"
      ])
    #expect(
      schemaErrors { $0.set(["type": "ByMoon"], at: ["spec", "distinguisherMethod"]) } == [
        "spec.distinguisherMethod.type: Unsupported value: \"ByMoon\": supported values: "
          + "\"ByNamespace\", \"ByUser\""
      ])
    let rule = "spec.rules[0]"
    #expect(
      ruleErrors("subjects", []) == [
        "\(rule).subjects: Required value: subjects must contain at least one value"
      ])
    #expect(
      ruleErrors("subjects", [["kind": "User", "group": ["name": "g"]]]) == [
        "\(rule).subjects[0].user: Required value: user is required when subject kind is 'User'",
        "\(rule).subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
      ])
    #expect(
      ruleErrors("subjects", [["kind": "ServiceAccount", "serviceAccount": ["name": "*"]]]) == [
        "\(rule).subjects[0].serviceAccount.namespace: Required value: must specify namespace for "
          + "service account"
      ])
    #expect(
      ruleErrors("nonResourceRules", []) == [
        "\(rule): Required value: at least one of resourceRules and nonResourceRules has to be "
          + "non-empty"
      ])
  }

  @Test("a star stands alone, verbs are known ones, and paths are paths")
  func rules() {
    let place = "spec.rules[0].nonResourceRules[0]"
    func pathErrors(_ verbs: Document, _ paths: Document) -> [String] {
      ruleErrors("nonResourceRules", [["verbs": verbs, "nonResourceURLs": paths]])
    }
    #expect(pathErrors(["*"], ["*"]) == [])
    #expect(
      pathErrors(["*", "get"], ["/a"]) == [
        "\(place).verbs: Invalid value: [\"*\",\"get\"]: if '*' is present, must not specify other "
          + "verbs"
      ])
    #expect(
      pathErrors(["fetch"], ["/a"]) == [
        "\(place).verbs: Unsupported value: [\"fetch\"]: supported values: \"create\", "
          + "\"delete\", \"deletecollection\", \"get\", \"list\", \"patch\", \"proxy\", "
          + "\"update\", \"watch\""
      ])
    for (path, problem) in [
      ("a", "must start with slash"), ("/a b", "must not contain white-space"),
      ("/a//b", "must not contain double slash"), ("/a*", "wildcard can only do suffix matching"),
      ("/*/a", "wildcard can only do suffix matching"),
    ] {
      #expect(
        pathErrors(["get"], [Document(path)]) == [
          "\(place).nonResourceURLs[0]: Invalid value: \"\(path)\": \(problem)"
        ])
    }
    #expect(pathErrors(["get"], ["/", "/a/*", "/a/b"]) == [])
    let resources = ruleErrors(
      "resourceRules", [["verbs": ["get"], "apiGroups": [""], "resources": ["pods"]]])
    #expect(
      resources == [
        "spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not "
          + "cluster scoped must supply at least one namespace"
      ])
  }

  @Test("a level's shares, percentages and queues lie within their ranges")
  func level() {
    func limitedErrors(_ path: [String], _ value: Document) -> [String] {
      levelErrors { $0.set(value, at: ["spec", "limited"] + path) }
    }
    let queuing = ["limitResponse", "queuing"]
    #expect(limitedErrors(["nominalConcurrencyShares"], 0) == [])
    #expect(limitedErrors(["nominalConcurrencyShares"], -1).count == 1)
    #expect(limitedErrors(["lendablePercent"], 100) == [])
    #expect(limitedErrors(["lendablePercent"], 101).count == 1)
    #expect(limitedErrors(["borrowingLimitPercent"], 0) == [])
    #expect(limitedErrors(["borrowingLimitPercent"], -1).count == 1)
    #expect(limitedErrors(queuing + ["queueLengthLimit"], -1).count == 1)
    #expect(
      limitedErrors(queuing, ["queues": 4, "handSize": 5]) == [
        "spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than "
          + "queues (4)"
      ])
    #expect(limitedErrors(queuing, ["queues": 64, "handSize": 10]) == [])
    #expect(
      limitedErrors(queuing, ["queues": 64, "handSize": 11]) == [
        "spec.limited.limitResponse.queuing.handSize: Invalid value: 11: required entropy bits of "
          + "deckSize 64 and handSize 11 should not be greater than 60"
      ])
    #expect(limitedErrors(queuing, ["queues": 10_000_001, "handSize": 1]).count == 1)
  }

  @Test("a level says what it is, and says nothing of what it is not")
  func unions() {
    #expect(
      levelErrors { $0.set("Exempt", at: ["spec", "type"]) }.prefix(1) == [
        "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'"
      ])
    #expect(
      levelErrors { $0.set([:], at: ["spec", "exempt"]) } == [
        "spec.exempt: Forbidden: must be nil if the type is Limited"
      ])
    #expect(
      levelErrors { $0.set("Reject", at: ["spec", "limited", "limitResponse", "type"]) } == [
        "spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type "
          + "is not Limited"
      ])
  }

  @Test("the mandatory objects cannot be changed")
  func mandatory() throws {
    let level = try #require(
      DefaultFlowControl.all.entry(.priorityLevelConfigurations, "catch-all"))
    #expect(
      errors("PriorityLevelConfiguration", level.object) {
        $0.set(6, at: ["spec", "limited", "nominalConcurrencyShares"])
      }.last?.hasSuffix("spec of 'catch-all' must equal the fixed value") == true)
    let exempt = try #require(DefaultFlowControl.all.entry(.priorityLevelConfigurations, "exempt"))
    #expect(
      errors("PriorityLevelConfiguration", exempt.object) {
        $0.set(6, at: ["spec", "exempt", "nominalConcurrencyShares"])
      } == [])
  }
}
