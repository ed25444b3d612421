import CEL
import Resources

/// The `matchConditions` of an authorizing webhook: whether it wants to hear of a question. Pure.
struct AccessConditions: Sendable {
  private let conditions: [ConfiguredExpression]

  enum Match: Equatable, Sendable {
    case matches
    case excluded
    /// None is false, but some have no value.
    case failed(String)
  }

  private static let conditionsMax = 64

  init(_ list: Document?, at path: String, _ errors: inout [FieldError]) {
    let items = list?.elements.map { $0 } ?? []
    guard items.count <= Self.conditionsMax else {
      errors.append(.tooMany(path, count: items.count, max: Self.conditionsMax))
      conditions = []
      return
    }
    var conditions: [ConfiguredExpression] = []
    var seen: Set<String> = []
    for (index, item) in items.enumerated() {
      let place = "\(path)[\(index)].expression"
      let source = item["expression"]?.string ?? ""
      if !source.isEmpty, !seen.insert(source).inserted {
        errors.append(.duplicate(place, Document(source)))
        continue
      }
      if let expression = ConfiguredExpression(
        source, in: Self.environment, results: [.bool], at: place, &errors)
      {
        conditions.append(expression)
      }
    }
    self.conditions = conditions
  }

  /// Cost is bounded by the budget of match conditions; without any, there is none.
  func matches(_ attributes: AccessAttributes) -> Match {
    if conditions.isEmpty { return .matches }
    var budget = CostBudget.matchConditions
    let variables = ["request": Value(attributes.reviewSpec(isWhole: true))]
    var failures: [String] = []
    for condition in conditions {
      do throws(ClaimProblem) {
        switch try condition.value(variables, &budget) {
        case .bool(false): return .excluded
        case .bool(true): break
        default: failures.append("expression '\(condition.source)' must return a boolean")
        }
      } catch {
        failures.append(error.description)
      }
    }
    return failures.isEmpty ? .matches : .failed(failures.joined(separator: ", "))
  }

  /// Source: authorization/v1 SubjectAccessReviewSpec.
  private static let environment = Environment(variables: [
    "request": object(
      "SubjectAccessReviewSpec",
      [
        "user": .string, "uid": .string, "groups": .list(.string),
        "extra": .map(.string, .list(.string)), "nonResourceAttributes": path,
        "resourceAttributes": resource,
      ])
  ])

  private static let path = object("NonResourceAttributes", ["path": .string, "verb": .string])

  private static let resource = object(
    "ResourceAttributes",
    [
      "namespace": .string, "verb": .string, "group": .string, "version": .string,
      "resource": .string, "subresource": .string, "name": .string, "fieldSelector": selector,
      "labelSelector": selector,
    ])

  private static let selector = object(
    "SelectorAttributes",
    [
      "rawSelector": .string,
      "requirements": .list(
        object(
          "SelectorRequirement",
          ["key": .string, "operator": .string, "values": .list(.string)])),
    ])

  private static func object(_ name: String, _ fields: [String: CELType]) -> CELType {
    .object(CELType.ObjectType("kubernetes.\(name)") { fields[$0] })
  }
}
