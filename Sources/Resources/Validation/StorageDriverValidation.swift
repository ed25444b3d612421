import Foundations

/// The rules of what storage drivers tell of themselves: drivers, their nodes, their capacity.
/// Source: Kubernetes API reference, `storage.k8s.io/v1`; upstream's messages.
enum StorageDriverValidation {
  private static let lifecycleModes = ["Persistent", "Ephemeral"]
  private static let groupPolicies = ["File", "None", "ReadWriteOnceWithFSType"]
  /// Seconds.
  private static let updatePeriodMin = 10
  private static let tokenLifeMin = 600
  private static let tokenLifeMax = 1 << 32
  private static let nodeNameCharacterCountMax = 256

  static func driverErrors(_ driver: Document) -> [FieldError] {
    let spec = driver["spec"] ?? .emptyObject
    var errors: [FieldError] = []
    if let policy = spec["fsGroupPolicy"]?.string, !groupPolicies.contains(policy) {
      errors.append(.notSupported("spec.fsGroupPolicy", policy, groupPolicies))
    }
    errors += tokenErrors(spec["tokenRequests"])
    for mode in (spec["volumeLifecycleModes"] ?? .emptyArray).elements.map({ $0.string ?? "" })
    where !lifecycleModes.contains(mode) {
      errors.append(.notSupported("spec.volumeLifecycleModes", mode, lifecycleModes))
    }
    if let period = spec["nodeAllocatableUpdatePeriodSeconds"],
      period.integer ?? 0 < updatePeriodMin
    {
      errors.append(
        .invalid(
          "spec.nodeAllocatableUpdatePeriodSeconds", period,
          "must be greater than or equal to \(updatePeriodMin) seconds"))
    }
    if let inSecrets = spec["serviceAccountTokenInSecrets"], spec["tokenRequests"]?.isEmpty ?? true
    {
      errors.append(
        .invalid(
          "spec.serviceAccountTokenInSecrets", inSecrets,
          "serviceAccountTokenInSecrets is set but no tokenRequests are specified"))
    }
    return errors
  }

  private static func tokenErrors(_ requests: Document?) -> [FieldError] {
    var errors: [FieldError] = []
    var audiences: Set<String> = []
    for (position, request) in (requests ?? .emptyArray).elements.enumerated() {
      let place = "spec.tokenRequests[\(position)]"
      let audience = request["audience"]?.string ?? ""
      guard audiences.insert(audience).inserted else {
        errors.append(.duplicate("\(place).audience", Document(audience)))
        continue
      }
      guard let life = request["expirationSeconds"], let seconds = life.integer else { continue }
      if seconds < tokenLifeMin {
        errors.append(
          .invalid(
            "\(place).expirationSeconds", life, "may not specify a duration less than 10 minutes"))
      }
      if seconds > tokenLifeMax {
        errors.append(
          .invalid(
            "\(place).expirationSeconds", life,
            "may not specify a duration larger than 2^32 seconds"))
      }
    }
    return errors
  }

  /// How a driver attaches stays.
  static func driverChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    [("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")]
      .compactMap { member, shown in
        let values = [new, old].map { $0[path: "spec", member] }
        if values[0] == values[1] { return nil }
        return .invalid("spec.\(shown)", values[0], "field is immutable")
      }
  }

  // MARK: A driver's nodes

  static func nodeErrors(_ node: Document) -> [FieldError] {
    var errors: [FieldError] = []
    var names: Set<String> = []
    for (position, driver) in (node[path: "spec", "drivers"] ?? .emptyArray).elements.enumerated() {
      let place = "spec.drivers[\(position)]"
      errors += ReferenceRule.driver(driver["name"], at: "\(place).name")
      if let identity = driver["nodeID"],
        identity.string?.unicodeScalars.count ?? 0 > nodeNameCharacterCountMax
      {
        errors.append(
          .invalid(
            "\(place).nodeID", identity,
            "must be \(nodeNameCharacterCountMax) characters or less"))
      }
      if let count = driver[path: "allocatable", "count"], count.integer ?? 0 < 0 {
        errors.append(
          .invalid(
            "\(place).allocatable.count", count, "must be greater than or equal to 0"))
      }
      if !names.insert(driver["name"]?.string ?? "").inserted {
        errors.append(.duplicate("\(place).name", driver["name"]))
      }
      errors += topologyErrors(driver["topologyKeys"], at: place)
    }
    return errors
  }

  private static func topologyErrors(_ keys: Document?, at path: String) -> [FieldError] {
    var seen: Set<String> = []
    return (keys ?? .emptyArray).elements.flatMap { key -> [FieldError] in
      let text = key.string ?? ""
      var errors: [FieldError] = text.isEmpty ? [.required(path)] : []
      if !seen.insert(text).inserted { errors.append(.duplicate(path, key)) }
      return errors
        + ObjectName.problems(qualifiedName: text).map { .invalid(path, key, $0) }
    }
  }

  /// A driver that is registered stays as it is, but for how many volumes it takes.
  static func nodeChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    func fixed(_ driver: Document) -> Document {
      var driver = driver
      driver["allocatable"] = nil
      return driver
    }
    let lists = [new, old].map { ($0[path: "spec", "drivers"] ?? .emptyArray).elements.map(fixed) }
    return lists[1].flatMap { before in
      lists[0].filter { $0["name"] == before["name"] && $0 != before }.map {
        .invalid("spec.drivers", $0, "field is immutable")
      }
    }
  }

  // MARK: Capacity

  static func capacityErrors(_ capacity: Document) -> [FieldError] {
    var errors = SelectorValidation.errors(capacity["nodeTopology"], at: "nodeTopology")
    let name = capacity["storageClassName"] ?? ""
    errors += ObjectName.problems(subdomain: name.string ?? "").map {
      .invalid("storageClassName", name, $0)
    }
    if let amount = capacity["capacity"] {
      errors += QuotaValidation.amountErrors("storage", amount, at: "capacity")
    }
    return errors
  }

  static func capacityChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    ["nodeTopology", "storageClassName"].compactMap { member in
      new[member] == old[member]
        ? nil : .invalid(member, new[member], "field is immutable")
    }
  }
}
