import Foundations

/// The rules of what a pod asks for as a whole, and of what running it costs beside.
/// Source: Kubernetes documentation, "Assign Pod-level CPU and memory resources", "Pod Overhead";
/// upstream's messages.
enum PodResourceValidation {
  /// - Parameter path: of the pod's spec.
  static func errors(_ spec: Document, at path: String) -> [FieldError] {
    let overhead = spec["overhead"].map {
      ResourceValidation.amountErrors(
        ["limits": $0], at: "\(path).overhead", ResourceNameRule.containerErrors(_:at:))
    }
    guard let resources = spec["resources"] else { return overhead ?? [] }
    let place = "\(path).resources"
    if spec[path: "os", "name"]?.string == "windows" {
      return (overhead ?? []) + [.forbidden(place, "may not be set for a windows pod")]
    }
    var errors = overhead ?? []
    if resources["claims"] != nil {
      errors.append(
        .forbidden("\(place).claims", "claims may not be set for Resources at pod-level"))
    }
    errors += ResourceValidation.amountErrors(resources, at: place, nameErrors(_:at:))
    errors += PodClaimValidation.useErrors(
      resources["claims"], of: spec["resourceClaims"], at: "\(place).claims")
    return errors + shareErrors(spec, resources, at: place)
  }

  private static let names = ["cpu", "hugepages-", "memory"]

  private static func nameErrors(_ name: String, at path: String) -> [FieldError] {
    let errors = ResourceNameRule.errors(name, at: path)
    if !errors.isEmpty || name == "cpu" || name == "memory" || ResourceNameRule.isPages(name) {
      return errors
    }
    return [.notSupported(path, name, names)]
  }

  /// What the containers ask for fits into what the pod does.
  private static func shareErrors(_ spec: Document, _ resources: Document, at path: String)
    -> [FieldError]
  {
    var containers = spec
    containers.removeMember("overhead")
    var errors: [FieldError] = []
    for part in ["requests", "limits"] {
      let own = ResourceList(resources[part])
      let sum = ResourceList(podSpec: containers, part)
      for (name, amount) in sum.amounts.sorted(by: { $0.key < $1.key })
      where part == "requests" || ResourceNameRule.isPages(name) {
        guard let most = own.amounts[name], amount > most else { continue }
        errors.append(
          .invalid(
            "\(path).\(part)[\(name)]", Document(most.description),
            "must be greater than or equal to aggregate container \(part) of \(amount)"))
      }
    }
    let limits = ResourceList(resources["limits"])
    for (position, container) in (spec["containers"] ?? .emptyArray).elements.enumerated() {
      let own = ResourceList(container[path: "resources", "limits"])
      for (name, amount) in own.amounts.sorted(by: { $0.key < $1.key }) {
        guard let most = limits.amounts[name], amount > most else { continue }
        errors.append(
          .invalid(
            "\(path).containers[\(position)][\(name)].limits", Document(amount.description),
            "must be less than or equal to pod limits of \(most)"))
      }
    }
    return errors
  }
}
