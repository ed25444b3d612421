import Foundations

/// The rules of pods and pod templates.
/// Source: Kubernetes API reference, "Pod"; upstream's messages.
enum PodValidation {
  /// - Parameter claims: names that can be mounted beside the template's own volumes.
  static func template(_ template: Document?, claims: Set<String> = [], at path: String)
    -> [FieldError]
  {
    guard let template else { return [] }
    return MetadataValidation.labels(
      template[path: "metadata", "labels"], at: "\(path).labels")
      + spec(template["spec"], claims: claims, at: "\(path).spec")
  }

  static func spec(_ spec: Document?, claims: Set<String> = [], at path: String) -> [FieldError] {
    guard let spec else { return [.required(path)] }
    var errors: [FieldError] = []
    let volumes = VolumeValidation.errors(spec["volumes"], at: "\(path).volumes", &errors)
      .union(claims)
    var names: Set<String> = []
    for list in ["initContainers", "containers", "ephemeralContainers"] {
      guard let containers = spec[list] else { continue }
      for (position, container) in containers.elements.enumerated() {
        let place = "\(path).\(list)[\(position)]"
        errors += ContainerValidation.errors(container, at: place, volumes: volumes)
        if list == "initContainers" { errors += initErrors(container, at: place) }
        errors += hookErrors(container, spec, at: place)
        guard let name = container["name"]?.string, !name.isEmpty else { continue }
        if !names.insert(name).inserted {
          errors.append(.duplicate("\(place).name", container["name"]))
        }
      }
    }
    errors += SysctlValidation.errors(spec, at: path)
    errors += SecurityContextValidation.podErrors(spec, at: path)
    errors += PlacementValidation.errors(spec, at: path)
    errors += PodNetworkValidation.errors(spec, at: path)
    errors += hostPorts(spec, at: path)
    errors += takenPorts(spec["containers"], at: "\(path).containers")
    errors += durations(spec, at: path)
    errors += nameErrors(spec, at: path)
    return errors
  }

  /// With the host's network, a port of a container is a port of the host.
  private static func hostPorts(_ spec: Document, at path: String) -> [FieldError] {
    guard spec["hostNetwork"]?.bool == true, let containers = spec["containers"] else { return [] }
    return containers.elements.enumerated().flatMap { number, container in
      (container["ports"] ?? .emptyArray).elements.enumerated().compactMap { position, port in
        guard port["hostPort"] != port["containerPort"] else { return nil }
        return .invalid(
          "\(path).containers[\(number)].ports[\(position)].containerPort", port["containerPort"],
          "must match `hostPort` when `hostNetwork` is true")
      }
    }
  }

  /// A port of the host's is taken once.
  private static func takenPorts(_ containers: Document?, at path: String) -> [FieldError] {
    var taken: Set<String> = []
    return (containers ?? .emptyArray).elements.enumerated().flatMap { number, container in
      (container["ports"] ?? .emptyArray).elements.enumerated().compactMap { position, port in
        guard let host = port["hostPort"]?.integer, host != 0 else { return nil }
        let protocolName = port["protocol"]?.string ?? "TCP"
        let key = "\(protocolName)/\(port["hostIP"]?.string ?? "")/\(host)"
        if taken.insert(key).inserted { return nil }
        return .duplicate("\(path)[\(number)].ports[\(position)].hostPort", Document(key))
      }
    }
  }

