import Foundations

/// The rules of persistent volume claims and storage classes.
/// Source: Kubernetes documentation, "Persistent Volumes", "Storage Classes"; upstream's messages.
enum StorageValidation {
  static func claimErrors(_ claim: Document) -> [FieldError] {
    claimErrors(spec: claim["spec"] ?? .emptyObject, at: "spec")
  }

  /// - Parameter path: where the spec stands: pods bring claims along.
  static func claimErrors(spec: Document, at path: String) -> [FieldError] {
    var errors = SelectorValidation.errors(spec["selector"], at: "\(path).selector")
    if spec["accessModes"]?.isEmpty ?? true {
      errors.append(.required("\(path).accessModes", "at least 1 access mode is required"))
    }
    errors += accessModeErrors(spec, at: path) + volumeModeErrors(spec, at: path)
    let place = "\(path).resources[storage]"
    if let storage = spec[path: "resources", "requests", "storage"] {
      errors += amountErrors(storage, at: place)
    } else {
      errors.append(.required(place))
    }
    if let name = spec["storageClassName"], let text = name.string, !text.isEmpty {
      errors += ObjectName.problems(subdomain: text).map {
        .invalid("\(path).storageClassName", name, $0)
      }
    }
    errors += ReferenceRule.subdomain(
      spec["volumeAttributesClassName"], at: "\(path).volumeAttributesClassName")
    return errors + sourceErrors(spec, at: path)
  }

  /// What a claim's volume is filled with.
  private static func sourceErrors(_ spec: Document, at path: String) -> [FieldError] {
    let (source, reference) = (spec["dataSource"], spec["dataSourceRef"])
    var errors = sourceErrors(source, at: "\(path).dataSource")
    errors += sourceErrors(reference, at: "\(path).dataSourceRef")
    guard let source, let reference,
      !["apiGroup", "kind", "name"].allSatisfy({ source[$0] == reference[$0] })
    else { return errors }
    return errors + [
      .invalid(path, Document("\(path).dataSource"), "must match dataSourceRef")
    ]
  }

  private static func sourceErrors(_ source: Document?, at path: String) -> [FieldError] {
    guard let source else { return [] }
    var errors = ["name", "kind"].filter { source[$0]?.string?.isEmpty ?? true }.map {
      FieldError.required("\(path).\($0)")
    }
    let kind = source["kind"] ?? ""
    if source["apiGroup"]?.string?.isEmpty ?? true, kind != "PersistentVolumeClaim" {
      errors.append(
        .invalid(
          path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
    }
    return errors + ReferenceRule.subdomain(source["apiGroup"], at: "\(path).apiGroup")
  }

  /// Of claims and of volumes.
  static func accessModeErrors(_ spec: Document, at path: String) -> [FieldError] {
    let modes = (spec["accessModes"] ?? .emptyArray).elements.compactMap(\.string)
    var errors = modes.filter { !accessModes.contains($0) }.map {
      FieldError.notSupported("\(path).accessModes", $0, accessModes)
    }
    if modes.contains("ReadWriteOncePod"),
      modes.contains(where: { $0 != "ReadWriteOncePod" && accessModes.contains($0) })
    {
      errors.append(
        .forbidden(
          "\(path).accessModes", "may not use ReadWriteOncePod with other access modes"))
    }
    return errors
  }

  /// What a volume looks like in a container. Of claims and of volumes.
  static func volumeModeErrors(_ spec: Document, at path: String) -> [FieldError] {
    guard let mode = spec["volumeMode"]?.string, !volumeModes.contains(mode) else { return [] }
    return [.notSupported("\(path).volumeMode", mode, volumeModes)]
  }

  private static let accessModes = [
    "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod",
  ]
  private static let volumeModes = ["Block", "Filesystem"]

  static func amountErrors(_ amount: Document, at path: String) -> [FieldError] {
    // The schema has refused what is no quantity.
    guard let value = amount.string.flatMap({ try? Quantity(parsing: $0) }), value <= .zero else {
      return []
    }
    return [.invalid(path, amount, "must be greater than zero")]
  }

  static func classErrors(_ storage: Document) -> [FieldError] {
    let name = storage["provisioner"]?.string ?? ""
    if name.isEmpty { return [.required("provisioner")] }
    var errors = ObjectName.problems(qualifiedName: name.lowercased()).map {
      FieldError.invalid("provisioner", storage["provisioner"], $0)
    }
    for (field, supported) in [
      ("reclaimPolicy", ["Delete", "Retain"]),
      ("volumeBindingMode", ["Immediate", "WaitForFirstConsumer"]),
    ] {
      if let value = storage[field]?.string, !(value.isEmpty && field == "reclaimPolicy"),
        !supported.contains(value)
      {
        errors.append(.notSupported(field, value, supported))
      }
    }
    return errors + parameterErrors(storage["parameters"], at: "parameters")
      + topologyErrors(storage["allowedTopologies"])
  }

  /// Source: upstream's bounds for the parameters of provisioners.
  private static let parametersMax = 512
  private static let parametersByteCountMax = 256 * 1024

  static func parameterErrors(_ parameters: Document?, at path: String) -> [FieldError] {
    guard let parameters else { return [] }
    if parameters.count > parametersMax {
      return [.tooLong(path, byteCountMax: parametersMax)]
    }
    var errors: [FieldError] = []
    var byteCount = 0
    for (name, value) in parameters.members {
      if name.isEmpty { errors.append(.invalid(path, "", "field can not be empty.")) }
      byteCount += name.utf8.count + (value.string?.utf8.count ?? 0)
    }
    if byteCount > parametersByteCountMax {
      errors.append(.tooLong(path, byteCountMax: parametersByteCountMax))
    }
    return errors
  }

  private static func topologyErrors(_ topologies: Document?) -> [FieldError] {
    var errors: [FieldError] = []
    // A term without requirements counts as one that was there before.
    var terms: Set<[String: Set<String>]> = [[:]]
    for (position, term) in (topologies ?? .emptyArray).elements.enumerated() {
      let place = "allowedTopologies[\(position)].matchLabelExpressions"
      var values: [String: Set<String>] = [:]
      for (number, requirement) in (term["matchLabelExpressions"] ?? .emptyArray).elements
        .enumerated()
      {
        let key = requirement["key"]?.string ?? ""
        let inner = "\(place)[\(number)]"
        var held: Set<String> = []
        for (index, value) in (requirement["values"] ?? .emptyArray).elements.enumerated()
        where !held.insert(value.string ?? "").inserted {
          errors.append(.duplicate("\(inner).values[\(index)]", value))
        }
        errors += ObjectName.problems(qualifiedName: key).map {
          .invalid("\(inner).key", Document(key), $0)
        }
        if values.updateValue(held, forKey: key) != nil {
          errors.append(.duplicate("\(inner).key", Document(key)))
        }
      }
      if !terms.insert(values).inserted { errors.append(.duplicate(place, "")) }
    }
    return errors
  }
}
