import CEL
import Resources

/// The mutating policies that are about one write, run in turn, and once more those that wish it where
/// others changed the object after them. A value: it is told what happens.
/// Source: admissionregistration/v1 MutatingAdmissionPolicySpec, `reinvocationPolicy`.
struct PolicyRound: Sendable {
  private let policies: MutatingPolicies
  private let write: AdmissionWrite
  private let plan: MutatingPolicies.Plan
  /// Whether the object is another one than before.
  private(set) var isChanged = false
  private var reinvocation = Reinvocation<MutatingPolicies.Invocation.Identity>()
  private var output: Document?

  init(policies: MutatingPolicies, write: AdmissionWrite, plan: MutatingPolicies.Plan) {
    self.policies = policies
    self.write = write
    self.plan = plan
  }

  /// - Parameters:
  ///   - object: as the write's client speaks of it.
  ///   - completion: `nil` where nothing can be changed.
  /// - Throws: 403 where a policy has no answer and says that this matters.
  mutating func run(_ object: Document, _ completion: AdmissionWebhooks.Completion?)
    throws(APIError) -> Document
  {
    try run(plan.invocations, plan.problems, object, completion)
  }

  /// - Parameter object: what the server's own plugins, and webhooks, made of the first run's.
  mutating func runAgain(_ object: Document, _ completion: AdmissionWebhooks.Completion?)
    throws(APIError) -> Document
  {
    if object != output { reinvocation.wasChanged() }
    guard reinvocation.isAnyDue else { return object }
    let plan = try policies.plan(object, write)
    let due = plan.invocations.filter { reinvocation.isDue($0.identity) }
    return try run(due, plan.problems, object, completion)
  }

  private mutating func run(
    _ invocations: [MutatingPolicies.Invocation], _ known: [PolicyProblem], _ object: Document,
    _ completion: AdmissionWebhooks.Completion?
  ) throws(APIError) -> Document {
    var problems = known
    var result = object
    for invocation in invocations {
      let before = result
      switch invocation.policy.verdict(input(result, invocation)) {
      case .excluded: continue
      case .failed(let message):
        problems += problem(message, invocation)
        continue
      case .matches:
        for position in invocation.policy.positions {
          switch step(by: position, invocation, result) {
          case .unchanged: break
          case .failed(let message): problems += problem(message, invocation)
          case .changed(let patched):
            result = try complete(patched, result, invocation, completion)
          }
        }
      }
      if result != before {
        isChanged = true
        reinvocation.wasChanged()
      }
      if invocation.policy.isReinvocable { reinvocation.wasAsked(invocation.identity) }
    }
    output = result
    if let refusal = PolicyProblem.refusal(problems, of: write) { throw refusal }
    return result
  }

  private func input(_ object: Document, _ invocation: MutatingPolicies.Invocation)
    -> AdmissionInput
  {
    var input = policies.inputs.input(object, write, as: invocation.resource)
    input.params = invocation.param
    return input
  }

  private func problem(_ message: String, _ invocation: MutatingPolicies.Invocation)
    -> [PolicyProblem]
  {
    if invocation.policy.ignoresFailure { return [] }
    return [
      PolicyProblem(
        policy: invocation.policy.name, binding: invocation.binding, message: message,
        reason: .invalid)
    ]
  }

  // MARK: Changes

  /// What one mutation makes of the object.
  private enum Step {
    case unchanged
    case changed(Document)
    /// The failure policy decides.
    case failed(String)
  }

  private func step(
    by position: Int, _ invocation: MutatingPolicies.Invocation, _ object: Document
  ) -> Step {
    let change: MutatingPolicy.Change
    do throws(MutatingPolicy.Failure) {
      change = try invocation.policy.change(by: position, input(object, invocation))
    } catch {
      return .failed(error.message)
    }
    let told = write.converted(object, to: invocation.resource)
    let patched: Document
    switch change {
    case .configuration(let part):
      do throws(StructuredMerge.Problem) {
        patched = try StructuredMerge(type: type(invocation.resource)).merged(part, into: told)
      } catch {
        return .failed("error applying patch: \(error)")
      }
    case .patch(let patch):
      do throws(PatchError) {
        patched = try patch.applied(to: told)
      } catch {
        if case .testFailed = error { return .unchanged }
        return .failed("JSON Patch: \(error)")
      }
    }
    return patched == told ? .unchanged : .changed(write.converted(patched, to: write.resource))
  }

  /// Of the objects that a policy sees.
  private func type(_ resource: ResourceType) -> SchemaType? {
    if write.kind == nil, let version = write.versions?.version(resource.apiVersion) {
      return version.type
    }
    return Schema.builtin.type(
      of: write.kind
        ?? GroupVersionKind(
          group: resource.group, version: resource.version, kind: resource.kind))
  }

  private func complete(
    _ patched: Document, _ before: Document, _ invocation: MutatingPolicies.Invocation,
    _ completion: AdmissionWebhooks.Completion?
  ) throws(APIError) -> Document {
    guard let completion else {
      throw .internalError(
        "policy '\(invocation.policy.name)' with binding '\(invocation.binding)' attempted to "
          + "modify the object, which is not supported for this operation")
    }
    return try completion.complete(patched, before, .strict)
  }
}

extension PolicyProblem {
  /// The answer to a write that policies have no answer to; `nil` without problems.
  fileprivate static func refusal(_ problems: [PolicyProblem], of write: AdmissionWrite)
    -> APIError?
  {
    guard let first = problems.first else { return nil }
    var error = APIError.forbidden(write.resource, write.name, "")
    error.message = first.description
    if let reason = first.reason { error.reason = reason }
    error.details.causes = problems.map {
      APIError.Cause(reason: "", message: $0.description, field: "")
    }
    return error
  }
}
