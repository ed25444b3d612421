import Foundations

/// The rules of persistent volumes.
/// Source: Kubernetes documentation, "Persistent Volumes"; upstream's messages.
enum PersistentVolumeValidation {
  static func errors(_ volume: Document) -> [FieldError] {
    let spec = volume["spec"] ?? .emptyObject
    var errors = commonErrors(spec, at: "spec")
    errors += capacityErrors(spec["capacity"] ?? .emptyObject)
    if let policy = spec["persistentVolumeReclaimPolicy"]?.string, !policy.isEmpty,
      !policies.contains(policy)
    {
      errors.append(.notSupported("spec.persistentVolumeReclaimPolicy", policy, policies))
    }
    errors += affinityErrors(spec["nodeAffinity"])
    errors += ReferenceRule.subdomain(spec["storageClassName"], at: "spec.storageClassName")
    errors += StorageValidation.volumeModeErrors(spec, at: "spec")
    let name = volume[path: "metadata", "name"]?.string ?? ""
    if ISCSIVolumeRule.isTooLong(spec["iscsi"], named: name) {
      errors.append(
        .invalid(
          "spec.iscsi.targetportal", spec[path: "iscsi", "targetPortal"],
          ISCSIVolumeRule.lengthProblem))
    }
    return errors
  }

  /// A volume that an attachment describes itself: what it is made of, and nothing of its life.
  static func inlineErrors(_ spec: Document, at path: String) -> [FieldError] {
    let problem = "in the context of inline volumes"
    var errors = commonErrors(spec, at: path)
    if spec["csi"] == nil {
      errors.append(.required("\(path).csi", "has to be specified \(problem)"))
    }
    for member in ["claimRef", "capacity", "nodeAffinity", "storageClassName"] {
      guard let value = spec[member], value.string.map({ !$0.isEmpty }) ?? true,
        member != "capacity" || !value.isEmpty
      else { continue }
      errors.append(.forbidden("\(path).\(member)", "may not be specified \(problem)"))
    }
    if let policy = spec["persistentVolumeReclaimPolicy"]?.string, !policy.isEmpty,
      policy != "Retain"
    {
      errors.append(
        .forbidden("\(path).persistentVolumeReclaimPolicy", "may only be Retain \(problem)"))
    }
    if let mode = spec["volumeMode"]?.string, mode != "Filesystem" {
      errors.append(
        .forbidden(
          "\(path).volumeMode", "may not specify volumeMode other than Filesystem \(problem)"))
    }
    return errors
  }

  private static func commonErrors(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if spec["accessModes"]?.isEmpty ?? true { errors.append(.required("\(path).accessModes")) }
    errors += StorageValidation.accessModeErrors(spec, at: path)
    errors += sourceErrors(spec, at: path)
    guard let name = spec["volumeAttributesClassName"] else { return errors }
    let place = "\(path).volumeAttributesClassName"
    if name.string?.isEmpty ?? true {
      errors.append(.required(place, "an empty string is disallowed"))
    }
    if spec["csi"] == nil {
      errors.append(
        .required("\(path).csi", "has to be specified when using volumeAttributesClassName"))
    }
    return errors + ReferenceRule.subdomain(name, at: place)
  }

  private static let policies = ["Delete", "Recycle", "Retain"]

  private static func capacityErrors(_ capacity: Document) -> [FieldError] {
    if capacity.isEmpty {
      return [
        .required("spec.capacity"), .notSupported("spec.capacity", "", ["storage"]),
      ]
    }
    var errors: [FieldError] = []
    if capacity["storage"] == nil || capacity.count > 1 {
      errors.append(
        .notSupported(
          "spec.capacity", capacity.members.map(\.name).joined(separator: ","), ["storage"]))
    }
    for (name, amount) in capacity.members {
      errors += StorageValidation.amountErrors(amount, at: "spec.capacity[\(name)]")
    }
    return errors
  }

  private static func affinityErrors(_ affinity: Document?) -> [FieldError] {
    guard let affinity else { return [] }
    let path = "spec.nodeAffinity.required"
    guard let required = affinity["required"] else {
      return [.required(path, "must specify required node constraints")]
    }
    return PlacementValidation.nodeSelector(required, at: path)
  }

  private static func sourceErrors(_ spec: Document, at path: String) -> [FieldError] {
    let found = sources.filter { spec[$0] != nil }
    guard let kind = found.first, let source = spec[kind] else {
      return [.required(path, "must specify a volume type")]
    }
    let place = "\(path).\(kind)"
    var errors = found.dropFirst().map {
      FieldError.forbidden("\(path).\($0)", "may not specify more than 1 volume type")
    }
    switch kind {
    case "hostPath": errors += VolumeValidation.hostErrors(source, at: place)
    case "local":
      let target = source["path"] ?? ""
      if target.string?.isEmpty ?? true { errors.append(.required("\(place).path")) }
      errors += VolumeValidation.backstepErrors(target, at: "\(place).path")
      if spec["nodeAffinity"] == nil {
        errors.append(
          .required("\(path).nodeAffinity", "Local volume requires node affinity"))
      }
    default:
      errors += NetworkVolumeValidation.errors(
        source, kind: kind, isPersistent: true, at: place)
    }
    if isRoot(spec[path: "hostPath", "path"]),
      spec["persistentVolumeReclaimPolicy"]?.string == "Recycle"
    {
      errors.append(
        .forbidden(
          "\(path).persistentVolumeReclaimPolicy",
          "may not be 'recycle' for a hostPath mount of '/'"))
    }
    return errors
  }

  private static func isRoot(_ path: Document?) -> Bool {
    guard let text = path?.string, text.hasPrefix("/") else { return false }
    return text.split(separator: "/").allSatisfy { $0 == "." }
  }

  /// What a volume is made of stays, and where it can be used.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let (spec, before) = (new["spec"] ?? .emptyObject, old["spec"] ?? .emptyObject)
    var errors: [FieldError] = []
    if sources.contains(where: { !isSame($0, spec, before) }) {
      errors.append(
        .forbidden(
          "spec.persistentvolumesource",
          "spec.persistentvolumesource is immutable after creation"))
    }
    if spec["volumeMode"] != before["volumeMode"] {
      errors.append(.invalid("volumeMode", spec["volumeMode"], "field is immutable"))
    }
    if before["nodeAffinity"] != nil, spec["nodeAffinity"] != before["nodeAffinity"] {
      errors.append(
        .invalid(
          "nodeAffinity", spec["nodeAffinity"],
          "field is immutable, except for updating from beta label to GA"))
    }
    if before["volumeAttributesClassName"] != nil, spec["volumeAttributesClassName"] == nil {
      errors.append(
        .forbidden(
          "spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"))
    }
    return errors
  }

  /// Drivers may learn of the secret with which they expand a volume later.
  private static func isSame(_ source: String, _ spec: Document, _ before: Document) -> Bool {
    var now = spec[source]
    if source == "csi", before[path: source, "controllerExpandSecretRef"] == nil {
      now?["controllerExpandSecretRef"] = nil
    }
    return Document.haveSameMeaning(now, before[source])
  }

  /// In the order in which the first one counts. Source: core/v1 PersistentVolumeSource.
  private static let sources = [
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd",
    "quobyte", "cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume",
    "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO", "local", "storageos", "csi",
  ]
}