  /// What ends before the pod starts is not probed, and hooks into nothing.
  private static func initErrors(_ container: Document, at path: String) -> [FieldError] {
    if container["restartPolicy"]?.string == "Always" { return [] }
    return ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"].compactMap { member in
      guard container[member] != nil else { return nil }
      return .forbidden(
        "\(path).\(member)", "may not be set for init containers without restartPolicy=Always")
    }
  }

  private static func hookErrors(_ container: Document, _ spec: Document, at path: String)
    -> [FieldError]
  {
    let grace = spec["terminationGracePeriodSeconds"]?.integer ?? 30
    return ["postStart", "preStop"].compactMap { hook in
      guard let seconds = container[path: "lifecycle", hook, "sleep", "seconds"],
        !(0...max(grace, 0)).contains(seconds.integer ?? 0)
      else { return nil }
      return .invalid(
        "\(path).lifecycle.\(hook).sleep", seconds,
        "must be non-negative and less than terminationGracePeriodSeconds (\(grace))")
    }
  }

  /// What a pod may not have when it comes to be.
  static func createErrors(_ pod: Document) -> [FieldError] {
    var errors: [FieldError] = []
    if pod[path: "spec", "ephemeralContainers"]?.isEmpty == false {
      errors.append(.forbidden("spec.ephemeralContainers", "cannot be set on create"))
    }
    if pod[path: "spec", "schedulingGates"]?.isEmpty == false,
      pod[path: "spec", "nodeName"]?.string?.isEmpty == false
    {
      errors.append(
        .forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
    }
    return errors
  }

  private static func durations(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let deadline = spec["activeDeadlineSeconds"],
      !(1...Int(Int32.max)).contains(deadline.integer ?? 0)
    {
      errors.append(
        .invalid(
          "\(path).activeDeadlineSeconds", deadline,
          "must be between 1 and 2147483647, inclusive"))
    }
    return errors
  }

  private static func nameErrors(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let rules: [(String, (String) -> [String])] = [
      ("serviceAccountName", ObjectName.problems(subdomain:)),
      ("nodeName", ObjectName.problems(subdomain:)),
      ("hostname", ObjectName.problems(label:)), ("subdomain", ObjectName.problems(label:)),
    ]
    for (member, problems) in rules {
      guard let name = spec[member], let text = name.string, !text.isEmpty else { continue }
      errors += problems(text).map { .invalid("\(path).\(member)", name, $0) }
    }
    errors += MetadataValidation.labels(spec["nodeSelector"], at: "\(path).nodeSelector")
    if let system = spec["os"], let name = system["name"]?.string,
      !["linux", "windows"].contains(name)
    {
      errors.append(.notSupported("\(path).os", name, ["linux", "windows"]))
    }
    return errors
  }

  // MARK: Changes

  /// What may differ between a pod and its successor: images, the deadline, added tolerations, and
  /// gates that are lifted.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    guard let newSpec = new["spec"], let oldSpec = old["spec"] else { return [] }
    var errors: [FieldError] = []
    let counts = ["containers", "initContainers"].map { newSpec[$0]?.count == oldSpec[$0]?.count }
    if counts.contains(false) {
      return [.forbidden("spec.containers", "pod updates may not add or remove containers")]
    }
    if let deadline = newSpec["activeDeadlineSeconds"]?.integer {
      if let before = oldSpec["activeDeadlineSeconds"]?.integer, deadline > before {
        errors.append(
          .invalid(
            "spec.activeDeadlineSeconds", newSpec["activeDeadlineSeconds"],
            "must be less than or equal to previous value"))
      }
    } else if oldSpec["activeDeadlineSeconds"] != nil {
      errors.append(
        .invalid(
          "spec.activeDeadlineSeconds", nil, "must not update from a positive integer to nil value")
      )
    }
    errors += tolerationErrors(newSpec["tolerations"], oldSpec["tolerations"])
    let gates = Set((oldSpec["schedulingGates"] ?? .emptyArray).elements)
    for gate in (newSpec["schedulingGates"] ?? .emptyArray).elements where !gates.contains(gate) {
      errors.append(
        .forbidden(
          "spec.schedulingGates", "only deletion is allowed, but found new scheduling gate"))
    }
    if unchangeable(newSpec) != unchangeable(oldSpec) {
      errors.append(
        .forbidden(
          "spec",
          "pod updates may not change fields other than `spec.containers[*].image`,"
            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
            + "(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
            + "(allow it to be set to 1 if it was previously negative)"))
    }
    return errors
  }

  private static func tolerationErrors(_ new: Document?, _ old: Document?) -> [FieldError] {
    // How long a toleration lasts may change.
    func key(_ toleration: Document) -> Document {
      var key = toleration
      key["tolerationSeconds"] = nil
      return key
    }
    let kept = Set((new ?? .emptyArray).elements.map(key))
    let isComplete = (old ?? .emptyArray).elements.allSatisfy { kept.contains(key($0)) }
    if isComplete { return [] }
    return [
      .forbidden(
        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")
    ]
  }

  /// A pod's spec without what may change.
  private static func unchangeable(_ spec: Document) -> Document {
    var spec = spec
    for member in [
      "activeDeadlineSeconds", "tolerations", "schedulingGates", "terminationGracePeriodSeconds",
    ] {
      spec[member] = nil
    }
    // While a scheduler still waits for its gates to be lifted, where it may run can be narrowed.
    for list in ["containers", "initContainers"] {
      spec.edit(list) { containers in
        containers.editElements { $0["image"] = nil }
      }
    }
    return spec
  }
}
