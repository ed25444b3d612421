import Foundations

/// The rules of a pod's volumes.
/// Source: Kubernetes documentation, "Volumes"; upstream's messages.
enum VolumeValidation {
  /// - Parameter pod: the pod's metadata; `nil` of a template.
  /// - Returns: the volumes that can be mounted, by name: those that are right.
  static func errors(
    _ volumes: Document?, of pod: Document?, at path: String, _ errors: inout [FieldError]
  ) -> [String: Document] {
    guard let volumes else { return [:] }
    var known: [String: Document] = [:]
    let podName = pod?["name"]?.string ?? ""
    let made = Set(
      volumes.elements.filter { !podName.isEmpty && $0["ephemeral"] != nil }.map {
        "\(podName)-\($0["name"]?.string ?? "")"
      })
    for (position, volume) in volumes.elements.enumerated() {
      let place = "\(path)[\(position)]"
      let name = volume["name"]?.string ?? ""
      var own = sourceErrors(volume, at: place)
      if name.isEmpty { own.append(.required("\(place).name")) }
      own += ReferenceRule.label(volume["name"], at: "\(place).name")
      if known[name] != nil { own.append(.duplicate("\(place).name", volume["name"])) }
      if volume["ephemeral"] != nil, !podName.isEmpty, !name.isEmpty {
        // The claim that the volume gets is named after both.
        own += ObjectName.problems(subdomain: "\(podName)-\(name)").map {
          .invalid("\(place).name", volume["name"], "PVC name \"\(podName)-\(name)\": \($0)")
        }
      }
      if ISCSIVolumeRule.isTooLong(volume["iscsi"], named: name) {
        own.append(
          .invalid("\(place).name", volume["name"], ISCSIVolumeRule.lengthProblem))
      }
      if own.isEmpty { known[name] = volume }
      errors += own
      if let claim = volume[path: "persistentVolumeClaim", "claimName"],
        made.contains(claim.string ?? "")
      {
        errors.append(
          .invalid(
            "\(place).persistentVolumeClaim.claimName", claim,
            "must not reference a PVC that gets created for an ephemeral volume"))
      }
    }
    return known
  }

  /// Whether a container can have a volume as a device.
  static func isBlockDevice(_ volume: Document) -> Bool {
    volume["persistentVolumeClaim"] != nil || volume["ephemeral"] != nil
  }

  /// In the order in which the first one counts. Source: core/v1 VolumeSource.
  private static let kinds = [
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs",
    "iscsi", "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte",
    "downwardAPI", "fc", "flexVolume", "configMap", "azureFile", "vsphereVolume",
    "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO",
    "csi", "ephemeral", "image",
  ]

  private static func sourceErrors(_ volume: Document, at path: String) -> [FieldError] {
    let found = kinds.filter { volume[$0] != nil }
    guard let kind = found.first, let source = volume[kind] else {
      return [.required(path, "must specify a volume type")]
    }
    let errors = found.dropFirst().map {
      FieldError.forbidden("\(path).\($0)", "may not specify more than 1 volume type")
    }
    return errors + sourceErrors(source, kind: kind, at: "\(path).\(kind)")
  }

  private static func sourceErrors(_ source: Document, kind: String, at path: String)
    -> [FieldError]
  {
    switch kind {
    case "configMap": return mapErrors(source, naming: "name", at: path)
    case "secret": return mapErrors(source, naming: "secretName", at: path)
    case "downwardAPI":
      return modeErrors(source["defaultMode"], at: "\(path).defaultMode")
        + ProjectionValidation.downwardErrors(source["items"], at: path)
    case "projected":
      return modeErrors(source["defaultMode"], at: "\(path).defaultMode")
        + ProjectionValidation.errors(source["sources"], at: path)
    case "hostPath": return hostErrors(source, at: path)
    case "emptyDir":
      guard let limit = source["sizeLimit"], let text = limit.string,
        (try? Quantity(parsing: text))?.isNegative == true
      else { return [] }
      return [
        .forbidden("\(path).sizeLimit", "SizeLimit field must be a valid resource quantity")
      ]
    case "persistentVolumeClaim":
      return source["claimName"]?.string?.isEmpty ?? true ? [.required("\(path).claimName")] : []
    case "ephemeral":
      guard let template = source["volumeClaimTemplate"] else {
        return [.required("\(path).volumeClaimTemplate")]
      }
      return claimTemplateErrors(template, at: "\(path).volumeClaimTemplate")
    case "gitRepo":
      return NetworkVolumeValidation.errors(source, kind: kind, at: path)
        + descendingPathProblems(source["directory"]?.string ?? "").map {
          .invalid("\(path).directory", source["directory"], $0)
        }
    default: return NetworkVolumeValidation.errors(source, kind: kind, at: path)
    }
  }

