import Foundations

/// The rules of a pod's volumes.
enum VolumeValidation {
  /// - Returns: the names of the volumes that can be mounted.
  static func errors(_ volumes: Document?, at path: String, _ errors: inout [FieldError])
    -> Set<String>
  {
    guard let volumes else { return [] }
    var names: Set<String> = []
    for (position, volume) in volumes.elements.enumerated() {
      let place = "\(path)[\(position)]"
      if let name = volume["name"], let text = name.string, !text.isEmpty {
        errors += ObjectName.problems(label: text).map { .invalid("\(place).name", name, $0) }
        if !names.insert(text).inserted { errors.append(.duplicate("\(place).name", name)) }
      }
      errors += sourceErrors(volume, at: place)
    }
    return names
  }

  private static func sourceErrors(_ volume: Document, at path: String) -> [FieldError] {
    let sources = volume.members.filter { $0.name != "name" }
    guard let (kind, source) = sources.first else {
      return [.required(path, "must specify a volume type")]
    }
    var errors = sources.dropFirst().map {
      FieldError.forbidden("\(path).\($0.name)", "may not specify more than 1 volume type")
    }
    let place = "\(path).\(kind)"
    switch kind {
    case "configMap":
      if source["name"]?.string?.isEmpty ?? true { errors.append(.required("\(place).name")) }
      errors += modeErrors(source["defaultMode"], at: "\(place).defaultMode")
      errors += itemErrors(source["items"], at: "\(place).items")
    case "secret":
      if source["secretName"]?.string?.isEmpty ?? true {
        errors.append(.required("\(place).secretName"))
      }
      errors += modeErrors(source["defaultMode"], at: "\(place).defaultMode")
      errors += itemErrors(source["items"], at: "\(place).items")
    case "downwardAPI":
      errors += modeErrors(source["defaultMode"], at: "\(place).defaultMode")
      errors += downwardErrors(source["items"], at: place)
    case "projected":
      errors += modeErrors(source["defaultMode"], at: "\(place).defaultMode")
      errors += projectionErrors(source["sources"], at: place)
    case "hostPath":
      if let target = source["path"], let text = target.string,
        text.split(separator: "/").contains("..")
      {
        errors.append(.invalid("\(place).path", target, "must not contain '..'"))
      }
    case "emptyDir":
      if let limit = source["sizeLimit"], let text = limit.string,
        (try? Quantity(parsing: text))?.isNegative == true
      {
        errors.append(
          .invalid("\(place).sizeLimit", limit, "must be greater than or equal to 0"))
      }
    case "persistentVolumeClaim":
      if source["claimName"]?.string?.isEmpty ?? true {
        errors.append(.required("\(place).claimName"))
      }
    case "ephemeral":
      if let template = source["volumeClaimTemplate"] {
        errors += StorageValidation.claimErrors(
          spec: template["spec"] ?? .emptyObject, at: "\(place).volumeClaimTemplate.spec")
        errors += MetadataValidation.labels(
          template[path: "metadata", "labels"], at: "\(place).volumeClaimTemplate.metadata.labels")
      } else {
        errors.append(.required("\(place).volumeClaimTemplate"))
      }
    default: errors += NetworkVolumeValidation.errors(source, kind: kind, at: place)
    }
    return errors
  }

  private static func downwardErrors(_ items: Document?, at path: String) -> [FieldError] {
    (items ?? .emptyArray).elements.flatMap { item -> [FieldError] in
      var errors = descendingPathProblems(item["path"]?.string ?? "").map {
        FieldError.invalid("\(path).path", item["path"], $0)
      }
      if let field = item["fieldRef"] {
        errors += DownwardFieldValidation.errors(
          field, allowed: DownwardFieldValidation.volume, at: "\(path).fieldRef")
        if item["resourceFieldRef"] != nil {
          errors.append(
            .invalid(
              path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
          )
        }
      } else if let resource = item["resourceFieldRef"] {
        if resource["containerName"]?.string?.isEmpty ?? true {
          errors.append(.required("\(path).resourceFieldRef.containerName"))
        }
        errors += DownwardFieldValidation.resourceErrors(
          resource, at: "\(path).resourceFieldRef")
      } else {
        errors.append(.required(path, "one of fieldRef and resourceFieldRef is required"))
      }
      return errors + modeErrors(item["mode"], at: "\(path).mode")
    }
  }

  /// A token lasts ten minutes at least.
  private static let tokenSecondsMin = 600

  private static func projectionErrors(_ sources: Document?, at path: String) -> [FieldError] {
    (sources ?? .emptyArray).elements.enumerated().flatMap { position, source -> [FieldError] in
      let place = "\(path).sources[\(position)]"
      let kinds = source.members.map { $0.name }
      guard let kind = kinds.first, let projection = source[kind] else { return [] }
      var errors = kinds.dropFirst().map {
        FieldError.forbidden("\(place).\($0)", "may not specify more than 1 volume type")
      }
      switch kind {
      case "downwardAPI": errors += downwardErrors(projection["items"], at: "\(place).\(kind)")
      case "configMap", "secret":
        if projection["name"]?.string?.isEmpty ?? true {
          errors.append(.required("\(place).\(kind).name"))
        }
        errors += itemErrors(projection["items"], at: "\(place).\(kind).items")
      case "serviceAccountToken":
        if let seconds = projection["expirationSeconds"], let count = seconds.integer,
          count < tokenSecondsMin
        {
          errors.append(
            .invalid(
              "\(place).\(kind).expirationSeconds", seconds,
              "may not specify a duration less than 10 minutes"))
        }
        errors += descendingPathProblems(projection["path"]?.string ?? "").map {
          .invalid("\(path).path", projection["path"], $0)
        }
      default: break
      }
      return errors
    }
  }

  private static func modeErrors(_ mode: Document?, at path: String) -> [FieldError] {
    guard let mode, !(0...0o777).contains(mode.integer ?? 0) else { return [] }
    return [
      .invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive")
    ]
  }

  private static func itemErrors(_ items: Document?, at path: String) -> [FieldError] {
    guard let items else { return [] }
    return items.elements.enumerated().flatMap { position, item -> [FieldError] in
      let place = "\(path)[\(position)]"
      let target = item["path"]
      return modeErrors(item["mode"], at: "\(place).mode")
        + descendingPathProblems(target?.string ?? "").map {
          .invalid("\(place).path", target, $0)
        }
    }
  }

  /// A path that stays below where it starts.
  static func descendingPathProblems(_ path: String) -> [String] {
    var problems: [String] = []
    if path.hasPrefix("/") { problems.append("must be a relative path") }
    if path.split(separator: "/").contains("..") { problems.append("must not contain '..'") }
    return problems
  }
}
