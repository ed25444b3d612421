/// The rules of volumes that come from elsewhere, in pods and as persistent volumes.
/// Source: Kubernetes documentation, "Volumes"; upstream's messages.
enum NetworkVolumeValidation {
  /// Of units and devices behind one name.
  private static let unitNumbers = 0...255

  /// - Parameter kind: the member that holds `source`.
  static func errors(_ source: Document, kind: String, at path: String) -> [FieldError] {
    switch kind {
    case "nfs": nfsErrors(source, at: path)
    case "csi": driverErrors(source, at: path)
    case "image":
      source["reference"]?.string?.isEmpty ?? true ? [.required("\(path).reference")] : []
    case "iscsi": targetErrors(source, at: path)
    case "fc": channelErrors(source, at: path)
    default: []
    }
  }

  private static func nfsErrors(_ source: Document, at path: String) -> [FieldError] {
    // The schema asks for both members.
    guard let target = source["path"], let text = target.string, !text.isEmpty,
      !text.hasPrefix("/")
    else { return [] }
    return [.invalid("\(path).path", target, "must be an absolute path")]
  }

  private static func driverErrors(_ source: Document, at path: String) -> [FieldError] {
    var errors = ReferenceRule.driver(source["driver"], at: "\(path).driver")
    if let secret = source["nodePublishSecretRef"] {
      if secret["name"]?.string?.isEmpty ?? true {
        errors.append(.required("\(path).nodePublishSecretRef.name"))
      }
      // Upstream tells of it one level up.
      if secret["namespace"] == nil {
        errors += ReferenceRule.subdomain(secret["name"], at: "\(path).name")
      }
    }
    for member in ["controllerPublishSecretRef", "controllerExpandSecretRef"] {
      guard let secret = source[member] else { continue }
      for part in ["name", "namespace"] where secret[part]?.string?.isEmpty ?? true {
        errors.append(.required("\(path).\(member).\(part)"))
      }
      errors += ReferenceRule.subdomain(secret["name"], at: "\(path).\(member).name")
      errors += ReferenceRule.label(secret["namespace"], at: "\(path).\(member).namespace")
    }
    return errors
  }

  private static func targetErrors(_ source: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let name = source["iqn"], let text = name.string, !text.isEmpty,
      !["iqn", "eui", "naa"].contains(where: text.hasPrefix)
    {
      errors.append(
        .invalid("\(path).iqn", name, "must be valid format starting with iqn, eui, or naa"))
    }
    return errors + unitErrors(source["lun"], at: "\(path).lun")
  }

  private static func channelErrors(_ source: Document, at path: String) -> [FieldError] {
    let byName = source["targetWWNs"]?.isEmpty == false
    let byIdentity = source["wwids"]?.isEmpty == false
    let only = "must specify either targetWWNs or wwids, but not both"
    if !byName, !byIdentity { return [.required("\(path).targetWWNs", only)] }
    if byName, byIdentity {
      return [.invalid("\(path).targetWWNs", source["targetWWNs"], only)]
    }
    guard byName else { return [] }
    if source["lun"] == nil {
      return [.required("\(path).lun", "lun is required if targetWWNs is specified")]
    }
    return unitErrors(source["lun"], at: "\(path).lun")
  }

  private static func unitErrors(_ unit: Document?, at path: String) -> [FieldError] {
    guard let unit, !unitNumbers.contains(unit.integer ?? 0) else { return [] }
    return [
      .invalid(
        path, unit,
        "must be between \(unitNumbers.lowerBound) and \(unitNumbers.upperBound), inclusive")
    ]
  }
}
