package import Resources

/// The `matchConditions` of a webhook or a policy, compiled: whether it wants to hear of a request
/// that its rules and selectors let through. Pure.
///
/// For a webhook: `MatchConditions(hook["matchConditions"])` once, then `verdict` for each request.
/// Source: Kubernetes documentation, "Matching requests: matchConditions".
package struct MatchConditions: Sendable {
  private let conditions: [(name: String, compiled: Result<Program, CompileError>)]

  package enum Verdict: Equatable, Sendable {
    case matches
    /// A condition is false: errors of others do not matter.
    case excluded(condition: String)
    /// No condition is false, but some have no value: the failure policy decides.
    case failed(message: String)
  }

  /// - Parameter list: `nil` and the empty list match everything, at no cost.
  package init(_ list: Document?, hasParams: Bool = false) {
    let environment = Environment.admission(
      params: hasParams ? .dyn : nil, hasAuthorizer: true)
    conditions = (list ?? .emptyArray).elements.map { condition in
      let source = condition["expression"]?.string ?? ""
      return (condition["name"]?.string ?? "", environment.condition(source))
    }
  }

  package var isEmpty: Bool { conditions.isEmpty }

  /// Cost is bounded by the budget of match conditions, whatever the expressions are.
  package func verdict(_ input: AdmissionInput) -> Verdict {
    if conditions.isEmpty { return .matches }
    var budget = CostBudget.matchConditions
    let variables = input.variables
    var failures: [String] = []
    for condition in conditions {
      switch condition.compiled {
      case .failure(let error): failures.append("\(error)")
      case .success(let program):
        do throws(EvaluationError) {
          if case .bool(false) = try program.evaluate(variables, &budget) {
            return .excluded(condition: condition.name)
          }
        } catch {
          if error.isCostExceeded { return .failed(message: PolicyFailure.outOfBudget) }
          failures.append(PolicyFailure.message(error, program.source))
        }
      }
    }
    if failures.isEmpty { return .matches }
    return .failed(
      message: failures.count == 1 ? failures[0] : "[\(failures.joined(separator: ", "))]")
  }

  /// What is wrong with a list of conditions, as the validation of its owner tells it.
  /// - Parameter path: of the list: `webhooks[0].matchConditions`.
  package static func problems(_ list: Document?, hasParams: Bool = false, at path: String)
    -> [FieldError]
  {
    let environment = Environment.admission(params: hasParams ? .dyn : nil, hasAuthorizer: true)
    let conditions = (list ?? .emptyArray).elements.map { $0 }
    guard conditions.count <= conditionsMax else {
      return [.tooMany(path, count: conditions.count, max: conditionsMax)]
    }
    var problems: [FieldError] = []
    var names: Set<String> = []
    for (position, condition) in conditions.enumerated() {
      let place = "\(path)[\(position)]"
      let name = condition["name"]?.string ?? ""
      if name.isEmpty {
        problems.append(.required("\(place).name"))
      } else {
        if let problem = NamedFormat(name: "qualifiedName").problems(name).first {
          problems.append(.invalid("\(place).name", condition["name"], problem))
        }
        if !names.insert(name).inserted {
          problems.append(.duplicate("\(place).name", condition["name"]))
        }
      }
      problems += environment.problems(
        condition["expression"], at: "\(place).expression", results: [.bool])
    }
    return problems
  }

  /// Source: upstream's limit of match conditions.
  private static let conditionsMax = 64
}

extension Environment {
  /// Compiles an expression that decides.
  func condition(_ source: String) -> Result<Program, CompileError> {
    do throws(CompileError) {
      let program = try compile(source, results: [.bool])
      guard !program.isResultWrong else {
        return .failure(
          CompileError("must evaluate to bool but got \(program.resultType)", source))
      }
      return .success(program)
    } catch {
      return .failure(CompileError("compilation failed: \(error)", source))
    }
  }

  /// What is wrong with an expression that has to be there.
  package func problems(_ expression: Document?, at path: String, results: [CELType])
    -> [FieldError]
  {
    let source = expression?.string ?? ""
    guard source.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      return [.required(path)]
    }
    do throws(CompileError) {
      let program = try compile(source, results: results)
      guard program.isResultWrong else { return [] }
      let wanted = results.map(\.description)
      let words = wanted.count == 1 ? wanted[0] : "one of [\(wanted.joined(separator: " "))]"
      return [
        .invalid(path, expression, "must evaluate to \(words) but got \(program.resultType)")
      ]
    } catch {
      return [.invalid(path, expression, "compilation failed: \(error)")]
    }
  }
}

/// How failures of expressions are told.
enum PolicyFailure {
  static let outOfBudget =
    "validation failed due to running out of cost budget, no further validation rules will be run"

  static func message(_ error: EvaluationError, _ source: String) -> String {
    "expression '\(source)' resulted in error: \(error)"
  }
}
