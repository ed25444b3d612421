/// What an expression may name: variables with their types, and functions.
package struct Environment: Sendable {
  package var variables: [String: CELType]
  var functions: FunctionTable

  package init(variables: [String: CELType]) {
    self.variables = variables
    functions = .kubernetes
  }

  /// Reads and checks an expression.
  /// - Parameter results: types of which the result has to be one; empty where any will do. What is
  ///   not known before it runs passes.
  package func compile(_ source: String, results: [CELType] = []) throws(CompileError) -> Program {
    let expression: Expression
    do throws(CompileFailure) {
      var parser = try Parser(source, functions: functions)
      expression = try parser.parse()
    } catch {
      throw CompileError(issues: [error.issue], source: source)
    }
    var checker = Checker(variables: variables, functions: functions)
    let type = checker.type(of: expression)
    guard checker.issues.isEmpty else {
      throw CompileError(issues: checker.issues, source: source)
    }
    return Program(
      source: source, expression: expression, functions: functions, resultType: type,
      isResultWrong: !results.isEmpty && !results.contains { $0.mayBe(type) })
  }
}

/// An expression that compiled.
package struct Program: Sendable {
  package let source: String
  let expression: Expression
  let functions: FunctionTable
  /// `.dyn` where it is known only when it runs.
  package let resultType: CELType
  /// Whether the result is known to be of none of the types that were asked for.
  package let isResultWrong: Bool

  /// Evaluates within a budget, and takes the cost from it.
  /// - Throws: what stopped the expression; `isCostExceeded` where it was the budget.
  package func evaluate(_ variables: [String: Value], _ budget: inout CostBudget)
    throws(EvaluationError) -> Value
  {
    let evaluation = Evaluation(
      functions: functions, variables: variables,
      costMax: min(budget.perExpression, budget.remaining))
    defer { budget.remaining -= min(budget.remaining, evaluation.costSoFar) }
    return try evaluation.value(of: expression)
  }

  /// Evaluates as a part of another run, which bears the cost.
  func evaluate(_ variables: [String: Value], within outer: Evaluation) throws(EvaluationError)
    -> Value
  {
    let evaluation = Evaluation(
      functions: functions, variables: variables, costMax: outer.costLeft)
    defer { outer.add(evaluation.costSoFar) }
    return try evaluation.value(of: expression)
  }

  /// Whether the expression reads a field of a variable: `claims.email`, `claims.?email` or
  /// `claims["email"]`.
  package func selects(_ field: String, of variable: String) -> Bool {
    expression.contains { part in
      switch part.kind {
      case .select(let operand, let name, _): name == field && operand.isIdentifier(variable)
      case .index(let operand, let index, _):
        operand.isIdentifier(variable) && index.isLiteral(field)
      default: false
      }
    }
  }

  /// Whether the expression names a variable.
  package func mentions(_ name: String) -> Bool { expression.mentions(name) }
}

extension Expression {
  func mentions(_ wanted: String) -> Bool { contains { $0.isIdentifier(wanted) } }

  fileprivate func isIdentifier(_ wanted: String) -> Bool {
    if case .identifier(let name) = kind { name == wanted } else { false }
  }

  fileprivate func isLiteral(_ wanted: String) -> Bool {
    if case .literal(.string(let text)) = kind { text == wanted } else { false }
  }

  /// Whether it, or any part of it, is such an expression.
  func contains(_ isSuch: (Expression) -> Bool) -> Bool {
    if isSuch(self) { return true }
    return switch kind {
    case .literal, .identifier: false
    case .select(let operand, _, _): operand.contains(isSuch)
    case .index(let operand, let index, _): operand.contains(isSuch) || index.contains(isSuch)
    case .call(_, let target, let arguments):
      target?.contains(isSuch) == true || arguments.contains { $0.contains(isSuch) }
    case .logical(_, let terms): terms.contains { $0.contains(isSuch) }
    case .conditional(let condition, let yes, let no):
      condition.contains(isSuch) || yes.contains(isSuch) || no.contains(isSuch)
    case .list(let items): items.contains { $0.value.contains(isSuch) }
    case .map(let items):
      items.contains { $0.key.contains(isSuch) || $0.value.contains(isSuch) }
    case .message(_, let fields): fields.contains { $0.value.contains(isSuch) }
    case .comprehension(let inner):
      inner.range.contains(isSuch) || inner.condition?.contains(isSuch) == true
        || inner.transform?.contains(isSuch) == true
    case .binding(_, let value, let body): value.contains(isSuch) || body.contains(isSuch)
    }
  }
}
