package import Resources

/// A ValidatingAdmissionPolicy, compiled. Pure: the same request gives the same decisions.
/// Source: Kubernetes documentation, "Validating Admission Policy".
package struct ValidatingPolicy: Sendable {
  package var name: String { frame.name }
  package var ignoresFailure: Bool { frame.ignoresFailure }
  /// What kind its parameters are of; `nil` where it takes none.
  package var paramKind: GroupVersionKind? { frame.paramKind }
  private let frame: PolicyFrame
  private let validations: [Validation]
  private let annotations: [(key: String, compiled: Result<Program, CompileError>)]

  private struct Validation: Sendable {
    let source: String
    let message: String
    let reason: String
    let compiled: Result<Program, CompileError>
    let messageProgram: Program?
  }

  /// What a policy says against a request.
  package struct Refusal: Equatable, Sendable {
    /// Which of the policy's validations; `nil` for the policy as a whole.
    package var position: Int?
    package var message: String
    /// A reason of `Status`.
    package var reason: String

    package init(position: Int? = nil, message: String, reason: String = "Invalid") {
      self.position = position
      self.message = message
      self.reason = reason
    }
  }

  package struct Outcome: Equatable, Sendable {
    package var refusals: [Refusal] = []
    /// For the audit log, by key.
    package var auditAnnotations: [String: String] = [:]
  }

  package init(_ policy: Document) {
    let spec = policy["spec"] ?? .emptyObject
    let environment: Environment
    (frame, environment) = PolicyFrame.compile(policy)
    validations = (spec["validations"] ?? .emptyArray).elements.map {
      Self.validation($0, environment)
    }
    annotations = (spec["auditAnnotations"] ?? .emptyArray).elements.map { annotation in
      let source = annotation["valueExpression"]?.string ?? ""
      do throws(CompileError) {
        return (annotation["key"]?.string ?? "", .success(try environment.compile(source)))
      } catch {
        return (annotation["key"]?.string ?? "", .failure(error))
      }
    }
  }

  private static func validation(_ validation: Document, _ environment: Environment) -> Validation {
    let source = validation["expression"]?.string ?? ""
    var messageProgram: Program?
    if let expression = validation["messageExpression"]?.string, !expression.isEmpty {
      // One that does not compile gives way to the fixed message; its own validation tells of it.
      messageProgram = try? environment.compile(expression)
    }
    return Validation(
      source: source, message: validation["message"]?.string ?? "",
      reason: validation["reason"]?.string ?? "Invalid", compiled: environment.condition(source),
      messageProgram: messageProgram)
  }

  /// Decides about a request. Cost is bounded by the budget of one object.
  package func outcome(_ input: AdmissionInput) -> Outcome {
    var outcome = Outcome()
    switch frame.conditions.verdict(input) {
    case .excluded: return outcome
    case .failed(let message):
      fail(message, at: nil, &outcome)
      return outcome
    case .matches: break
    }
    let bindings = frame.bindings(input)
    var budget = CostBudget.object
    for (position, validation) in validations.enumerated() {
      do throws(EvaluationError) {
        switch validation.compiled {
        case .failure(let error): fail("\(error)", at: position, &outcome)
        case .success(let program):
          if try program.evaluate(bindings, &budget).isTrue { continue }
          outcome.refusals.append(
            Refusal(
              position: position, message: message(of: validation, bindings, &budget),
              reason: validation.reason))
        }
      } catch {
        if error.isCostExceeded {
          fail(PolicyFailure.outOfBudget, at: nil, &outcome)
          return outcome
        }
        fail(PolicyFailure.message(error, validation.source), at: position, &outcome)
      }
    }
    annotate(bindings, &outcome)
    return outcome
  }

  private func fail(_ message: String, at position: Int?, _ outcome: inout Outcome) {
    if ignoresFailure { return }
    outcome.refusals.append(Refusal(position: position, message: message, reason: "Invalid"))
  }

  private func message(
    of validation: Validation, _ bindings: [String: Value], _ budget: inout CostBudget
  ) -> String {
    if let program = validation.messageProgram {
      do throws(EvaluationError) {
        if case .string(let text) = try program.evaluate(bindings, &budget),
          let message = PolicyMessage.trimmed(text)
        {
          return message
        }
      } catch {
        // A message that cannot be made gives way to the fixed one, as upstream.
        return Self.fixedMessage(validation)
      }
    }
    return Self.fixedMessage(validation)
  }

  private static func fixedMessage(_ validation: Validation) -> String {
    PolicyMessage.stripped(validation.message)
      ?? "failed expression: \(PolicyMessage.stripped(validation.source) ?? "")"
  }

  private func annotate(_ bindings: [String: Value], _ outcome: inout Outcome) {
    var budget = CostBudget.object
    for annotation in annotations {
      do throws(EvaluationError) {
        switch annotation.compiled {
        case .failure(let error): fail("compilation failed: \(error)", at: nil, &outcome)
        case .success(let program):
          switch try program.evaluate(bindings, &budget) {
          case .null: break
          case .string(let text):
            if let value = PolicyMessage.stripped(text) {
              outcome.auditAnnotations[annotation.key] = value
            }
          case let value:
            fail(
              "valueExpression '\(program.source)' resulted in unsupported return type: "
                + "\(value.typeName). Return type must be either string or null.", at: nil,
              &outcome)
          }
        }
      } catch {
        fail("\(error)", at: nil, &outcome)
      }
    }
  }
}
