import Foundations

/// The rules of persistent volume claims and storage classes.
/// Source: Kubernetes documentation, "Persistent Volumes", "Storage Classes"; upstream's messages.
enum StorageValidation {
  static func claimErrors(_ claim: Document) -> [FieldError] {
    guard let spec = claim["spec"] else { return [.required("spec")] }
    var errors = SelectorValidation.errors(spec["selector"], at: "spec.selector")
    let modes = spec["accessModes"] ?? .emptyArray
    if modes.isEmpty {
      errors.append(.required("spec.accessModes", "at least 1 access mode is required"))
    }
    if modes.count > 1, modes.elements.contains(where: { $0.string == "ReadWriteOncePod" }) {
      errors.append(
        .forbidden(
          "spec.accessModes",
          "may not use ReadWriteOncePod with other access modes"))
    }
    let place = "spec.resources[storage]"
    if let storage = spec[path: "resources", "requests", "storage"] {
      let amount = storage.string.flatMap { try? Quantity(parsing: $0) }
      if let amount, amount <= .zero {
        errors.append(.invalid(place, storage, "must be greater than zero"))
      }
    } else {
      errors.append(.required(place))
    }
    return errors
  }

  /// A bound claim may grow; what it was made for stays. The volume's name comes with the binding.
  static func claimChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    func fixed(_ claim: Document, isBound: Bool) -> Document {
      var spec = claim["spec"] ?? .emptyObject
      if isBound {
        spec.set(nil, at: ["resources", "requests", "storage"])
        spec["volumeAttributesClassName"] = nil
      }
      if old[path: "spec", "volumeName"]?.string?.isEmpty ?? true { spec["volumeName"] = nil }
      return spec
    }
    let isBound = old[path: "status", "phase"]?.string == "Bound"
    var errors: [FieldError] = []
    if fixed(new, isBound: isBound) != fixed(old, isBound: isBound) {
      errors.append(
        .forbidden(
          "spec",
          "spec is immutable after creation except resources.requests and "
            + "volumeAttributesClassName for bound claims"))
    }
    let amounts = [new, old].map {
      ($0[path: "spec", "resources", "requests", "storage"]?.string)
        .flatMap { try? Quantity(parsing: $0) } ?? .zero
    }
    let reached = old[path: "status", "capacity", "storage"]?.string
      .flatMap { try? Quantity(parsing: $0) }
    if isBound, amounts[0] < amounts[1], reached.map({ amounts[0] < $0 }) ?? true {
      errors.append(
        .forbidden(
          "spec.resources.requests.storage",
          "field can not be less than status.capacity"))
    }
    return errors
  }

  static func classErrors(_ storage: Document) -> [FieldError] {
    let name = storage["provisioner"]?.string ?? ""
    if name.isEmpty { return [.required("provisioner")] }
    return ObjectName.problems(qualifiedName: name.lowercased()).map {
      .invalid("provisioner", storage["provisioner"], $0)
    }
  }
}
