import CEL
import Resources

/// The MutatingAdmissionPolicies of the cluster, where bindings put them to use.
///
/// Costs one look at an empty snapshot where there is no policy. Expressions run on the request's event
/// loop, within upstream's cost budgets.
/// Source: Kubernetes documentation, "Mutating Admission Policy".
struct MutatingPolicies: Sendable {
  private let policies: BoundPolicies<MutatingPolicy>
  private let params: PolicyParams
  let inputs: PolicyInputs

  /// - Returns: `nil` where policies are not served.
  init?(reader: CacheReader, registry: RegistryReference, authorizer: any Authorizer) {
    guard
      let bound = BoundPolicies<MutatingPolicy>(
        policies: reader.cache(.admission("mutatingadmissionpolicies")),
        bindings: reader.cache(.admission("mutatingadmissionpolicybindings")))
    else { return nil }
    policies = bound
    params = PolicyParams(registry: registry)
    inputs = PolicyInputs(reader: reader, authorizer: authorizer)
  }

  /// A policy put to use by one of its bindings, with one object of parameters.
  struct Invocation: Sendable {
    let policy: MutatingPolicy
    let binding: String
    /// The version of the resource that the policy is about.
    let resource: ResourceType
    let param: Document?

    struct Identity: Hashable, Sendable {
      let policy: String
      let binding: String
      let paramNamespace: String
      let paramName: String
    }

    var identity: Identity {
      let metadata = param?["metadata"]
      return Identity(
        policy: policy.name, binding: binding,
        paramNamespace: metadata?["namespace"]?.string ?? "",
        paramName: metadata?["name"]?.string ?? "")
    }
  }

  /// What is to be asked about a write, and what stands in the way.
  struct Plan: Sendable {
    var invocations: [Invocation] = []
    /// Of policies that do not ignore failures.
    var problems: [PolicyProblem] = []
  }

  /// - Parameters:
  ///   - object: as it stands now.
  ///   - write: as its client speaks of it.
  /// - Returns: `nil` where no policy is about the write.
  func round(_ object: Document, _ write: AdmissionWrite) throws(APIError) -> PolicyRound? {
    let plan = try plan(object, write)
    if plan.invocations.isEmpty && plan.problems.isEmpty { return nil }
    return PolicyRound(policies: self, write: write, plan: plan)
  }

  func plan(_ object: Document, _ write: AdmissionWrite) throws(APIError) -> Plan {
    var plan = Plan()
    let bound = try policies.all()
    if bound.isEmpty || write.operation == .delete || WebhookMatch.isExempt(write.resource) {
      return plan
    }
    let match = inputs.match(write)
    for policy in bound {
      do throws(APIError) {
        guard let resource = try policy.resources.resource(of: match, object) else { continue }
        for binding in policy.bindings
        where try binding.resources.resource(of: match, object) != nil {
          add(policy.policy, binding, resource, write, to: &plan)
        }
      } catch {
        plan.note(
          PolicyProblem(
            policy: policy.policy.name,
            message: "failed to configure policy: \(error.message)"), of: policy.policy)
      }
    }
    return plan
  }

  private func add(
    _ policy: MutatingPolicy, _ binding: PolicyBinding, _ resource: ResourceType,
    _ write: AdmissionWrite, to plan: inout Plan
  ) {
    do throws(PolicyParams.Problem) {
      for param in try params.params(of: policy, binding, namespace: write.namespace) {
        plan.invocations.append(
          Invocation(policy: policy, binding: binding.name, resource: resource, param: param))
      }
    } catch {
      plan.note(
        PolicyProblem(
          policy: policy.name, binding: binding.name,
          message: "failed to configure binding: \(error.message)"), of: policy)
    }
  }
}

extension MutatingPolicies.Plan {
  fileprivate mutating func note(_ problem: PolicyProblem, of policy: MutatingPolicy) {
    if !policy.ignoresFailure { problems.append(problem) }
  }
}

/// Why a policy has no answer to a write that it is about.
struct PolicyProblem: Equatable, Sendable {
  let policy: String
  /// `nil` where the policy as a whole is at fault.
  var binding: String?
  let message: String
  /// Of the answer; that of a refusal where `nil`.
  var reason: APIError.Reason?

  /// As upstream words it.
  var description: String {
    guard let binding else { return "policy \"\(policy)\" denied request: \(message)" }
    return "policy '\(policy)' with binding '\(binding)' denied request: \(message)"
  }
}
