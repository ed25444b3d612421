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

  // MARK: What is told of an attachment

  /// Source: upstream's bounds for messages of drivers.
  private static let messageByteCountMax = 1024
  private static let metadataByteCountMax = 256 * 1024

  static func statusErrors(_ status: Document) -> [FieldError] {
    let metadata = (status["attachmentMetadata"] ?? .emptyObject).members
    let byteCount = metadata.reduce(0) {
      $0 + $1.name.utf8.count + ($1.value.stringBytes?.count ?? 0)
    }
    let size: [FieldError] =
      byteCount > metadataByteCountMax
      ? [.tooLong("status.attachmentMetadata", byteCountMax: metadataByteCountMax)] : []
    return size
      + ["attachError", "detachError"].flatMap { failureErrors(status[$0], at: "status.\($0)") }
  }

  private static func failureErrors(_ failure: Document?, at path: String) -> [FieldError] {
    guard let failure else { return [] }
    var errors: [FieldError] = []
    if failure["message"]?.stringBytes?.count ?? 0 > messageByteCountMax {
      errors.append(.tooLong("\(path).message", byteCountMax: messageByteCountMax))
    }
    if let code = failure["errorCode"], code.integer ?? 0 < 0 {
      errors.append(
        .invalid("\(path).errorCode", code, "must be between 0 and 2147483647, inclusive"))
    }
    return errors
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
