import CEL
import Resources

/// An expression of a file of the server's configuration: over the claims of a token, the user that
/// was made of them, or a question of access. Pure.
struct ConfiguredExpression: Sendable {
  private let program: Program

  /// `claims`, a map.
  static let ofClaims = Environment(variables: ["claims": .map(.string, .dyn)])
  /// `user`, with the fields of authentication/v1 UserInfo.
  static let ofUser = Environment(variables: [
    "user": .object(
      CELType.ObjectType("kubernetes.UserInfo") { name in
        switch name {
        case "username", "uid": .string
        case "groups": .list(.string)
        case "extra": .map(.string, .list(.string))
        default: nil
        }
      })
  ])

  /// What is wrong with it goes to `errors`.
  init?(
    _ source: String, in environment: Environment, results: [CELType], at path: String,
    _ errors: inout [FieldError]
  ) {
    let problems = environment.problems(Document(source), at: path, results: results)
    guard problems.isEmpty else {
      errors += problems
      return nil
    }
    do throws(CompileError) { program = try environment.compile(source) } catch {
      errors.append(.invalid(path, Document(source), "\(error)"))
      return nil
    }
  }

  var source: String { program.source }

  /// Whether it reads a claim of that name, however it writes it.
  func reads(claim name: String) -> Bool { program.selects(name, of: "claims") }

  func value(_ variables: [String: Value], _ budget: inout CostBudget) throws(ClaimProblem) -> Value
  {
    do throws(EvaluationError) { return try program.evaluate(variables, &budget) } catch {
      throw ClaimProblem("expression '\(program.source)' resulted in error: \(error)")
    }
  }

  /// What names people and groups is a string.
  func text(_ variables: [String: Value], _ budget: inout CostBudget) throws(ClaimProblem) -> String
  {
    guard case .string(let text) = try value(variables, &budget) else {
      throw ClaimProblem("expression '\(source)' must return a string")
    }
    return text
  }

  /// A string or a list of strings; empty ones and null give none.
  func texts(_ variables: [String: Value], _ budget: inout CostBudget) throws(ClaimProblem)
    -> [String]
  {
    let value = try value(variables, &budget)
    if case .null = value { return [] }
    var texts: [String] = []
    for element in value.elements ?? [value] {
      guard case .string(let text) = element else {
        throw ClaimProblem("expression '\(source)' must return a string or a list of strings")
      }
      if !text.isEmpty { texts.append(text) }
    }
    return texts
  }
}

/// Why claims make no user, or an expression has no value. For the log: it may name claims, and
/// quotes no token.
struct ClaimProblem: Error, Equatable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
