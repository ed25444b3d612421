import CEL
import Foundations
import Resources
import Store

/// Finds the parameters that a binding hands to its policy.
struct PolicyParams: Sendable {
  let registry: RegistryReference

  /// Why there are none, as upstream tells it.
  struct Problem: Error {
    let message: String
  }

  /// One evaluation for each: `[nil]` where the policy takes none, `[]` where there are none and
  /// that is allowed.
  func params(of policy: some AdmissionPolicy, _ binding: PolicyBinding, namespace: String?)
    throws(Problem) -> [Document?]
  {
    guard let kind = policy.paramKind else { return [nil] }
    guard let reference = binding.params else { return [nil] }
    guard let served = registry.registry?.resource(of: kind), let collection = served.collection
    else {
      throw Problem(message: "failed to find resource referenced by paramKind: '\(kind)'")
    }
    var place: String?
    if served.type.isNamespaced {
      guard let found = reference.namespace ?? namespace, !found.isEmpty else {
        throw Problem(
          message: "cannot use namespaced paramRef in policy binding that matches cluster-scoped "
            + "resources")
      }
      place = found
    } else if reference.namespace != nil {
      throw Problem(
        message: "paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
    }
    let found: [Document]
    if let selector = reference.selector {
      found = collection.cache.read().objects(in: place).map { collection.shown($0).document }
        .filter { object in
          let labels = object[path: "metadata", "labels"]
          return selector.matches { labels?[$0]?.string }
        }
    } else {
      found = collection.current(place, reference.name).map { [$0.document] } ?? []
    }
    if found.isEmpty, !reference.allowsMissing {
      throw Problem(
        message: "no params found for policy binding with `Deny` parameterNotFoundAction")
    }
    return found
  }
}
