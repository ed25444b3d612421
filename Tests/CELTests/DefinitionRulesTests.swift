import Resources
import Testing

@testable import CEL

/// What may be written as a rule: it compiles, and its cost is bounded by the schema around it.
@Suite struct DefinitionRulesTests {
  private static let field = "spec.versions[0].schema.openAPIV3Schema"

  /// The problems of a rule at a property of this schema.
  private static func problems(_ property: Document, _ rules: [Document]) -> [FieldError] {
    var property = property
    property["x-kubernetes-validations"] = Document(rules)
    return DefinitionRules.problems(
      in: ["type": "object", "properties": ["p": property]], at: field)
  }

  private static func cost(_ shape: Document, _ rule: String) throws -> UInt64 {
    let shape = ValueShape(shape)
    let environment = SchemaRule.environment(shape, hasOptionalOldSelf: false)
    var estimator = CostEstimator(root: shape, environment)
    return estimator.cost(of: try environment.compile(rule))
  }

  private static let knownCosts: [(String, UInt64)] = [
    ("self.n == 1", 2), ("self.n > 1", 3), ("self.s == self.s", 8),
    ("self.s.startsWith('abc')", 3), ("self.s.contains('ab')", 6), ("self.s.matches('a+b')", 7),
    ("self.s + self.s == 'x'", 13), ("size(self.l) > 3", 4), ("has(self.n)", 1),
    // Ten turns, each with what it tests.
    ("self.l.all(x, x > 0)", 53), ("self.l.exists(x, x > 0)", 63),
    ("self.l.map(x, x + 1).size() > 0", 155), ("self.l.filter(x, x > 0).size() > 0", 165),
    ("self.n > 0 ? self.s == 'a' : true", 6), ("self.m['k'] > 0", 4), ("1 in self.l", 12),
  ]

  @Test("the cost of an expression follows from what the schema allows", arguments: knownCosts)
  func costs(_ rule: String, _ cost: UInt64) throws {
    let shape: Document = [
      "type": "object",
      "properties": [
        "n": ["type": "integer"], "s": ["type": "string", "maxLength": 10],
        "l": ["type": "array", "maxItems": 10, "items": ["type": "integer"]],
        "m": ["type": "object", "additionalProperties": ["type": "integer"]],
      ],
    ]
    #expect(try Self.cost(shape, rule) == cost, "\(rule)")
  }

  @Test("a rule costs as often as its place may occur, and too much is refused with the factor")
  func cardinality() {
    let rule: Document = ["rule": "self.all(x, self.all(y, x == y))"]
    let unbounded: Document = ["type": "array", "items": ["type": "string"]]
    #expect(
      Self.problems(unbounded, [rule]).map(\.message).first?.hasPrefix(
        "Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try") == true)
    let bounded: Document = [
      "type": "array", "maxItems": 10, "items": ["type": "string", "maxLength": 10],
    ]
    #expect(Self.problems(bounded, [rule]) == [])
    let inner: Document = [
      "type": "array", "maxItems": 1_000_000,
      "items": ["type": "integer", "x-kubernetes-validations": [["rule": "self * 2 > self + 10"]]],
    ]
    #expect(Self.problems(inner, []) == [])
    var more = inner
    more["maxItems"] = 3_000_000
    #expect(
      Self.problems(more, []).map(\.field) == [
        "\(Self.field).properties[p].items.x-kubernetes-validations[0].rule"
      ])
    #expect(
      Self.problems(more, []).map(\.message).first?.contains("by factor of 1.500000x") == false)
  }

  @Test("rules that are cheap alone may cost too much together")
  func total() {
    let rule: Document = ["rule": "self.all(x, x + x + x + x > 1)"]
    let list: Document = ["type": "array", "maxItems": 900_000, "items": ["type": "integer"]]
    let few = Self.problems(list, [rule])
    #expect(few == [], "\(few)")
    let many = Self.problems(list, Array(repeating: rule, count: 20))
    #expect(many.count == 5)
    #expect(many.last?.field == Self.field)
    #expect(
      many.first?.detail
        == "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"
    )
  }

  @Test("the old value of what cannot be told apart is not for rules")
  func uncorrelatable() {
    let element: Document = [
      "type": "integer", "x-kubernetes-validations": [["rule": "self == oldSelf"]],
    ]
    let list: Document = ["type": "array", "maxItems": 5, "items": element]
    #expect(
      Self.problems(list, []).map(\.detail) == [
        "oldSelf cannot be used on the uncorrelatable portion of the schema within "
          + "\(Self.field).properties[p]"
      ])
    let optional: Document = ["rule": "self > 1", "optionalOldSelf": true]
    #expect(
      Self.problems(["type": "integer"], [optional]).map(\.detail) == [
        "may not be set if oldSelf is not used in rule"
      ])
  }

  // MARK: Defaults

  private static func defaultProblems(_ property: Document) -> [String] {
    let schema: Document = ["type": "object", "properties": ["p": property]]
    return DefaultRules.problems(in: schema, at: field).map(\.description)
  }

  @Test("a default keeps the rules of its place, and of the places in it")
  func defaults() {
    let rule: Document = ["rule": "self == 'y'"]
    let text: Document = ["type": "string", "x-kubernetes-validations": [rule]]
    var (good, bad) = (text, text)
    good["default"] = "y"
    bad["default"] = "x"
    #expect(Self.defaultProblems(good) == [])
    let place = "\(Self.field).properties[p]"
    #expect(
      Self.defaultProblems(bad) == [
        "\(place).default: Invalid value: \"x\": failed rule: self == 'y'"
      ])
    let outer: Document = [
      "type": "object", "properties": ["t": text], "default": ["t": "x"],
    ]
    #expect(
      Self.defaultProblems(outer) == [
        "\(place).default.t: Invalid value: \"x\": failed rule: self == 'y'"
      ])
    #expect(
      Self.defaultProblems(["type": "array", "items": bad]) == [
        "\(place).items.default: Invalid value: \"x\": failed rule: self == 'y'"
      ])
    #expect(Self.defaultProblems(["type": "object", "additionalProperties": bad]) == [])
  }
}
