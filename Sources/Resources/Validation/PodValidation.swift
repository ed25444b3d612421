import Foundations

/// The rules of pods and pod templates.
/// Source: Kubernetes API reference, "Pod"; upstream's messages.
enum PodValidation {
  static func errors(_ pod: Document) -> [FieldError] {
    let metadata = pod["metadata"] ?? .emptyObject
    let spec = pod["spec"] ?? .emptyObject
    return PodAnnotationValidation.errors(metadata, spec, at: "metadata.annotations")
      + self.spec(spec, of: metadata, at: "spec") + ownErrors(spec)
  }

  static func template(_ template: Document?, at path: String) -> [FieldError] {
    let metadata = template?["metadata"] ?? .emptyObject
    let spec = template?["spec"] ?? .emptyObject
    var errors = MetadataValidation.labels(metadata["labels"], at: "\(path).labels")
    errors += MetadataValidation.annotations(metadata["annotations"], at: "\(path).annotations")
    errors += PodAnnotationValidation.errors(metadata, spec, at: "\(path).annotations")
    errors += self.spec(spec, of: nil, at: "\(path).spec")
    errors += PodAnnotationValidation.profileErrors(metadata, spec, at: "\(path).spec")
    if spec["ephemeralContainers"]?.isEmpty == false {
      errors.append(
        .forbidden(
          "\(path).spec.ephemeralContainers", "ephemeral containers not allowed in pod template"))
    }
    return errors
  }

  /// - Parameter pod: the pod's metadata; `nil` of a template, whose pods are yet to come.
  static func spec(_ spec: Document, of pod: Document?, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let volumes = VolumeValidation.errors(
      spec["volumes"], of: pod, at: "\(path).volumes", &errors)
    errors += containerErrors(spec, volumes, at: path)
    errors += PodClaimValidation.errors(spec, of: pod, at: "\(path).resourceClaims")
    errors += PodResourceValidation.errors(spec, at: path)
    errors += SysctlValidation.errors(spec, at: path)
    errors += SecurityContextValidation.podErrors(spec, at: path)
    errors += PlacementValidation.errors(
      spec, labels: pod.map { $0["labels"] ?? .emptyObject }, at: path)
    errors += PodNetworkValidation.errors(spec, at: path)
    errors += HostPortValidation.errors(spec, isPod: pod != nil, at: path)
    errors += durations(spec, at: path)
    errors += PodNameValidation.errors(spec, at: path)
    return errors + PodSystemValidation.errors(spec, at: path)
  }

  /// Every list of containers with its name, in the order in which names are given out.
  static let containerLists = ["containers", "initContainers", "ephemeralContainers"]

  private static func containerErrors(
    _ spec: Document, _ volumes: [String: Document], at path: String
  ) -> [FieldError] {
    var errors: [FieldError] = []
    if spec["containers"]?.isEmpty ?? true { errors.append(.required("\(path).containers")) }
    var names: Set<String> = []
    for list in containerLists {
      for (position, container) in (spec[list] ?? .emptyArray).elements.enumerated() {
        let place = "\(path).\(list)[\(position)]"
        errors += ContainerValidation.errors(container, of: spec, at: place, volumes: volumes)
        errors += ProbeValidation.errors(container, of: spec, list: list, at: place)
        errors += RestartValidation.errors(container, list: list, at: place)
        if list == "initContainers" {
          // Upstream counts each as the first.
          errors += HostPortValidation.takenErrors([container], at: "\(path).\(list)")
        }
        guard let name = container["name"]?.string, !name.isEmpty else { continue }
        if !names.insert(name).inserted {
          errors.append(.duplicate("\(place).name", container["name"]))
        }
      }
    }
    return errors
  }

  /// What a pod has to say that a template may leave to its pods.
  private static func ownErrors(_ spec: Document) -> [FieldError] {
    var errors: [FieldError] = []
    let hasAccount = spec["serviceAccountName"]?.string?.isEmpty == false
    for (position, volume) in (spec["volumes"] ?? .emptyArray).elements.enumerated() {
      let place = "spec.volumes[\(position)]"
      if let image = volume["image"], image["reference"]?.string?.isEmpty ?? true {
        errors.append(.required("\(place).image.reference"))
      }
      let sources = volume[path: "projected", "sources"] ?? .emptyArray
      for (number, source) in sources.elements.enumerated()
      where !hasAccount && source["serviceAccountToken"] != nil {
        errors.append(
          .forbidden(
            "\(place).projected.sources[\(number)].serviceAccountToken",
            "must not be specified when serviceAccountName is not set"))
      }
    }
    for list in containerLists {
      for (position, container) in (spec[list] ?? .emptyArray).elements.enumerated() {
        let image = container["image"]?.string ?? ""
        guard image.first?.isWhitespace == true || image.last?.isWhitespace == true else {
          continue
        }
        errors.append(
          .invalid(
            "spec.\(list)[\(position)].image", container["image"],
            "must not have leading or trailing whitespace"))
      }
    }
    return errors
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
      + PodAnnotationValidation.profileErrors(
        pod["metadata"] ?? .emptyObject, pod["spec"] ?? .emptyObject, at: "spec")
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
