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
    case "downwardAPI", "projected":
      errors += modeErrors(source["defaultMode"], at: "\(place).defaultMode")
    case "emptyDir":
      if let limit = source["sizeLimit"], let text = limit.string,
        (try? Quantity(parsing: text))?.isNegative == true
      {
        errors.append(
          .invalid("\(place).sizeLimit", limit, "must be greater than or equal to 0"))
      }
    default: break
    }
    return errors
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
