import Foundations

/// The rules of nodes and namespaces.
/// Source: Kubernetes documentation, "Nodes", "Taints and Tolerations"; upstream's messages.
enum NodeValidation {
  static func errors(_ node: Document) -> [FieldError] {
    let spec = node["spec"] ?? .emptyObject
    return taintErrors(spec["taints"]) + rangeErrors(spec["podCIDRs"])
      + amountErrors(node["status"] ?? .emptyObject)
  }

  /// A node's addresses and its machine are given once.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    var errors: [FieldError] = []
    let ranges = [new, old].map {
      ($0[path: "spec", "podCIDRs"] ?? .emptyArray).elements.compactMap(\.string)
    }
    if !ranges[1].isEmpty, ranges[0] != ranges[1] {
      errors.append(
        .forbidden(
          "spec.podCIDRs", #"node updates may not change podCIDR except from "" to valid"#))
    }
    let machines = [new, old].map { $0[path: "spec", "providerID"]?.string ?? "" }
    if !machines[1].isEmpty, machines[0] != machines[1] {
      errors.append(
        .forbidden(
          "spec.providerID", #"node updates may not change providerID except from "" to valid"#))
    }
    if new[path: "spec", "externalID"] != old[path: "spec", "externalID"] {
      errors.append(.forbidden("spec.externalID", "may not be updated"))
    }
    return errors
  }

  /// What a node tells of itself: amounts that there can be, and each address once.
  static func statusErrors(_ status: Document) -> [FieldError] {
    var seen: Set<Document> = []
    let addresses = (status["addresses"] ?? .emptyArray).elements.enumerated().compactMap {
      position, address in
      seen.insert(address).inserted
        ? nil : FieldError.duplicate("status.addresses[\(position)]", address)
    }
    return amountErrors(status) + addresses
  }

  /// What there is of a node is no less than nothing, and devices are whole.
  private static func amountErrors(_ status: Document) -> [FieldError] {
    ["capacity", "allocatable"].flatMap { member in
      (status[member] ?? .emptyObject).members.flatMap { name, amount in
        QuotaValidation.amountErrors(name, amount, at: "status.\(member).\(name)")
      }
    }
  }

  private static let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]

  /// Upstream places them in `metadata`, where they once stood.
  private static func taintErrors(_ taints: Document?) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<[String]> = []
    for (position, taint) in (taints ?? .emptyArray).elements.enumerated() {
      let place = "metadata.taints[\(position)]"
      let key = taint["key"]?.string ?? ""
      errors += ObjectName.problems(qualifiedName: key).map {
        .invalid("\(place).key", Document(key), $0)
      }
      errors += ReferenceRule.errors(taint["value"], at: "\(place).value") {
        ObjectName.problems(labelValue: $0)
      }
      let effect = taint["effect"]?.string ?? ""
      if effect.isEmpty {
        errors.append(.required("\(place).effect"))
      } else if !effects.contains(effect) {
        errors.append(.notSupported("\(place).effect", effect, effects))
      }
      if !seen.insert([key, taint["effect"]?.string ?? ""]).inserted {
        errors.append(
          FieldError(
            place, .duplicate(value: taint.jsonText),
            "taints must be unique by key and effect pair"))
      }
    }
    return errors
  }

  private static func rangeErrors(_ ranges: Document?) -> [FieldError] {
    guard let ranges else { return [] }
    let place = "spec.podCIDRs"
    let errors = ranges.elements.enumerated().flatMap { position, range in
      AddressRule.rangeErrors(range, at: "\(place)[\(position)]")
    }
    let families = Set(ranges.elements.compactMap { CIDR($0.string ?? "")?.family })
    if ranges.count > 1, ranges.count > 2 || families.count < 2 {
      return errors + [
        .invalid(place, ranges, "may specify no more than one CIDR for each IP family")
      ]
    }
    return errors
  }

  /// A namespace is active until it is deleted, and on its way out ever after.
  static func namespaceStatusErrors(_ namespace: Document) -> [FieldError] {
    let isLeaving = namespace[path: "metadata", "deletionTimestamp"] != nil
    let phase = isLeaving ? "Terminating" : "Active"
    let told = namespace[path: "status", "phase"] ?? "Active"
    if told.string == phase { return [] }
    return [
      .invalid(
        "status.Phase", told,
        "may only be '\(phase)' if `deletionTimestamp` is \(isLeaving ? "not " : "")empty")
    ]
  }

  static func namespaceErrors(_ namespace: Document) -> [FieldError] {
    (namespace[path: "spec", "finalizers"] ?? .emptyArray).elements.flatMap {
      MetadataValidation.finalizerErrors($0, at: "spec.finalizers", named: "spec.finalizers")
    }
  }
}
