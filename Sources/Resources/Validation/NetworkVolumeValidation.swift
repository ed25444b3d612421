import Foundations

/// The rules of volumes that come from elsewhere, in pods and as persistent volumes.
/// Source: Kubernetes documentation, "Volumes"; upstream's messages.
enum NetworkVolumeValidation {
  /// What a volume of a kind cannot be found without.
  private static let requiredMembers = [
    "gitRepo": ["repository"], "gcePersistentDisk": ["pdName"],
    "awsElasticBlockStore": ["volumeID"], "nfs": ["server", "path"],
    "iscsi": ["targetPortal", "iqn"], "glusterfs": ["endpoints", "path"],
    "rbd": ["monitors", "image"], "quobyte": ["volume"], "cinder": ["volumeID"],
    "cephfs": ["monitors"], "flexVolume": ["driver"], "azureFile": ["secretName", "shareName"],
    "vsphereVolume": ["volumePath"], "photonPersistentDisk": ["pdID"],
    "portworxVolume": ["volumeID"], "azureDisk": ["diskName", "diskURI"],
    "scaleIO": ["gateway", "system", "volumeName"], "storageos": ["volumeName"],
  ]

  /// - Parameters:
  ///   - kind: the member that holds `source`.
  ///   - isPersistent: of a persistent volume, whose secrets may lie in any namespace.
  static func errors(
    _ source: Document, kind: String, isPersistent: Bool = false, at path: String
  ) -> [FieldError] {
    let path = kind == "gcePersistentDisk" ? shownAsPersistentDisk(path) : path
    // Lists have as much to say as texts.
    let missing = (requiredMembers[kind] ?? []).filter { member in
      source[member].map { $0.isArray ? $0.isEmpty : $0.string?.isEmpty ?? true } ?? true
    }
    return missing.map { .required("\(path).\($0)") }
      + ownErrors(source, kind: kind, isPersistent, at: path)
  }

  /// Upstream tells of one kind under its older name.
  private static func shownAsPersistentDisk(_ path: String) -> String {
    String(path.dropLast("gcePersistentDisk".count)) + "persistentDisk"
  }

  private static func ownErrors(
    _ source: Document, kind: String, _ isPersistent: Bool, at path: String
  ) -> [FieldError] {
    switch kind {
    case "nfs": return pathErrors(source["path"] ?? "", at: "\(path).path")
    case "csi":
      let errors = ReferenceRule.driver(source["driver"], at: "\(path).driver")
      return errors
        + (isPersistent ? secretErrors(source, at: path) : podSecretErrors(source, at: path))
    case "iscsi": return ISCSIVolumeRule.errors(source, isPersistent: isPersistent, at: path)
    case "fc": return channelErrors(source, at: path)
    case "flocker": return datasetErrors(source, at: path)
    case "flexVolume": return optionErrors(source["options"], at: "\(path).options")
    case "gcePersistentDisk", "awsElasticBlockStore":
      return unitErrors(source["partition"], at: "\(path).partition", shown: 1...255)
    case "azureDisk": return diskErrors(source, at: path)
    case "quobyte": return registryErrors(source, at: path)
    case "storageos":
      return ["volumeName", "volumeNamespace"].flatMap {
        ReferenceRule.label(source[$0], at: "\(path).\($0)")
      } + referenceErrors(source, isPersistent, at: path)
    case "cinder": return referenceErrors(source, isPersistent, at: path)
    case "glusterfs": return namespaceErrors(source["endpointsNamespace"], at: path)
    case "azureFile":
      guard let namespace = source["secretNamespace"], namespace.string?.isEmpty ?? true else {
        return []
      }
      return [.required("\(path).secretNamespace")]
    default: return []
    }
  }

  private static func pathErrors(_ target: Document, at path: String) -> [FieldError] {
    if target.string?.hasPrefix("/") == true { return [] }
    return [.invalid(path, target, "must be an absolute path")]
  }

  // MARK: Secrets

  private static func podSecretErrors(_ source: Document, at path: String) -> [FieldError] {
    guard let secret = source["nodePublishSecretRef"] else { return [] }
    if secret["name"]?.string?.isEmpty ?? true {
      return [.required("\(path).nodePublishSecretRef.name")]
    }
    // Upstream tells of it one level up.
    return ReferenceRule.subdomain(secret["name"], at: "\(path).name")
  }

  private static let secretMembers = [
    "controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef",
    "nodeExpandSecretRef",
  ]

  private static func secretErrors(_ source: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if source["volumeHandle"]?.string?.isEmpty ?? true {
      errors.append(.required("\(path).volumeHandle"))
    }
    for member in secretMembers {
      guard let secret = source[member] else { continue }
      for part in ["name", "namespace"] where secret[part]?.string?.isEmpty ?? true {
        errors.append(.required("\(path).\(member).\(part)"))
      }
      errors += ReferenceRule.subdomain(secret["name"], at: "\(path).\(member).name")
      errors += ReferenceRule.label(secret["namespace"], at: "\(path).\(member).namespace")
    }
    return errors
  }

