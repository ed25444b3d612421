/// The rules of what a pod shares with its node, and of what the node's operating system knows.
/// Source: Kubernetes documentation, "User Namespaces", "Create a Windows HostProcess Pod"; API
/// reference, "PodOS"; upstream's messages.
enum PodSystemValidation {
  static func errors(_ spec: Document, at path: String) -> [FieldError] {
    userErrors(spec, at: path) + hostProcessErrors(spec, at: path)
      + systemErrors(spec, at: path) + fileErrors(spec, at: path)
  }

  /// Every container with its place.
  private static func containers(_ spec: Document, at path: String)
    -> [(container: Document, place: String)]
  {
    // Initial containers come first, as they do in a pod's life.
    ["initContainers", "containers", "ephemeralContainers"].flatMap { list in
      (spec[list] ?? .emptyArray).elements.enumerated().map { position, container in
        (container, "\(path).\(list)[\(position)]")
      }
    }
  }

  /// Users of the pod's own are at odds with processes of the host's.
  private static func userErrors(_ spec: Document, at path: String) -> [FieldError] {
    guard spec["hostUsers"]?.bool == false else { return [] }
    var errors: [FieldError] = []
    // Upstream names these by their fields in Go.
    for (member, shown) in [
      ("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"),
    ]
    where spec[member]?.bool == true {
      errors.append(.forbidden("\(path).\(shown)", "when `hostUsers` is false"))
    }
    for (container, place) in containers(spec, at: path)
    where container["volumeDevices"]?.isEmpty == false {
      errors.append(.forbidden("\(place).volumeDevices", "when `hostUsers` is false"))
    }
    return errors
  }

  // MARK: Windows

  private static func hostProcessErrors(_ spec: Document, at path: String) -> [FieldError] {
    let member = ["securityContext", "windowsOptions", "hostProcess"]
    let ofPod = spec.value(at: member)?.bool
    let containers = containers(spec, at: path)
    var errors: [FieldError] = []
    var count = 0
    for (container, place) in containers {
      let own = container.value(at: member)
      if let ofPod, let own, own.bool != ofPod {
        errors.append(
          .invalid(
            "\(place).\(member.joined(separator: "."))", own,
            "pod hostProcess value must be identical if both are specified, was \(ofPod)"))
      }
      if own?.bool ?? ofPod == true { count += 1 }
    }
    if count == 0 { return errors }
    if count != containers.count {
      errors.append(
        .invalid(
          path, "",
          "If pod contains any hostProcess containers then all containers must be HostProcess "
            + "containers"))
    }
    if spec["hostNetwork"]?.bool != true {
      errors.append(
        .invalid(
          "\(path).hostNetwork", false,
          "hostNetwork must be true if pod contains any hostProcess containers"))
    }
    return errors
  }

  private static let systems = ["linux", "windows"]

  /// What a pod of the other system has no use for.
  private static let podMembers = [
    "linux": ["securityContext.windowsOptions"],
    "windows": [
      "securityContext.appArmorProfile", "securityContext.seLinuxOptions", "hostUsers", "hostPID",
      "hostIPC", "securityContext.seccompProfile", "securityContext.fsGroup",
      "securityContext.fsGroupChangePolicy", "securityContext.sysctls", "shareProcessNamespace",
      "securityContext.runAsUser", "securityContext.runAsGroup",
      "securityContext.supplementalGroups", "securityContext.supplementalGroupsPolicy",
      "securityContext.seLinuxChangePolicy",
    ],
  ]
  private static let containerMembers = [
    "linux": ["windowsOptions"],
    "windows": [
      "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities",
      "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser",
      "runAsGroup",
    ],
  ]

  private static func systemErrors(_ spec: Document, at path: String) -> [FieldError] {
    guard let system = spec["os"] else { return [] }
    let name = system["name"]?.string ?? ""
    if name.isEmpty { return [.required("\(path).os.name")] }
    guard systems.contains(name) else { return [.notSupported("\(path).os", name, systems)] }
    let problem =
      name == "linux"
      ? "windows options cannot be set for a linux pod" : "cannot be set for a windows pod"
    let foreign = (podMembers[name] ?? []).filter { member in
      let value = spec.value(at: member.split(separator: ".").map(String.init))
      // Namespaces of the host's that are not asked for are no more than absent.
      if member == "hostPID" || member == "hostIPC" { return value?.bool == true }
      return member.hasSuffix("sysctls") ? value?.isEmpty == false : value != nil
    }
    return foreign.map { .forbidden("\(path).\($0)", problem) }
      + containers(spec, at: path).flatMap { container, place in
        (containerMembers[name] ?? []).filter { container[path: "securityContext", $0] != nil }.map
        {
          .forbidden("\(place).securityContext.\($0)", problem)
        }
      }
  }

  // MARK: Files of variables

  /// Variables are read from files that the pod's own containers write.
  private static func fileErrors(_ spec: Document, at path: String) -> [FieldError] {
    let volumes = Dictionary(
      (spec["volumes"] ?? .emptyArray).elements.map { ($0["name"]?.string ?? "", $0) },
      uniquingKeysWith: { $1 })
    return containers(spec, at: path).flatMap { container, place in
      (container["env"] ?? .emptyArray).elements.enumerated().compactMap {
        position, variable -> FieldError? in
        guard let file = variable[path: "valueFrom", "fileKeyRef"] else { return nil }
        let field = "\(place).env[\(position)].valueFrom.fileKeyRef.volumeName"
        let name = file["volumeName"] ?? ""
        guard let volume = volumes[name.string ?? ""] else { return .notFound(field, name) }
        if volume["emptyDir"] != nil { return nil }
        return .invalid(field, name, "referenced volume must be of type emptyDir")
      }
    }
  }
}
