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
}
