import CEL
import Resources

/// What is asked of those who claim devices and describe them that the objects alone do not tell:
/// expressions that compile, and a namespace that lets its claims watch devices of others.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation", "Admin access"; upstream's
/// messages.
struct DeviceRules: Sendable {
  private static let adminLabel = "resource.kubernetes.io/admin-access"

  let namespace: @Sendable (_ name: String) -> Document?

  /// - Parameters:
  ///   - kind: one of `resource.k8s.io`; others than those below have no such rules.
  ///   - old: what is replaced. What a claim wishes is looked at once.
  func problems(
    _ new: Document, replacing old: Document?, kind: String, subresource: String?
  ) -> [FieldError] {
    switch (kind, subresource) {
    case ("ResourceClaim", nil) where old == nil:
      let spec = new["spec"]
      return adminProblems(new, requests: spec?[path: "devices", "requests"])
        + DeviceSelectorRules.claimProblems(spec, at: "spec")
    case ("ResourceClaim", "status"): return adminProblems(new, replacing: old)
    case ("ResourceClaimTemplate", nil):
      let spec = new[path: "spec", "spec"]
      let admin =
        old == nil ? adminProblems(new, requests: spec?[path: "devices", "requests"]) : []
      return admin + DeviceSelectorRules.claimProblems(spec, at: "spec.spec")
    case ("DeviceClass", nil):
      return DeviceSelectorRules.problems(new[path: "spec", "selectors"], at: "spec.selectors")
    default: return []
    }
  }

  // MARK: Admin access

  /// Upstream names this place for claims and templates alike.
  private func adminProblems(_ claim: Document, requests: Document?) -> [FieldError] {
    let wanted = (requests ?? .emptyArray).elements.enumerated().first {
      $0.element[path: "exactly", "adminAccess"]?.bool == true
    }
    return adminProblems(
      claim, at: wanted.map { "spec.devices.requests[\($0.offset)].adminAccess" })
  }

  private func adminProblems(_ claim: Document, replacing old: Document?) -> [FieldError] {
    // What was granted stays as it is.
    if let old, granted(old) != nil { return [] }
    return adminProblems(
      claim, at: granted(claim).map { "status.allocation.devices.results[\($0)].adminAccess" })
  }

  private func granted(_ claim: Document) -> Int? {
    let results = claim[path: "status", "allocation", "devices", "results"] ?? .emptyArray
    return results.elements.enumerated().first { $0.element["adminAccess"]?.bool == true }?.offset
  }

  /// - Parameter field: where it is asked for; `nil` where it is not.
  private func adminProblems(_ claim: Document, at field: String?) -> [FieldError] {
    let name = claim[path: "metadata", "namespace"]?.string ?? ""
    guard let field,
      namespace(name)?[path: "metadata", "labels", Self.adminLabel]?.string != "true"
    else { return [] }
    return [
      .forbidden(
        field,
        "admin access to devices requires the `\(Self.adminLabel): true` label on the containing "
          + "namespace")
    ]
  }
}