  private static func claimTemplateErrors(_ template: Document, at path: String) -> [FieldError] {
    let metadata = template["metadata"] ?? .emptyObject
    let place = "\(path).metadata"
    return MetadataValidation.annotations(metadata["annotations"], at: "\(place).annotations")
      + MetadataValidation.labels(metadata["labels"], at: "\(place).labels")
      + metadata.members.filter {
        $0.name != "annotations" && $0.name != "labels" && !$0.value.isNull
      }
      .map { .forbidden("\(place).\($0.name)", "cannot be set") }
      + StorageValidation.claimErrors(spec: template["spec"] ?? .emptyObject, at: "\(path).spec")
  }

  private static let hostTypes = [
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate",
    "Socket",
  ]

  /// Of pods' volumes and of persistent ones.
  static func hostErrors(_ source: Document, at path: String) -> [FieldError] {
    guard let target = source["path"], let text = target.string, !text.isEmpty else {
      return [.required("\(path).path")]
    }
    var errors = backstepErrors(target, at: "\(path).path")
    if let type = source["type"]?.string, !hostTypes.contains(type) {
      errors.append(.notSupported("\(path).type", type, hostTypes))
    }
    return errors
  }

  /// A path that leads nowhere above its own parts.
  static func backstepErrors(_ target: Document, at path: String) -> [FieldError] {
    guard (target.string ?? "").split(separator: "/").contains("..") else { return [] }
    return [.invalid(path, target, "must not contain '..'")]
  }

  private static func mapErrors(_ source: Document, naming member: String, at path: String)
    -> [FieldError]
  {
    let missing: [FieldError] =
      source[member]?.string?.isEmpty ?? true ? [.required("\(path).\(member)")] : []
    return missing + modeErrors(source["defaultMode"], at: "\(path).defaultMode")
      + itemErrors(source["items"], at: "\(path).items")
  }

  static func modeErrors(_ mode: Document?, at path: String) -> [FieldError] {
    guard let mode, !(0...0o777).contains(mode.integer ?? 0) else { return [] }
    return [
      .invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive")
    ]
  }

  static func itemErrors(_ items: Document?, at path: String) -> [FieldError] {
    (items ?? .emptyArray).elements.enumerated().flatMap { position, item -> [FieldError] in
      let place = "\(path)[\(position)]"
      let missing = ["key", "path"].filter { item[$0]?.string?.isEmpty ?? true }
      return missing.map { .required("\(place).\($0)") }
        + modeErrors(item["mode"], at: "\(place).mode")
        + filePathErrors(item["path"], at: "\(place).path")
    }
  }

  /// Where a file lies in a volume. What begins with two dots is the node agent's own.
  static func filePathErrors(_ target: Document?, at path: String) -> [FieldError] {
    let text = target?.string ?? ""
    var problems = descendingPathProblems(text)
    if text.hasPrefix(".."), !text.hasPrefix("../") {
      problems.append("must not start with '..'")
    }
    return problems.map { .invalid(path, target, $0) }
  }

  /// A path that stays below where it starts.
  static func descendingPathProblems(_ path: String) -> [String] {
    var problems: [String] = []
    if path.hasPrefix("/") { problems.append("must be a relative path") }
    if path.split(separator: "/").contains("..") { problems.append("must not contain '..'") }
    return problems
  }
}
