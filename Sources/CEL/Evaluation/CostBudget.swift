/// What expressions may cost, in upstream's units: one for each step and for about ten bytes.
/// Source: apiserver `pkg/apis/cel/config.go`.
package struct CostBudget: Sendable {
  /// What one expression may cost.
  package var perExpression: Int
  /// What is left for the expressions that share this budget.
  package var remaining: Int

  package init(perExpression: Int = Self.perExpressionMax, remaining: Int) {
    self.perExpression = perExpression
    self.remaining = remaining
  }

  package static let perExpressionMax = 1_000_000
  /// All rules over one object, and all expressions of one policy.
  package static var object: CostBudget { CostBudget(remaining: 10_000_000) }
  /// All match conditions of one webhook or policy.
  package static var matchConditions: CostBudget { CostBudget(remaining: 2_500_000) }
}
