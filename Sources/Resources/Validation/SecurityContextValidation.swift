/// The rules of security contexts: of pods, and of containers.
/// Source: Kubernetes documentation, "Configure a Security Context for a Pod or Container";
/// upstream's messages.
enum SecurityContextValidation {
  private static let identifiers = 0...Int(Int32.max)

  /// - Parameter path: of the pod's spec.
  static func podErrors(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let place = "\(path).securityContext"
    if spec["shareProcessNamespace"]?.bool == true, spec["hostPID"]?.bool == true {
      errors.append(
        .invalid(
          "\(place).shareProcessNamespace", true,
          "ShareProcessNamespace and HostPID cannot both be enabled"))
    }
    guard let context = spec["securityContext"] else { return errors }
    for member in ["fsGroup", "runAsUser", "runAsGroup"] {
      errors += identifierErrors(context[member], at: "\(place).\(member)")
    }
    for (position, group) in (context["supplementalGroups"] ?? .emptyArray).elements.enumerated() {
      errors += identifierErrors(group, at: "\(place).supplementalGroups[\(position)]")
    }
    return errors + profileErrors(context, at: place) + sysctlErrors(spec, at: place)
  }

  static func containerErrors(_ context: Document?, at path: String) -> [FieldError] {
    guard let context else { return [] }
    var errors: [FieldError] = []
    for member in ["runAsUser", "runAsGroup"] {
      errors += identifierErrors(context[member], at: "\(path).\(member)")
    }
    errors += profileErrors(context, at: path)
    if context["allowPrivilegeEscalation"]?.bool == false {
      if context["privileged"]?.bool == true {
        errors.append(
          .invalid(
            path, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
          ))
      }
      let added = context[path: "capabilities", "add"] ?? .emptyArray
      if added.elements.contains(where: { $0.string == "CAP_SYS_ADMIN" }) {
        errors.append(
          .invalid(
            path, context,
            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"))
      }
    }
    return errors
  }

  private static func identifierErrors(_ identifier: Document?, at path: String) -> [FieldError] {
    guard let identifier, let number = identifier.integer, !identifiers.contains(number) else {
      return []
    }
    return [.invalid(path, identifier, "must be between 0 and 2147483647, inclusive")]
  }

  /// A profile of the node's is named where the type says so, and only there.
  private static func profileErrors(_ context: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    for (member, spelling) in [("seccompProfile", "seccomp"), ("appArmorProfile", "AppArmor")] {
      guard let profile = context[member] else { continue }
      let place = "\(path).\(member).localhostProfile"
      let name = profile["localhostProfile"]?.string ?? ""
      switch profile["type"]?.string ?? "" {
      case "":
        errors.append(.required("\(path).\(member).type", "type is required when \(member) is set"))
      case "Localhost" where name.isEmpty:
        errors.append(.required(place, "must be set when \(spelling) type is Localhost"))
      case "Localhost" where member == "seccompProfile":
        errors += VolumeValidation.descendingPathProblems(name).map {
          .invalid(place, profile["localhostProfile"], $0)
        }
      case "Localhost": break
      default:
        if profile["localhostProfile"] != nil {
          errors.append(
            .invalid(
              place, profile["localhostProfile"],
              "can only be set when \(spelling) type is Localhost"))
        }
      }
    }
    return errors
  }

  /// What belongs to a namespace of the host's is not the pod's to set.
  private static func sysctlErrors(_ spec: Document, at path: String) -> [FieldError] {
    let sysctls = spec[path: "securityContext", "sysctls"] ?? .emptyArray
    return sysctls.elements.enumerated().compactMap { position, sysctl in
      let name = String((sysctl["name"]?.string ?? "").map { $0 == "/" ? "." : $0 })
      let isIPC =
        name.hasPrefix("kernel.shm") || name.hasPrefix("kernel.msg") || name == "kernel.sem"
        || name.hasPrefix("fs.mqueue.")
      let host =
        isIPC && spec["hostIPC"]?.bool == true
        ? "hostIPC"
        : name.hasPrefix("net.") && spec["hostNetwork"]?.bool == true
          ? "hostNetwork" : nil
      guard let host else { return nil }
      return .invalid(
        "\(path).sysctls[\(position)].name", sysctl["name"],
        "may not be specified when '\(host)' is true")
    }
  }
}
