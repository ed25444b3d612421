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
    errors += profileErrors(context, at: place) + sysctlErrors(spec, at: place)
    return errors
      + WindowsOptionsValidation.errors(context["windowsOptions"], at: "\(place).windowsOptions")
  }

  /// - Parameter pod: the spec that the container is a part of.
  static func containerErrors(_ context: Document?, of pod: Document, at path: String)
    -> [FieldError]
  {
    guard let context else { return [] }
    var errors: [FieldError] = []
    if context["procMount"]?.string == "Unmasked", pod["hostUsers"]?.bool != false {
      errors.append(
        .invalid(
          "\(path).procMount", context["procMount"],
          "`hostUsers` must be false to use `Unmasked`"))
    }
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
    errors += WindowsOptionsValidation.errors(
      context["windowsOptions"], at: "\(path).windowsOptions")
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
    systemCallErrors(context["seccompProfile"], at: "\(path).seccompProfile")
      + accessErrors(context["appArmorProfile"], at: "\(path).appArmorProfile")
  }

  private static let profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"]

  private static func profileTypeErrors(_ profile: Document, _ member: String, at path: String)
    -> [FieldError]
  {
    let type = profile["type"]?.string ?? ""
    if type.isEmpty {
      return [.required("\(path).type", "type is required when \(member) is set")]
    }
    return profileTypes.contains(type) ? [] : [.notSupported("\(path).type", type, profileTypes)]
  }

  private static func systemCallErrors(_ profile: Document?, at path: String) -> [FieldError] {
    guard let profile else { return [] }
    let errors = profileTypeErrors(profile, "seccompProfile", at: path)
    let place = "\(path).localhostProfile"
    let name = profile["localhostProfile"]
    guard profile["type"]?.string == "Localhost" else {
      guard name != nil else { return errors }
      return errors + [
        .invalid(place, profile, "can only be set when seccomp type is Localhost")
      ]
    }
    guard let name else {
      return errors + [.required(place, "must be set when seccomp type is Localhost")]
    }
    return errors
      + VolumeValidation.descendingPathProblems(name.string ?? "").map {
        .invalid(place, name, $0)
      }
  }

  /// The longest path that Linux opens, without its end.
  private static let profileByteCountMax = 4095

  private static func accessErrors(_ profile: Document?, at path: String) -> [FieldError] {
    guard let profile else { return [] }
    let place = "\(path).localhostProfile"
    let name = profile["localhostProfile"]
    switch profile["type"]?.string {
    case "Localhost":
      let text = name?.string ?? ""
      if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
        return [.invalid(place, name, "must not be padded with whitespace")]
      }
      if text.isEmpty {
        return [.required(place, "must be set when AppArmor type is Localhost")]
      }
      return text.utf8.count > profileByteCountMax
        ? [.tooLong(place, byteCountMax: profileByteCountMax)] : []
    case "RuntimeDefault", "Unconfined":
      guard let name else { return [] }
      return [.invalid(place, name, "can only be set when AppArmor type is Localhost")]
    default: return profileTypeErrors(profile, "appArmorProfile", at: path)
    }
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
