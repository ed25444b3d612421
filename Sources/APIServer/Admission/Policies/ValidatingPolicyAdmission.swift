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
  private let policies: BoundPolicies?
  private let params: PolicyParams
  private let authorizer: any Authorizer
  private let reader: CacheReader

  package var stage: AdmissionStage { .validating }

  init(reader: CacheReader, catalog: ResourceCatalog, authorizer: any Authorizer) {
    func cache(_ plural: String) -> WatchCache? {
      catalog.resource("admissionregistration.k8s.io", "v1", plural).flatMap {
        reader.cache($0.resourceType)
      }
    }
    if let policies = cache("validatingadmissionpolicies"),
      let bindings = cache("validatingadmissionpolicybindings")
    {
      self.policies = BoundPolicies(policies: policies, bindings: bindings)
    } else {
      policies = nil
    }
    params = PolicyParams(catalog: catalog, reader: reader)
    self.authorizer = authorizer
    self.reader = reader
  }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard let bound = try policies?.all() else { return }
    if bound.isEmpty || WebhookMatch.isExempt(write.resource) { return }
    let new: Document? = write.operation == .delete ? nil : object
    let reader = reader
    let match = WebhookMatch(write: write) { name in
      reader.object(.namespaces, "", name).map { $0[path: "metadata", "labels"] ?? .emptyObject }
    }
    var input: AdmissionInput?
    for policy in bound where try policy.resources.contains(match, new) {
      for binding in policy.bindings where try binding.resources.contains(match, new) {
        let known = input ?? self.input(new, write)
        input = known
        try apply(policy.policy, binding, known, write)
      }
    }
  }

  private func input(_ object: Document?, _ write: AdmissionWrite) -> AdmissionInput {
    var input = AdmissionInput(object, write, authorizer)
    if write.resource != .namespaces, let namespace = write.namespace {
      input.namespaceObject = reader.object(.namespaces, "", namespace)
    }
    return input
  }

  private func apply(
    _ policy: ValidatingPolicy, _ binding: PolicyBinding, _ input: AdmissionInput,
    _ write: AdmissionWrite
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
      for refused in policy.outcome(input).refusals {
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
