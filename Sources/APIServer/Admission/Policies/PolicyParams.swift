import CEL
import Foundations
import Resources

/// Finds the parameters that a binding hands to its policy.
struct PolicyParams: Sendable {
  let catalog: ResourceCatalog
  let reader: CacheReader

  /// Why there are none, as upstream tells it.
  struct Problem: Error {
    let message: String
  }

  /// One evaluation for each: `[nil]` where the policy takes none, `[]` where there are none and
  /// that is allowed.
  func params(of policy: ValidatingPolicy, _ binding: PolicyBinding, namespace: String?)
    throws(Problem) -> [Document?]
  {
    guard let kind = policy.paramKind else { return [nil] }
    guard let reference = binding.params else { return [nil] }
    guard let definition = catalog.resource(of: kind), reader.cache(definition.resourceType) != nil
    else {
      throw Problem(message: "failed to find resource referenced by paramKind: '\(kind)'")
    }
    let type = definition.resourceType
    var place: String?
    if type.isNamespaced {
      guard let found = reference.namespace ?? namespace, !found.isEmpty else {
        throw Problem(
          message: "cannot use namespaced paramRef in policy binding that matches cluster-scoped "
            + "resources")
      }
      place = found
    } else if reference.namespace != nil {
      throw Problem(
        message: "paramRef.namespace must not be provided for a cluster-scoped paramKind")
    }
    let found: [Document]
    if let selector = reference.selector {
      found = reader.objects(type, in: place).filter { object in
        let labels = object[path: "metadata", "labels"]
        return selector.matches { labels?[$0]?.string }
      }
    } else {
      found = reader.object(type, place ?? "", reference.name).map { [$0] } ?? []
    }
    if found.isEmpty, !reference.allowsMissing {
      throw Problem(
        message: "no params found for policy binding with `Deny` parameterNotFoundAction")
    }
    return found
  }
}
