import Foundations

/// The rules of attachments of volumes to nodes, and of classes of attributes.
/// Source: Kubernetes API reference, `storage.k8s.io/v1`; upstream's messages.
enum VolumeAttachmentValidation {
  static func errors(_ attachment: Document) -> [FieldError] {
    let spec = attachment["spec"] ?? .emptyObject
    return ReferenceRule.driver(spec["attacher"], at: "spec.attacher")
      + sourceErrors(spec["source"] ?? .emptyObject)
      + ObjectName.problems(subdomain: spec["nodeName"]?.string ?? "").map {
        .invalid("spec.nodeName", spec["nodeName"] ?? "", $0)
      }
  }

  private static func sourceErrors(_ source: Document) -> [FieldError] {
    let place = "spec.source"
    let only = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
    switch (source["persistentVolumeName"], source["inlineVolumeSpec"]) {
    case (nil, nil): return [.required(place, only)]
    case (.some, .some): return [.forbidden(place, only)]
    case (nil, let volume?):
      return PersistentVolumeValidation.inlineErrors(volume, at: "\(place).inlineVolumeSpec")
    case (let name?, nil):
      let path = "\(place).persistentVolumeName"
      let text = name.string ?? ""
      let missing: [FieldError] =
        text.isEmpty ? [.required(path, "must specify non empty persistentVolumeName")] : []
      return missing + ObjectName.problems(subdomain: text).map { .invalid(path, name, $0) }
    }
  }

  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    if new["spec"] == old["spec"] { return [] }
    return [.invalid("spec", new["spec"], "field is immutable")]
  }

  // MARK: Classes of attributes

  static func classErrors(_ object: Document) -> [FieldError] {
    let driver = object["driverName"]?.string?.lowercased() ?? ""
    var errors: [FieldError] = []
    if !driver.isEmpty {
      errors += ObjectName.problems(qualifiedName: driver).map {
        .invalid("driverName", Document(driver), $0)
      }
    }
    errors += StorageValidation.parameterErrors(object["parameters"], at: "parameters")
    if object["parameters"]?.isEmpty ?? true {
      errors.append(.required("parameters", "must contain at least one key/value pair"))
    }
    return errors
  }

  static func classChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    ["driverName", "parameters"].compactMap { member in
      new[member] == old[member]
        ? nil : .forbidden(member, "updates to \(member) are forbidden.")
    }
  }
}
