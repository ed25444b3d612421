import Foundations

/// The rules of persistent volumes.
/// Source: Kubernetes documentation, "Persistent Volumes"; upstream's messages.
enum PersistentVolumeValidation {
  static func errors(_ volume: Document) -> [FieldError] {
    guard let spec = volume["spec"] else { return [.required("spec")] }
    var errors: [FieldError] = []
    if spec["accessModes"]?.isEmpty ?? true { errors.append(.required("spec.accessModes")) }
    errors += StorageValidation.modeErrors(spec, at: "spec")
    errors += capacityErrors(spec["capacity"] ?? .emptyObject)
    if let policy = spec["persistentVolumeReclaimPolicy"]?.string, !policies.contains(policy) {
      errors.append(.notSupported("spec.persistentVolumeReclaimPolicy", policy, policies))
    }
    errors += affinityErrors(spec["nodeAffinity"])
    errors += sourceErrors(spec)
    if let name = spec["storageClassName"], let text = name.string, !text.isEmpty {
      errors += ObjectName.problems(subdomain: text).map {
        .invalid("spec.storageClassName", name, $0)
      }
    }
    return errors
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
    let terms = required["nodeSelectorTerms"] ?? .emptyArray
    if terms.isEmpty {
      return [
        .required("\(path).nodeSelectorTerms", "must have at least one node selector term")
      ]
    }
    return terms.elements.enumerated().flatMap { position, term in
      PlacementValidation.nodeTerm(term, at: "\(path).nodeSelectorTerms[\(position)]")
    }
  }

  private static func sourceErrors(_ spec: Document) -> [FieldError] {
    let found = spec.members.map(\.name).filter { sources.contains($0) }
    guard let kind = found.first else { return [.required("spec", "must specify a volume type")] }
    var errors = found.dropFirst().map {
      FieldError.forbidden("spec.\($0)", "may not specify more than 1 volume type")
    }
    guard kind == "hostPath" || kind == "local" else {
      return errors
        + NetworkVolumeValidation.errors(spec[kind] ?? .emptyObject, kind: kind, at: "spec.\(kind)")
    }
    let place = "spec.\(kind)"
    if let path = spec[path: kind, "path"], let text = path.string, !text.isEmpty {
      if text.split(separator: "/").contains("..") {
        errors.append(.invalid("\(place).path", path, "must not contain '..'"))
      }
      let isRoot = text.split(separator: "/").allSatisfy { $0 == "." }
      if kind == "hostPath", isRoot, spec["persistentVolumeReclaimPolicy"]?.string == "Recycle" {
        errors.append(
          .forbidden(
            "spec.persistentVolumeReclaimPolicy",
            "may not be 'recycle' for a hostPath mount of '/'"))
      }
    } else {
      errors.append(.required("\(place).path"))
    }
    if kind == "local", spec["nodeAffinity"] == nil {
      errors.append(.required("spec.nodeAffinity", "Local volume requires node affinity"))
    }
    return errors
  }

  /// What a volume is made of stays, and where it can be used.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let (spec, before) = (new["spec"] ?? .emptyObject, old["spec"] ?? .emptyObject)
    var errors: [FieldError] = []
    if sources.contains(where: { spec[$0] != before[$0] }) {
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
    return errors
  }

  /// Every kind of volume. Source: core/v1 PersistentVolumeSpec.
  private static let sources: Set<String> = [
    "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc",
    "flexVolume", "flocker", "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs",
    "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos",
    "vsphereVolume",
  ]
}
