import Foundations

/// The rules of what is told of a claim's volume while it grows.
/// Source: Kubernetes API reference, "PersistentVolumeClaimStatus"; upstream's messages.
enum ClaimStatusValidation {
  private static let resizeStates = [
    "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizePending",
    "NodeResizeInProgress", "NodeResizeInfeasible",
  ]

  static func errors(_ status: Document) -> [FieldError] {
    var errors = (status["capacity"] ?? .emptyObject).members.flatMap { name, amount in
      signErrors(amount, at: "status.capacity[\(name)]", "must be a valid resource quantity")
    }
    var place = "status.allocatedResourceStatuses"
    for (name, state) in (status["allocatedResourceStatuses"] ?? .emptyObject).members {
      errors += nameErrors(name, at: place)
      if !resizeStates.contains(state.string ?? "") {
        errors.append(.notSupported(place, name, resizeStates.sorted()))
      }
    }
    place = "status.allocatedResources"
    for (name, amount) in (status["allocatedResources"] ?? .emptyObject).members {
      let problems = nameErrors(name, at: place)
      errors += problems
      if problems.isEmpty {
        errors += signErrors(amount, at: "\(place)[\(name)]", "must be a valid resource quantity")
      }
    }
    return errors
  }

  /// A plain name is `storage`; drivers may have names of their own.
  private static func nameErrors(_ name: String, at path: String) -> [FieldError] {
    let problems = ObjectName.problems(qualifiedName: name)
    if !problems.isEmpty { return problems.map { .invalid(path, Document(name), $0) } }
    let isPlain = !name.contains("/") || name.contains("kubernetes.io/")
    return isPlain && name != "storage" ? [.notSupported(path, name, ["storage"])] : []
  }

  private static func signErrors(_ amount: Document, at path: String, _ detail: String)
    -> [FieldError]
  {
    guard let quantity = amount.string.flatMap({ try? Quantity(parsing: $0) }),
      quantity.isNegative
    else { return [] }
    return [.invalid(path, amount, detail)]
  }
}
