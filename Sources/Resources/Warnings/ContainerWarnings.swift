/// What is told of containers: annotations in place of fields, fractions of bytes, hidden variables.
/// Source: upstream's wording.
enum ContainerWarnings {
  /// In the order in which upstream looks at containers.
  static let lists = ["initContainers", "containers", "ephemeralContainers"]

  /// - Parameter path: where the template is, with a dot behind it; empty for a pod.
  static func ofContainers(_ template: Document, at path: String) -> [String] {
    let spec = template["spec"] ?? .emptyObject
    return ofPodAnnotation(template, at: path)
      + lists.flatMap { spec.placed($0, at: "\(path)spec.") }.flatMap { place, container in
        ofAnnotations(container, of: template, at: path)
          + ofAmounts(container, at: place) + ofVariables(container, at: place)
      }
  }

  private static let seccomp = "non-functional in v1.27+; use the \"seccompProfile\" field instead"

  private static func ofPodAnnotation(_ template: Document, at path: String) -> [String] {
    ofAnnotation(
      "seccomp.security.alpha.kubernetes.io/pod", of: template,
      unless: template[path: "spec", "securityContext", "seccompProfile"], seccomp, at: path)
  }

  private static func ofAnnotations(
    _ container: Document, of template: Document, at path: String
  ) -> [String] {
    let name = container["name"]?.string ?? ""
    let context = container["securityContext"]
    var warnings = ofAnnotation(
      "container.seccomp.security.alpha.kubernetes.io/\(name)", of: template,
      unless: context?["seccompProfile"], seccomp, at: path)
    let appArmor = "container.apparmor.security.beta.kubernetes.io/\(name)"
    if template.annotations[appArmor].map({ !says($0, the: template) }) ?? false {
      warnings += ofAnnotation(
        appArmor, of: template, unless: context?["appArmorProfile"],
        "deprecated since v1.30; use the \"appArmorProfile\" field instead", at: path)
    }
    return warnings
  }

  private static func ofAnnotation(
    _ name: String, of template: Document, unless field: Document?, _ problem: String,
    at path: String
  ) -> [String] {
    field == nil ? AnnotationWarnings.of([(name, problem)], template, at: path) : []
  }

  /// Whether an AppArmor annotation says of its container what the pod's field says of all.
  private static func says(_ annotation: Document, the template: Document) -> Bool {
    let profile = template[path: "spec", "securityContext", "appArmorProfile"]
    return switch profile?["type"]?.string {
    case "RuntimeDefault": annotation == "runtime/default"
    case "Unconfined": annotation == "unconfined"
    case "Localhost":
      annotation.string == "localhost/\(profile?["localhostProfile"]?.string ?? "")"
    default: false
    }
  }

  private static func ofAmounts(_ container: Document, at path: String) -> [String] {
    ["memory", "ephemeral-storage"].flatMap { resource in
      ["limits", "requests"].flatMap { list in
        AmountWarnings.ofBytes(
          [resource], in: container[path: "resources", list], at: "\(path).resources.\(list)")
      }
    }
  }

  /// A second definition of a variable may only build upon the first.
  private static func ofVariables(_ container: Document, at path: String) -> [String] {
    var seen: Set<String> = []
    return container.placed("env", at: "\(path).").compactMap { place, variable in
      let name = variable["name"]?.string ?? ""
      if seen.insert(name).inserted { return nil }
      let value = variable["value"]?.string ?? ""
      let reference = "$(\(name))"
      if variable["valueFrom"] == nil, value != reference, value.contains(reference) { return nil }
      return "\(place): hides previous definition of \"\(name)\", which may be dropped when using "
        + "apply"
    }
  }
}
