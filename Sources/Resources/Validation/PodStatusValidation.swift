import Foundations

/// The rules of what node agents and others write into the status of a pod.
/// Source: Kubernetes API reference, "PodStatus"; upstream's messages.
enum PodStatusValidation {
  static func errors(_ new: Document, replacing old: Document) -> [FieldError] {
    let (status, before) = (new["status"] ?? .emptyObject, old["status"] ?? .emptyObject)
    let spec = old["spec"] ?? .emptyObject
    var errors = conditionErrors(status["conditions"])
    errors += nominationErrors(status["nominatedNodeName"], before["nominatedNodeName"], spec)
    errors += generationErrors(status["observedGeneration"], at: "status.observedGeneration")
    // Left out, it stays as it is.
    if let told = status["qosClass"], told != "", told != before["qosClass"] {
      errors.append(.invalid("status.qosClass", status["qosClass"], "field is immutable"))
    }
    for list in ContainerStatusRules.lists {
      let rules = ContainerStatusRules(list, of: spec)
      errors += rules.errors(status[list.rawValue], replacing: before[list.rawValue])
    }
    errors += claimErrors(status["resourceClaimStatuses"], spec)
    return errors + addressErrors(status["podIPs"], alone: status["podIP"], at: "status.podIPs")
      + hostErrors(status)
  }

  /// Conditions that Kubernetes writes itself; all others have qualified names.
  private static let ownConditions: Set<String> = ["PodScheduled", "Ready", "Initialized"]

  private static func conditionErrors(_ conditions: Document?) -> [FieldError] {
    (conditions ?? .emptyArray).elements.enumerated().flatMap { position, condition in
      let place = "status.conditions[\(position)]"
      let type = condition["type"]?.string ?? ""
      let problems = ownConditions.contains(type) ? [] : ObjectName.problems(qualifiedName: type)
      return generationErrors(
        condition["observedGeneration"], at: "\(place).observedGeneration")
        + problems.map { .invalid("\(place).Type", Document(type), $0) }
    }
  }

  private static func generationErrors(_ generation: Document?, at path: String) -> [FieldError] {
    guard let generation, generation.integer ?? 0 < 0 else { return [] }
    return [.invalid(path, generation, "must be a non-negative integer")]
  }

  /// A node is named for a pod that has none yet.
  private static func nominationErrors(_ new: Document?, _ old: Document?, _ spec: Document)
    -> [FieldError]
  {
    guard let text = new?.string, !text.isEmpty, new != old else { return [] }
    let place = "status.nominatedNodeName"
    let errors = ReferenceRule.subdomain(new, at: place)
    if spec["nodeName"]?.string?.isEmpty ?? true { return errors }
    return errors + [
      .forbidden(place, "may not be set on pods that are already bound to a node")
    ]
  }

  private static func claimErrors(_ statuses: Document?, _ spec: Document) -> [FieldError] {
    let known = Set(
      (spec["resourceClaims"] ?? .emptyArray).elements.compactMap { $0["name"]?.string })
    var seen: Set<String> = []
    return (statuses ?? .emptyArray).elements.enumerated().flatMap { position, status in
      let place = "status.resourceClaimStatuses[\(position)]"
      let name = status["name"]?.string ?? ""
      var errors: [FieldError] = []
      if !known.contains(name) {
        errors.append(
          .invalid(
            "\(place).name", Document(name),
            "must match the name of an entry in `spec.resourceClaims`"
          ))
      }
      if !seen.insert(name).inserted { errors.append(.duplicate("\(place).name", Document(name))) }
      return errors
        + ReferenceRule.subdomain(status["resourceClaimName"], at: "\(place).resourceClaimName")
    }
  }

  // MARK: Addresses

  /// One address of each family.
  /// - Parameter alone: what clients write that know of one address only.
  private static func addressErrors(_ list: Document?, alone: Document? = nil, at path: String)
    -> [FieldError]
  {
    let listed = (list ?? .emptyArray).elements.map { $0["ip"] ?? "" }
    let first = alone ?? ""
    // Theirs counts where they have not kept the list in step.
    let addresses = first != "" && first != listed.first ? [first] : listed
    var errors = addresses.enumerated().flatMap { position, address in
      PodNetworkValidation.addressErrors(address, at: "\(path)[\(position)]")
    }
    let families = Set(addresses.compactMap { IPAddress($0.string ?? "")?.family })
    if addresses.count < 2 || addresses.count == 2 && families.count == 2 { return errors }
    if !errors.isEmpty {
      errors.append(FieldError(path, .internalError, "failed to check for dual stack"))
    }
    return errors + [
      .invalid(path, list, "may specify no more than one IP for each IP family")
    ]
  }

  private static func hostErrors(_ status: Document) -> [FieldError] {
    guard let first = (status["hostIPs"] ?? .emptyArray).elements.first(where: { _ in true }) else {
      return []
    }
    let address = first["ip"] ?? ""
    let errors: [FieldError] =
      address == status["hostIP"] ?? ""
      ? [] : [.invalid("status.hostIPs[0].ip", address, "must be equal to `hostIP`")]
    return errors + addressErrors(status["hostIPs"], at: "status.hostIPs")
  }
}
