import Foundations

/// The rules of requests and limits.
/// Source: Kubernetes documentation, "Resource Management for Pods and Containers"; upstream's
/// messages.
enum ResourceValidation {
  /// - Parameter claims: the pod's claims of devices.
  static func errors(_ resources: Document?, claims: Document?, at path: String) -> [FieldError] {
    guard let resources else { return [] }
    return amountErrors(resources, at: path, ResourceNameRule.containerErrors(_:at:))
      + PodClaimValidation.useErrors(resources["claims"], of: claims, at: "\(path).claims")
  }

  /// - Parameter nameErrors: what is wrong with the name of a resource, at a place.
  static func amountErrors(
    _ resources: Document, at path: String, _ nameErrors: (String, String) -> [FieldError]
  ) -> [FieldError] {
    var errors: [FieldError] = []
    for part in ["limits", "requests"] {
      for (name, value) in (resources[part] ?? .emptyObject).members {
        let place = "\(path).\(part)[\(name)]"
        errors += nameErrors(name, place) + QuotaValidation.amountErrors(name, value, at: place)
        errors += pageErrors(name, value, at: place)
      }
    }
    let limits = ResourceList(resources["limits"])
    let requests = ResourceList(resources["requests"])
    for (name, request) in requests.amounts.sorted(by: { $0.key < $1.key }) {
      errors += bound(request, by: limits.amounts[name], name, at: path)
    }
    let names = limits.names.union(requests.names)
    if names.contains(where: ResourceNameRule.isPages), names.isDisjoint(with: ["cpu", "memory"]) {
      errors.append(.forbidden(path, "HugePages require cpu or memory"))
    }
    return errors
  }

  /// A request stays within its limit; what is given out whole has both, and the same.
  private static func bound(
    _ request: Quantity, by limit: Quantity?, _ name: String, at path: String
  ) -> [FieldError] {
    let isWhole = !ResourceNameRule.isOvercommittable(name)
    guard let limit else {
      guard isWhole else { return [] }
      return [.required("\(path).limits", "Limit must be set for non overcommitable resources")]
    }
    let relation: String
    if isWhole, request != limit {
      relation = "equal to"
    } else if request > limit {
      relation = "less than or equal to"
    } else {
      return []
    }
    return [
      .invalid(
        "\(path).requests", Document(request.description),
        "must be \(relation) \(name) limit of \(limit)")
    ]
  }

  /// Huge pages come in pages of the size that they are named after.
  private static func pageErrors(_ name: String, _ value: Document, at path: String)
    -> [FieldError]
  {
    guard ResourceNameRule.isPages(name), let text = value.string,
      let amount = try? Quantity(parsing: text)  // else the schema has refused it
    else { return [] }
    let size = try? Quantity(parsing: String(name.dropFirst("hugepages-".count)))
    if let bytes = amount.exactInt, let page = size?.exactInt, bytes > 0, page > 0,
      bytes % page == 0
    {
      return []
    }
    return [.invalid(path, value, "\(amount) is not positive integer multiple of \(name)")]
  }
}