  private static func referenceErrors(
    _ source: Document, _ isPersistent: Bool, at path: String
  ) -> [FieldError] {
    guard let secret = source["secretRef"] else { return [] }
    return (isPersistent ? ["name", "namespace"] : ["name"])
      .filter { secret[$0]?.string?.isEmpty ?? true }
      .map { .required("\(path).secretRef.\($0)") }
  }

  // MARK: Where it is

  private static func namespaceErrors(_ namespace: Document?, at path: String) -> [FieldError] {
    guard let namespace else { return [] }
    let place = "\(path).endpointsNamespace"
    let text = namespace.string ?? ""
    if text.isEmpty {
      return [
        .invalid(
          place, namespace, "if the endpointnamespace is set, it must be a valid namespace name")
      ]
    }
    return ReferenceRule.label(namespace, at: place)
  }

  private static func channelErrors(_ source: Document, at path: String) -> [FieldError] {
    let place = "\(path).targetWWNs"
    let byName = source["targetWWNs"]?.isEmpty == false
    let byIdentity = source["wwids"]?.isEmpty == false
    var errors: [FieldError] = []
    if !byName, !byIdentity {
      errors.append(.required(place, "must specify either targetWWNs or wwids, but not both"))
    }
    if byName, byIdentity {
      errors.append(
        .invalid(
          place, source["targetWWNs"], "targetWWNs and wwids can not be specified simultaneously"))
    }
    guard byName else { return errors }
    guard let unit = source["lun"] else {
      return errors + [.required("\(path).lun", "lun is required if targetWWNs is specified")]
    }
    return errors + unitErrors(unit, at: "\(path).lun")
  }

  /// Of units and devices behind one name.
  private static let unitNumbers = 0...255

  /// - Parameter shown: the range that is told of, where it is not the one that is taken.
  static func unitErrors(
    _ unit: Document?, at path: String, shown: ClosedRange<Int> = unitNumbers
  ) -> [FieldError] {
    guard let unit, !unitNumbers.contains(unit.integer ?? 0) else { return [] }
    return [
      .invalid(
        path, unit, "must be between \(shown.lowerBound) and \(shown.upperBound), inclusive")
    ]
  }

  private static func datasetErrors(_ source: Document, at path: String) -> [FieldError] {
    let given = ["datasetName", "datasetUUID"].filter { source[$0]?.string?.isEmpty == false }
    var errors: [FieldError] = []
    if given.isEmpty {
      errors.append(.required(path, "one of datasetName and datasetUUID is required"))
    }
    if given.count > 1 {
      errors.append(
        .invalid(
          path, "resource", "datasetName and datasetUUID can not be specified simultaneously"))
    }
    if source["datasetName"]?.string?.contains("/") == true {
      errors.append(.invalid("\(path).datasetName", source["datasetName"], "must not contain '/'"))
    }
    return errors
  }

  /// Options in Kubernetes' own name are what it tells the driver itself.
  private static func optionErrors(_ options: Document?, at path: String) -> [FieldError] {
    (options ?? .emptyObject).members.compactMap { name, _ in
      let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let domain = ".\(parts.count == 2 ? String(parts[0]) : name)".lowercased()
      guard domain.hasSuffix(".kubernetes.io") || domain.hasSuffix(".k8s.io") else { return nil }
      return .invalid(
        "\(path)[\(name)]", Document(name), "kubernetes.io and k8s.io namespaces are reserved")
    }
  }

  private static func registryErrors(_ source: Document, at path: String) -> [FieldError] {
    let place = "\(path).registry"
    let problem = "must be a host:port pair or multiple pairs separated by commas"
    let text = source["registry"]?.string ?? ""
    if text.isEmpty { return [.required(place, problem)] }
    return text.split(separator: ",", omittingEmptySubsequences: false)
      .filter { $0.split(separator: ":", omittingEmptySubsequences: false).count != 2 }
      .map { _ in .invalid(place, source["registry"], problem) }
  }

  private static let diskChoices = [
    ("cachingMode", ["None", "ReadOnly", "ReadWrite"]),
    ("kind", ["Dedicated", "Managed", "Shared"]),
  ]
  private static let managedDisk =
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
  private static let blobDisk =
    "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"

  private static func diskErrors(_ source: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    for (member, allowed) in diskChoices {
      guard let text = source[member]?.string, !allowed.contains(text) else { continue }
      errors.append(.notSupported("\(path).\(member)", text, allowed))
    }
    guard let kind = source["kind"]?.string else { return errors }
    let isManaged = kind == "Managed"
    let location = source["diskURI"]?.string ?? ""
    if !location.hasPrefix(isManaged ? "/subscriptions/" : "https://") {
      errors.append(
        .notSupported("\(path).diskURI", location, [isManaged ? managedDisk : blobDisk]))
    }
    return errors
  }
}
