/// The rules of containers that are added to a running pod: they come, and stay as they came.
/// Source: Kubernetes documentation, "Ephemeral Containers"; upstream's messages.
enum EphemeralContainerValidation {
  private static let forbidden = [
    "ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resources",
    "resizePolicy",
  ]

  static func errors(_ new: Document, _ old: Document) -> [FieldError] {
    let place = "spec.ephemeralContainers"
    let containers = new[path: "spec", "ephemeralContainers"] ?? .emptyArray
    var errors: [FieldError] = []
    let names = Set(
      ["containers", "initContainers"].flatMap {
        (new[path: "spec", $0] ?? .emptyArray).elements.compactMap { $0["name"]?.string }
      })
    for (position, container) in containers.elements.enumerated() {
      if let target = container["targetContainerName"], let name = target.string, !name.isEmpty,
        !names.contains(name)
      {
        errors.append(.notFound("\(place)[\(position)].targetContainerName", target))
      }
      errors += forbidden.compactMap { member in
        guard container[member]?.isEmpty == false else { return nil }
        return .forbidden(
          "\(place)[\(position)].\(member)", "cannot be set for an Ephemeral Container")
      }
    }
    for container in (old[path: "spec", "ephemeralContainers"] ?? .emptyArray).elements {
      let name = container["name"]?.string ?? ""
      guard let now = containers.elements.first(where: { $0["name"] == container["name"] }) else {
        errors.append(
          .forbidden(place, "existing ephemeral containers \"\(name)\" may not be removed\n"))
        continue
      }
      if now == container { continue }
      errors.append(
        .forbidden(place, "existing ephemeral containers \"\(name)\" may not be changed\n"))
    }
    return errors
  }
}
