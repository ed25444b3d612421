/// The rules of a change of a pod's resources, which is all that its `resize` subresource takes.
/// Source: Kubernetes documentation, "Resize CPU and Memory Resources assigned to Containers",
/// "Limitations"; upstream's messages.
enum PodResizeValidation {
  static func errors(_ new: Document, _ old: Document) -> [FieldError] {
    if old[path: "metadata", "annotations", "kubernetes.io/config.mirror"] != nil {
      return [.forbidden("", "static pods cannot be resized")]
    }
    guard let newSpec = new["spec"], let oldSpec = old["spec"] else { return [] }
    var errors: [FieldError] = []
    if QualityOfService(podSpec: newSpec) != QualityOfService(podSpec: oldSpec) {
      errors.append(
        .invalid(
          "spec", old[path: "status", "qosClass"],
          "Pod QOS Class may not change as a result of resizing"))
    }
    for list in ["initContainers", "containers"] {
      let pairs = zip(
        (newSpec[list] ?? .emptyArray).elements, (oldSpec[list] ?? .emptyArray).elements)
      for (position, (now, before)) in pairs.enumerated() {
        let isInit = list == "initContainers" && before["restartPolicy"]?.string != "Always"
        if isInit, now["resources"] != before["resources"] {
          errors.append(
            .forbidden("spec", "resources for non-sidecar init containers are immutable"))
          continue
        }
        errors += removals(
          now["resources"], before["resources"], at: "spec.\(list)[\(position)].resources")
      }
    }
    return errors
  }

  /// What a container was promised once, it keeps in some amount; and nothing but CPU and memory
  /// changes.
  private static func removals(_ new: Document?, _ old: Document?, at path: String) -> [FieldError]
  {
    var errors: [FieldError] = []
    for kind in ["requests", "limits"] {
      for (name, amount) in (old?[kind] ?? .emptyObject).members {
        let now = new?[kind]?[name]
        if now == nil, ["cpu", "memory"].contains(name) {
          errors.append(.forbidden("\(path).\(kind)", "resource \(kind) cannot be removed"))
        } else if now != amount, !["cpu", "memory"].contains(name) {
          errors.append(.forbidden("spec", "only cpu and memory resources are mutable"))
        }
      }
      for (name, _) in (new?[kind] ?? .emptyObject).members
      where !["cpu", "memory"].contains(name) && old?[kind]?[name] == nil {
        errors.append(.forbidden("spec", "only cpu and memory resources are mutable"))
      }
    }
    return errors
  }
}
