package import Resources

/// Whether the rules of a schema (`x-kubernetes-validations`) may be written: they compile, and what
/// they may cost is bounded by the schema around them. Pure.
/// Source: apiextensions `pkg/apis/apiextensions/validation`, whose words these are.
package enum DefinitionRules {
  /// - Parameters:
  ///   - schema: an `openAPIV3Schema` that is structural, and whose defaults keep its rules.
  ///   - field: its place: `spec.versions[0].schema.openAPIV3Schema`.
  package static func problems(in schema: Document, at field: String) -> [FieldError] {
    var marked = schema
    marked[ValueShape.rootMark] = true
    var walk = RuleWalk()
    walk.check(ValueShape(marked), RuleWalk.Surroundings(field: field, cardinality: 1))
    return walk.errors + walk.total.problems(at: field)
  }
}

/// Visits each place of a schema that has rules.
private struct RuleWalk {
  var errors: [FieldError] = []
  var total = TotalCost()

  /// Where a place stands.
  struct Surroundings {
    var field: String
    /// How often the place may occur; `nil` where the schemas around it set no bound.
    var cardinality: UInt64?
    /// The outermost list whose elements cannot be told apart.
    var uncorrelatable: String?

    func inside(_ shape: ValueShape, _ step: String) -> Surroundings {
      var inner = self
      inner.field += step
      inner.cardinality = cardinality.flatMap { around in
        shape.elementsMax.map { around.saturatedTimes(UInt64($0)) }
      }
      return inner
    }
  }

  mutating func check(_ shape: ValueShape, _ place: Surroundings) {
    for (name, property) in shape.schema["properties"]?.members.map({ $0 }) ?? [] {
      check(ValueShape(property), place.inside(shape, ".properties[\(name)]"))
    }
    if let value = shape.mapValue { check(value, place.inside(shape, ".additionalProperties")) }
    if let element = shape.element {
      var inner = place.inside(shape, ".items")
      if shape.listType != "map" { inner.uncorrelatable = place.uncorrelatable ?? place.field }
      check(element, inner)
    }
    let rules = shape.schema["x-kubernetes-validations"]?.elements.map { $0 } ?? []
    for (position, rule) in rules.enumerated() {
      let field = "\(place.field).x-kubernetes-validations[\(position)]"
      check(rule, SchemaRule(rule, shape), shape, place, field)
    }
  }

  private mutating func check(
    _ document: Document, _ rule: SchemaRule, _ shape: ValueShape, _ place: Surroundings,
    _ field: String
  ) {
    checkCosts(rule, shape, place, field)
    if case .failure(let error) = rule.compiled {
      errors.append(.invalid("\(field).rule", Self.shown(document), error.toldOfDefinition()))
    }
    if let error = rule.messageProblem {
      errors.append(
        .invalid(
          "\(field).messageExpression", Self.shown(document),
          error.toldOfDefinition("messageExpression ")))
    }
    if rule.usesOldSelf {
      if let list = place.uncorrelatable {
        errors.append(
          .invalid(
            "\(field).rule", document["rule"],
            "oldSelf cannot be used on the uncorrelatable portion of the schema within \(list)"))
      }
    } else if let optional = document["optionalOldSelf"], case .success = rule.compiled {
      errors.append(
        .invalid(
          "\(field).optionalOldSelf", optional, "may not be set if oldSelf is not used in rule"))
    }
  }

  private mutating func checkCosts(
    _ rule: SchemaRule, _ shape: ValueShape, _ place: Surroundings, _ field: String
  ) {
    guard case .success(let program) = rule.compiled else { return }
    var estimator = CostEstimator(
      root: shape, SchemaRule.environment(shape, hasOptionalOldSelf: rule.hasOptionalOldSelf))
    let times = place.cardinality ?? UInt64(shape.cardinalityMax)
    let cost = estimator.cost(of: program).saturatedTimes(times)
    observe(cost, "estimated rule cost", "\(field).rule")
    guard let message = rule.messageProgram else { return }
    let messageCost = estimator.cost(of: message)
    observe(messageCost, "estimated messageExpression cost", "\(field).messageExpression")
  }

  private mutating func observe(_ cost: UInt64, _ name: String, _ field: String) {
    if cost > TotalCost.perExpressionMax {
      errors.append(
        .forbidden(field, TotalCost.message(name, cost, TotalCost.perExpressionMax)))
    }
    total.add(cost, of: field)
  }

  /// A rule as upstream shows it: with all its members.
  private static func shown(_ rule: Document) -> Document {
    [
      "Rule": rule["rule"] ?? "", "Message": rule["message"] ?? "",
      "MessageExpression": rule["messageExpression"] ?? "", "Reason": rule["reason"] ?? .null,
      "FieldPath": rule["fieldPath"] ?? "", "OptionalOldSelf": rule["optionalOldSelf"] ?? .null,
    ]
  }
}

/// What all rules of a schema may cost together.
private struct TotalCost {
  static let perExpressionMax: UInt64 = 10_000_000
  static let perSchemaMax: UInt64 = 100_000_000
  /// So many of the most expensive are named.
  private static let namedMax = 4

  private var sum: UInt64 = 0
  private var expensive: [(field: String, cost: UInt64)] = []

  mutating func add(_ cost: UInt64, of field: String) {
    sum = sum.saturatedAdding(cost)
    // Others do not matter to the whole.
    guard cost >= Self.perSchemaMax / 100 else { return }
    expensive.append((field, cost))
    expensive.sort { $0.cost > $1.cost }
    if expensive.count > Self.namedMax { expensive.removeLast() }
  }

  func problems(at field: String) -> [FieldError] {
    if sum <= Self.perSchemaMax { return [] }
    let named = expensive.map {
      FieldError.forbidden(
        $0.field,
        "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema")
    }
    return named + [
      .forbidden(
        field,
        Self.message(
          "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", sum,
          Self.perSchemaMax))
    ]
  }

  static func message(_ name: String, _ cost: UInt64, _ limit: UInt64) -> String {
    let factor = Double(cost) / Double(limit)
    let text =
      factor > 100
      ? "more than 100" : factor < 1.5 ? fixed(factor, digits: 6) : fixed(factor, digits: 1)
    return "\(name) exceeds budget by factor of \(text)x (try simplifying the rule, or adding "
      + "maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)"
  }

  private static func fixed(_ number: Double, digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((number * Double(scale)).rounded(.toNearestOrEven))
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}

extension CompileError {
  /// - Parameter of: what does not compile, with a space behind it.
  fileprivate func toldOfDefinition(_ subject: String = "") -> String {
    issues.isEmpty ? description : "\(subject)compilation failed: \(description)"
  }
}
