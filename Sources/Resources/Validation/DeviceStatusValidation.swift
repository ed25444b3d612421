/// The rules of what is written to the status of claims of devices and of rules that taint them: who
/// may use what was allocated, and what drivers tell of it.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `ResourceClaimStatus`; upstream's messages.
enum DeviceStatusValidation {
  private static let usersMax = 256
  private static let conditionsMax = 8

  static func errors(_ new: Document, replacing old: Document, kind: String) -> [FieldError] {
    switch kind {
    case "ResourceClaim": claimErrors(new, old)
    case "DeviceTaintRule":
      conditionErrors(new[path: "status", "conditions"], at: "status.conditions")
    default: []
    }
  }

  private static func claimErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let status = new["status"] ?? .emptyObject
    let allocation = status["allocation"]
    let former = old[path: "status", "allocation"]
    let names = DeviceRequestNames(new[path: "spec", "devices"])
    var errors = userErrors(new, old)
    let allocated = Set(
      (allocation?[path: "devices", "results"] ?? .emptyArray).elements.map(
        AllocatedDeviceRule.key.of)
    )
    errors += ListRule.set(status["devices"], at: "status.devices", by: AllocatedDeviceRule.key) {
      AllocatedDeviceRule.errors($0, allocated, at: $1)
    }
    // What was allocated before was held to the rules of its time.
    guard let allocation, !Document.haveSameMeaning(allocation, former) else { return errors }
    if former != nil {
      return errors + [.invalid("status.allocation", allocation, "field is immutable")]
    }
    return errors + DeviceAllocationValidation.errors(allocation, names, at: "status.allocation")
  }

  // MARK: Users

  private static func userErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let path = "status.reservedFor"
    let users = new[path: "status", "reservedFor"] ?? .emptyArray
    let errors = ListRule.set(users, max: usersMax, at: path, by: .member("uid")) {
      user, place in
      ["resource", "name", "uid"].filter { user[$0]?.string?.isEmpty ?? true }
        .map { .required("\(place).\($0)") }
    }
    if users.isEmpty { return errors }
    if new[path: "status", "allocation"] == nil {
      return errors + [.forbidden(path, "may not be specified when `allocated` is not set")]
    }
    let former = Set((old[path: "status", "reservedFor"] ?? .emptyArray).elements)
    let isGoing = new[path: "metadata", "deletionTimestamp"] != nil
    guard isGoing, users.elements.contains(where: { !former.contains($0) }) else { return errors }
    return errors + [
      .forbidden(
        path,
        "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set")
    ]
  }

  static func conditionErrors(_ conditions: Document?, at path: String) -> [FieldError] {
    let count = conditions?.count ?? 0
    return (count > conditionsMax ? [.tooMany(path, count: count, max: conditionsMax)] : [])
      + ConditionValidation.errors(conditions, at: path)
  }
}
