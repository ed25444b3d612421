package import Resources

/// One entry of `x-kubernetes-validations`.
package struct SchemaRule: Sendable {
  let source: String
  let message: String
  let reason: String
  /// `.spec.x`, relative to the place of the rule; empty for the place itself.
  let fieldPath: String
  let hasOptionalOldSelf: Bool
  let compiled: Result<Program, CompileError>
  let messageProgram: Program?
  /// What is wrong with the message expression.
  let messageProblem: CompileError?
  let usesOldSelf: Bool

  init(_ rule: Document, _ shape: ValueShape) {
    source = rule["rule"]?.string ?? ""
    message = rule["message"]?.string ?? ""
    reason = rule["reason"]?.string ?? ""
    fieldPath = rule["fieldPath"]?.string ?? ""
    hasOptionalOldSelf = rule["optionalOldSelf"]?.bool == true
    let type = CELType(shape)
    let environment = Environment(variables: [
      "self": type, "oldSelf": hasOptionalOldSelf ? .optional(type) : type,
    ])
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

  /// What is wrong with a rule, for the validation of a CustomResourceDefinition.
  /// - Parameters:
  ///   - rule: an entry of `x-kubernetes-validations`.
  ///   - schema: the schema node that holds it.
  ///   - isRoot: whether the node is the whole object's.
  ///   - field: the path of the entry in the definition.
  package static func problems(
    _ rule: Document, in schema: Document, isRoot: Bool, at field: String
  ) -> [FieldError] {
    var schema = schema
    if isRoot { schema[ValueShape.rootMark] = true }
    let checked = SchemaRule(rule, ValueShape(schema))
    var problems: [FieldError] = []
    if case .failure(let error) = checked.compiled {
      problems.append(
        .invalid("\(field).rule", rule["rule"], "compilation failed: \(error.description)"))
    }
    if let error = checked.messageProblem {
      problems.append(
        .invalid(
          "\(field).messageExpression", rule["messageExpression"],
          "messageExpression compilation failed: \(error.description)"))
    }
    if checked.hasOptionalOldSelf, case .success = checked.compiled, !checked.usesOldSelf {
      problems.append(
        .invalid(
          "\(field).optionalOldSelf", rule["optionalOldSelf"],
          "may not be set if oldSelf is not used in rule"))
    }
    return problems
  }
}

extension CompileError {
  /// An expression that compiles, but to nothing that serves.
  package init(_ message: String, _ source: String) {
    self.init(issues: [], source: source, summary: message)
  }
}
