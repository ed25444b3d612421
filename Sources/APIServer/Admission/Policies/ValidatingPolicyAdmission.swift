import CEL
import Foundations
package import Resources
import Store

/// Refuses what the cluster's ValidatingAdmissionPolicies refuse, where a binding puts them to use.
///
/// Costs one look at an empty snapshot where there is no policy. Expressions run on the request's
/// event loop, within upstream's cost budgets.
/// Source: Kubernetes documentation, "Validating Admission Policy".
package struct ValidatingPolicyAdmission: AdmissionPlugin {
  /// `nil` where policies are not served.
  private let policies: BoundPolicies<ValidatingPolicy>?
  private let params: PolicyParams
  private let inputs: PolicyInputs

  package var stage: AdmissionStage { .validating }

  init(reader: CacheReader, registry: RegistryReference, authorizer: any Authorizer) {
    policies = BoundPolicies(
      policies: reader.cache(.admission("validatingadmissionpolicies")),
      bindings: reader.cache(.admission("validatingadmissionpolicybindings")))
    params = PolicyParams(registry: registry)
    inputs = PolicyInputs(reader: reader, authorizer: authorizer)
  }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard let bound = try policies?.all() else { return }
    if bound.isEmpty || WebhookMatch.isExempt(write.resource) { return }
    let (new, write) = write.seen(write.operation == .delete ? nil : object)
    let match = inputs.match(write)
    var notes = PolicyNotes()
    defer { if let audit = write.audit { notes.tell(audit) } }
    for policy in bound {
      guard let resource = try policy.resources.resource(of: match, new) else { continue }
      // One input for all bindings: what an expression looked at is taken apart once.
      var known: AdmissionInput?
      for binding in policy.bindings where try binding.resources.resource(of: match, new) != nil {
        let input = known ?? inputs.input(new, write, as: resource)
        known = input
        try apply(policy.policy, binding, input, write, &notes)
      }
    }
  }

  private func apply(
    _ policy: ValidatingPolicy, _ binding: PolicyBinding, _ input: AdmissionInput,
    _ write: AdmissionWrite, _ notes: inout PolicyNotes
  ) throws(APIError) {
    let found: [Document?]
    do throws(PolicyParams.Problem) {
      found = try params.params(of: policy, binding, namespace: write.namespace)
    } catch {
      if policy.ignoresFailure { return }
      throw refusal(
        .init(message: "failed to configure binding: \(error.message)"), policy, binding, write)
    }
    for param in found {
      var input = input
      input.params = param
      let outcome = policy.outcome(input)
      notes.add(outcome, policy.name)
      for refused in outcome.refusals {
        if binding.actions.contains("Audit") { notes.add(refused, policy.name, binding) }
        if binding.actions.contains("Deny") { throw refusal(refused, policy, binding, write) }
        if binding.actions.contains("Warn") {
          write.warnings?.add(
            "Validation failed for ValidatingAdmissionPolicy '\(policy.name)' with binding "
              + "'\(binding.name)': \(refused.message)")
        }
      }
    }
  }

  private func refusal(
    _ refused: ValidatingPolicy.Refusal, _ policy: ValidatingPolicy, _ binding: PolicyBinding,
    _ write: AdmissionWrite
  ) -> APIError {
    let message =
      "ValidatingAdmissionPolicy '\(policy.name)' with binding '\(binding.name)' denied request: "
      + refused.message
    var error = APIError.forbidden(write.resource, write.name, message)
    let (reason, code) = Self.status(refused.reason)
    error.reason = reason
    error.code = code
    error.details.causes = [APIError.Cause(reason: "", message: message, field: "")]
    return error
  }

  private static func status(_ reason: String) -> (APIError.Reason, Int) {
    switch reason {
    case "Forbidden": (.forbidden, 403)
    case "Unauthorized": (.unauthorized, 401)
    case "RequestEntityTooLarge": (.requestEntityTooLarge, 413)
    default: (.invalid, 422)
    }
  }
}
