import Foundations

/// The rules of what is told of a pod's containers: what has ended for good does not run again.
/// Source: Kubernetes API reference, "ContainerStatus"; upstream's messages.
struct ContainerStatusRules {
  enum List: String, CaseIterable {
    case containers = "containerStatuses"
    case initContainers = "initContainerStatuses"
    case ephemeralContainers = "ephemeralContainerStatuses"
  }

  static let lists = List.allCases

  private let list: List
  private let spec: Document
  private var path: String { "status.\(list.rawValue)" }

  /// - Parameter spec: of the pod.
  init(_ list: List, of spec: Document) {
    self.list = list
    self.spec = spec
  }

  func errors(_ new: Document?, replacing old: Document?) -> [FieldError] {
    let statuses = (new ?? .emptyArray).elements.map { $0 }
    return transitionErrors(statuses, (old ?? .emptyArray).elements.map { $0 })
      + statuses.enumerated().flatMap { position, status in
        userErrors(status[path: "user", "linux"], at: "\(path)[\(position)].user.linux")
          + healthErrors(status, at: "\(path)[\(position)].allocatedResourcesStatus")
      }
  }

  // MARK: Coming back

  private func transitionErrors(_ new: [Document], _ old: [Document]) -> [FieldError] {
    if list != .ephemeralContainers, allMayRestart { return [] }
    return old.enumerated().compactMap { position, before in
      guard let end = before[path: "state", "terminated"],
        let now = new.first(where: { $0["name"] == before["name"] }),
        now[path: "state", "terminated"] == nil,
        !mayRestart(before["name"], after: end["exitCode"]?.integer ?? 0)
      else { return nil }
      return .forbidden(
        "\(path)[\(position)].state", "may not be transitioned to non-terminated state")
    }
  }

  /// Whether some container's rules may start the whole pod again.
  private var allMayRestart: Bool {
    ["containers", "initContainers"].contains { list in
      (spec[list] ?? .emptyArray).elements.contains { container in
        (container["restartPolicyRules"] ?? .emptyArray).elements.contains {
          $0["action"]?.string == "RestartAllContainers"
        }
      }
    }
  }

  private func mayRestart(_ name: Document?, after exitCode: Int) -> Bool {
    let member = list == .containers ? "containers" : "initContainers"
    guard list != .ephemeralContainers,
      let container = (spec[member] ?? .emptyArray).elements.first(where: { $0["name"] == name })
    else { return false }
    for rule in (container["restartPolicyRules"] ?? .emptyArray).elements
    where rule["action"]?.string == "Restart" {
      let codes = (rule[path: "exitCodes", "values"] ?? .emptyArray).elements.compactMap(\.integer)
      let isNamed = codes.contains(exitCode)
      if rule[path: "exitCodes", "operator"]?.string == "NotIn" ? !isNamed : isNamed { return true }
    }
    switch container["restartPolicy"]?.string ?? spec["restartPolicy"]?.string ?? "Always" {
    case "Never": return false
    case "OnFailure": return exitCode != 0
    default: return true
    }
  }

  // MARK: What a container runs as and with

  private static let identities = 0...Int(Int32.max)

  private func userErrors(_ user: Document?, at path: String) -> [FieldError] {
    guard let user else { return [] }
    let system = spec[path: "os", "name"]?.string ?? "linux"
    if system == "windows" { return [.forbidden(path, "cannot be set for a windows pod")] }
    var errors = ["uid", "gid"].compactMap { member in
      identityError(user[member], at: "\(path).\(member)")
    }
    for (position, group) in (user["supplementalGroups"] ?? .emptyArray).elements.enumerated() {
      errors += [identityError(group, at: "\(path).supplementalGroups[\(position)]")]
        .compactMap(\.self)
    }
    return errors
  }

  private func identityError(_ identity: Document?, at path: String) -> FieldError? {
    guard let number = identity?.integer, !Self.identities.contains(number) else { return nil }
    return .invalid(path, identity, "must be between 0 and 2147483647, inclusive")
  }

  /// Health is told of what the container was given, each piece once.
  private func healthErrors(_ status: Document, at path: String) -> [FieldError] {
    let entries = status["allocatedResourcesStatus"] ?? .emptyArray
    if entries.isEmpty { return [] }
    if list == .ephemeralContainers {
      return [.forbidden(path, "must not be specified in container status")]
    }
    let member = list == .containers ? "containers" : "initContainers"
    let container = (spec[member] ?? .emptyArray).elements
      .first { $0["name"] == status["name"] }
    return entries.elements.enumerated().flatMap { position, entry in
      let place = "\(path)[\(position)]"
      return (container.map { givenErrors(entry["name"], $0, at: "\(place).name") } ?? [])
        + pieceErrors(entry["resources"], at: "\(place).resources")
    }
  }

  private func givenErrors(_ name: Document?, _ container: Document, at path: String)
    -> [FieldError]
  {
    let text = name?.string ?? ""
    guard text.hasPrefix("claim:") else {
      let isAsked = container.value(at: ["resources", "requests", text]) != nil
      return isAsked
        ? [] : [.invalid(path, name, "must match one of the container's resource requests")]
    }
    let claims = (container.value(at: ["resources", "claims"]) ?? .emptyArray).elements.map {
      let request = $0["request"]?.string ?? ""
      return "claim:\($0["name"]?.string ?? "")" + (request.isEmpty ? "" : "/\(request)")
    }
    if claims.contains(text) { return [] }
    return [
      .invalid(
        path, name,
        "must match one of the container's resource claims in a format "
          + "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty")
    ]
  }

  private func pieceErrors(_ pieces: Document?, at path: String) -> [FieldError] {
    var seen: Set<String> = []
    return (pieces ?? .emptyArray).elements.enumerated().compactMap { position, piece in
      seen.insert(piece["resourceID"]?.string ?? "").inserted
        ? nil : .duplicate("\(path)[\(position)].resourceID", piece["resourceID"])
    }
  }
}
