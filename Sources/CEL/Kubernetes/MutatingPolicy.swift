package import Resources

/// A MutatingAdmissionPolicy, compiled. Pure: the same request gives the same changes.
/// Source: Kubernetes documentation, "Mutating Admission Policy".
package struct MutatingPolicy: Sendable {
  package var name: String { frame.name }
  package var ignoresFailure: Bool { frame.ignoresFailure }
  /// What kind its parameters are of; `nil` where it takes none.
  package var paramKind: GroupVersionKind? { frame.paramKind }
  /// Whether it is asked again where others changed the object after it.
  package let isReinvocable: Bool
  private let frame: PolicyFrame
  private let mutations: [Mutation]

  private struct Mutation: Sendable {
    let isPatch: Bool
    let compiled: Result<Program, CompileError>
  }

  /// What one mutation wants of an object.
  package enum Change: Sendable {
    /// A part of the object, to be merged into it.
    case configuration(Document)
    case patch(JSONPatch)
  }

  /// A mutation has no value: the failure policy decides.
  package struct Failure: Error, Equatable, Sendable {
    package let message: String
  }

  static let objectType = CELType.opaque("Object")
  static let patchType = CELType.list(.opaque("JSONPatch"))

  package init(_ policy: Document) {
    let spec = policy["spec"] ?? .emptyObject
    let environment: Environment
    (frame, environment) = PolicyFrame.compile(policy, mutates: true)
    isReinvocable = spec["reinvocationPolicy"]?.string == "IfNeeded"
    mutations = (spec["mutations"] ?? .emptyArray).elements.map { mutation in
      let isPatch = mutation["patchType"]?.string == "JSONPatch"
      let source = mutation[isPatch ? "jsonPatch" : "applyConfiguration"]?["expression"]?.string
      return Mutation(
        isPatch: isPatch,
        compiled: environment.mutation(source ?? "", isPatch ? Self.patchType : Self.objectType))
    }
  }

  /// The policy's mutations, in order.
  package var positions: Range<Int> { mutations.indices }

  /// Whether the policy wants to change the object at all. Cost is bounded by the budget of match
  /// conditions.
  package func verdict(_ input: AdmissionInput) -> MatchConditions.Verdict {
    frame.conditions.verdict(input)
  }

  /// What one mutation wants of the object as it is. Cost is bounded by the budget of one object.
  package func change(by position: Int, _ input: AdmissionInput) throws(Failure) -> Change {
    let mutation = mutations[position]
    let value: Value
    switch mutation.compiled {
    case .failure(let error): throw Failure(message: "\(error)")
    case .success(let program):
      var budget = CostBudget.object
      do throws(EvaluationError) {
        value = try program.evaluate(frame.bindings(input), &budget)
      } catch {
        throw Failure(message: PolicyFailure.message(error, program.source))
      }
    }
    return mutation.isPatch
      ? .patch(try MutationValue.patch(value))
      : .configuration(try MutationValue.configuration(value))
  }
}

extension Environment {
  /// Compiles an expression that builds something.
  fileprivate func mutation(_ source: String, _ type: CELType) -> Result<Program, CompileError> {
    do throws(CompileError) {
      let program = try compile(source, results: [type])
      guard program.isResultWrong else { return .success(program) }
      return .failure(
        CompileError("must evaluate to \(type) but got \(program.resultType)", source))
    } catch {
      return .failure(CompileError("compilation failed: \(error)", source))
    }
  }
}
