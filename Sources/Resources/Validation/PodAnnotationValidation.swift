import Foundations

/// The rules of annotations that say something about a pod: of the node agent's own pods, of what is
/// deleted first, and profiles as they were written before there were fields for them.
/// Source: Kubernetes documentation, "Well-Known Labels, Annotations and Taints"; upstream's messages.
enum PodAnnotationValidation {
  static let mirror = "kubernetes.io/config.mirror"
  private static let deletionCost = "controller.kubernetes.io/pod-deletion-cost"
  private static let seccompPod = "seccomp.security.alpha.kubernetes.io/pod"
  private static let seccompContainer = "container.seccomp.security.alpha.kubernetes.io/"
  private static let appArmorContainer = "container.apparmor.security.beta.kubernetes.io/"

  static func errors(_ metadata: Document, _ spec: Document, at path: String) -> [FieldError] {
    guard let annotations = metadata["annotations"] else { return [] }
    let containers = Set(
      PodValidation.containerLists.flatMap {
        (spec[$0] ?? .emptyArray).elements.compactMap { $0["name"]?.string }
      })
    return annotations.members.flatMap { name, value -> [FieldError] in
      let text = value.string ?? ""
      switch name {
      case mirror where spec["nodeName"]?.string?.isEmpty ?? true:
        return [
          .invalid(
            "\(path)[\(name)]", value, "must set spec.nodeName if mirror pod annotation is set")
        ]
      case deletionCost where !isNumber(text):
        return [.invalid("\(path)[\(name)]", value, "must be a 32bit integer")]
      case seccompPod: return seccompErrors(value, at: "\(path).\(name)")
      case let name where name.hasPrefix(seccompContainer):
        return seccompErrors(value, at: "\(path).\(name)")
      case let name where name.hasPrefix(appArmorContainer):
        let container = String(name.dropFirst(appArmorContainer.count))
        let unknown: [FieldError] =
          containers.contains(container)
          ? [] : [.invalid("\(path)[\(name)]", Document(container), "container not found")]
        return unknown + appArmorErrors(value, at: "\(path)[\(name)]")
      default: return []
      }
    }
  }

  /// A number is spelled as Go prints it: no plus sign, no zero before it.
  private static func isNumber(_ text: String) -> Bool {
    Int32(text).map { String($0) == text } ?? false
  }

  private static func seccompErrors(_ profile: Document, at path: String) -> [FieldError] {
    let text = profile.string ?? ""
    if ["runtime/default", "docker/default", "unconfined"].contains(text) { return [] }
    guard text.hasPrefix("localhost/") else {
      return [.invalid(path, profile, "must be a valid seccomp profile")]
    }
    return VolumeValidation.descendingPathProblems(String(text.dropFirst(10))).map {
      .invalid(path, profile, $0)
    }
  }

  private static func appArmorErrors(_ profile: Document, at path: String) -> [FieldError] {
    let text = profile.string ?? ""
    if ["", "runtime/default", "unconfined"].contains(text) || text.hasPrefix("localhost/") {
      return []
    }
    return [.invalid(path, profile, "invalid AppArmor profile name: \"\(text)\"")]
  }

  // MARK: Fields

  /// Where an annotation and a field both name a profile, it is the same.
  /// - Parameter path: of the pod's spec.
  static func profileErrors(_ metadata: Document, _ spec: Document, at path: String)
    -> [FieldError]
  {
    guard let annotations = metadata["annotations"] else { return [] }
    var errors = mismatch(
      annotations[seccompPod], spec[path: "securityContext", "seccompProfile"], "seccomp",
      at: "\(path).securityContext.seccompProfile")
    let isWindows = spec[path: "os", "name"]?.string == "windows"
    for list in PodValidation.containerLists {
      for (position, container) in (spec[list] ?? .emptyArray).elements.enumerated() {
        let name = container["name"]?.string ?? ""
        let place = "\(path).\(list)[\(position)].securityContext"
        errors += mismatch(
          annotations[seccompContainer + name],
          container[path: "securityContext", "seccompProfile"], "seccomp",
          at: "\(place).seccompProfile")
        if isWindows { continue }
        errors += mismatch(
          annotations[appArmorContainer + name],
          container[path: "securityContext", "appArmorProfile"], "apparmor",
          at: "\(place).appArmorProfile")
      }
    }
    return errors
  }

  private static func mismatch(
    _ annotation: Document?, _ profile: Document?, _ kind: String, at path: String
  ) -> [FieldError] {
    guard let text = annotation?.string, let profile else { return [] }
    let isSame: Bool
    switch profile["type"]?.string {
    case "Unconfined": isSame = text == "unconfined"
    case "RuntimeDefault":
      isSame = text == "runtime/default" || kind == "seccomp" && text == "docker/default"
    case "Localhost":
      guard text.hasPrefix("localhost/") else {
        isSame = false
        break
      }
      if profile["localhostProfile"]?.string == String(text.dropFirst(10)) { return [] }
      return [
        .forbidden(
          "\(path).localhostProfile", "\(kind) profile in annotation and field must match")
      ]
    default: isSame = true
    }
    return isSame
      ? [] : [.forbidden("\(path).type", "\(kind) type in annotation and field must match")]
  }
}
