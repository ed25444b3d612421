import Resources

/// One entry of `x-kubernetes-validations`, compiled.
struct SchemaRule: Sendable {
  let source: String
  let message: String
  let reason: String
  /// `.spec.x` or `[key].x`, relative to the place of the rule; empty for the place itself.
  let fieldPath: String
  let hasOptionalOldSelf: Bool
  let compiled: Result<Program, CompileError>
  let messageProgram: Program?
  /// What is wrong with the message expression.
  let messageProblem: CompileError?
  let usesOldSelf: Bool

  init(_ rule: Document, _ shape: ValueShape) {
    source = rule["rule"]?.string ?? ""
    message = rule["message"]?.string.flatMap(PolicyMessage.stripped) ?? ""
    reason = rule["reason"]?.string ?? ""
    fieldPath =
      rule["fieldPath"]?.string.flatMap { SchemaFieldPath($0, in: shape.schema)?.text } ?? ""
    hasOptionalOldSelf = rule["optionalOldSelf"]?.bool == true
    let environment = Self.environment(shape, hasOptionalOldSelf: hasOptionalOldSelf)
    do throws(CompileError) {
      let program = try environment.compile(source, results: [.bool])
      compiled =
        program.isResultWrong
        ? .failure(CompileError("cel expression must evaluate to a bool", source))
        : .success(program)
      usesOldSelf = program.mentions("oldSelf")
    } catch {
      compiled = .failure(error)
      usesOldSelf = false
    }
    guard let expression = rule["messageExpression"]?.string, !expression.isEmpty else {
      messageProgram = nil
      messageProblem = nil
      return
    }
    do throws(CompileError) {
      let program = try environment.compile(expression, results: [.string])
      messageProblem =
        program.isResultWrong
        ? CompileError("messageExpression must evaluate to a string", expression) : nil
      messageProgram = program.isResultWrong ? nil : program
    } catch {
      messageProgram = nil
      messageProblem = error
    }
  }

  /// What rules may name.
  static func environment(_ shape: ValueShape, hasOptionalOldSelf: Bool) -> Environment {
    let type = CELType(shape)
    return Environment(variables: [
      "self": type, "oldSelf": hasOptionalOldSelf ? .optional(type) : type,
    ])
  }
}

extension CompileError {
  /// An expression that compiles, but to nothing that serves.
  package init(_ message: String, _ source: String) {
    self.init(issues: [], source: source, summary: message)
  }
}
