import Foundations

/// The rules of requests and limits.
enum ResourceValidation {
  static func errors(_ resources: Document?, at path: String) -> [FieldError] {
    guard let resources else { return [] }
    var errors: [FieldError] = []
    let limits = amounts(resources["limits"], at: "\(path).limits", &errors)
    let requests = amounts(resources["requests"], at: "\(path).requests", &errors)
    let names = Set(limits.keys).union(requests.keys)
    if names.contains(where: { $0.hasPrefix("hugepages-") }),
      names.isDisjoint(with: ["cpu", "memory"])
    {
      errors.append(.forbidden(path, "HugePages require cpu or memory"))
    }
    for (name, request) in requests.sorted(by: { $0.key < $1.key }) {
      if let limit = limits[name] {
        if request > limit {
          errors.append(
            .invalid(
              "\(path).requests", Document(request.description),
              "must be less than or equal to \(name) limit of \(limit)"))
        } else if request != limit && !isOvercommittable(name) {
          errors.append(
            .invalid(
              "\(path).requests", Document(request.description),
              "must be equal to \(name) limit of \(limit)"))
        }
      } else if !isOvercommittable(name) {
        errors.append(
          .required("\(path).limits", "Limit must be set for non overcommitable resources"))
      }
    }
    return errors
  }

  /// Devices and huge pages are given out whole; the rest may be promised more than once.
  private static func isOvercommittable(_ name: String) -> Bool {
    !name.hasPrefix("hugepages-") && (!name.contains("/") || name.contains("kubernetes.io/"))
  }

  private static func isStandard(_ name: String) -> Bool {
    ["cpu", "memory", "ephemeral-storage"].contains(name) || name.hasPrefix("hugepages-")
  }

  private static func amounts(_ list: Document?, at path: String, _ errors: inout [FieldError])
    -> [String: Quantity]
  {
    guard let list else { return [:] }
    var amounts: [String: Quantity] = [:]
    for (name, value) in list.members {
      let place = "\(path)[\(name)]"
      errors += ObjectName.problems(qualifiedName: name).map {
        .invalid(place, Document(name), $0)
      }
      if !name.contains("/") && !isStandard(name) {
        errors.append(
          .invalid(place, Document(name), "must be a standard resource type or fully qualified"))
        errors.append(
          .invalid(place, Document(name), "must be a standard resource for containers"))
      }
      guard let text = value.string, let amount = try? Quantity(parsing: text) else { continue }
      if amount.isNegative {
        errors.append(.invalid(place, value, "must be greater than or equal to 0"))
      }
      if !isOvercommittable(name), name.contains("/"), amount.milliValue % 1000 != 0 {
        errors.append(.invalid(place, value, "must be an integer"))
      }
      amounts[name] = amount
    }
    return amounts
  }
}
