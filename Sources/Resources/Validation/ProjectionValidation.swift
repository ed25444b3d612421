import Foundations

/// The rules of projected volumes: files from several sources in one directory.
/// Source: Kubernetes documentation, "Projected Volumes"; upstream's messages.
enum ProjectionValidation {
  /// Seconds.
  private static let tokenLife = 600...(1 << 32)

  /// - Parameter path: of the volume's `projected` member.
  static func errors(_ sources: Document?, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    var taken: Set<String> = []
    for (position, source) in (sources ?? .emptyArray).elements.enumerated() {
      let place = "\(path).sources[\(position)]"
      for (kind, projection) in source.members {
        errors += sourceErrors(projection, kind: kind, at: "\(place).\(kind)", in: path)
        for file in files(projection, kind: kind) where !taken.insert(file).inserted {
          errors.append(.invalid(path, Document(file), "conflicting duplicate paths"))
        }
      }
      if source.count > 1 {
        errors.append(.forbidden(place, "may not specify more than 1 volume type per source"))
      }
    }
    return errors
  }

  /// The paths of a source that may not be another's too.
  private static func files(_ projection: Document, kind: String) -> [String] {
    switch kind {
    case "secret", "configMap", "downwardAPI":
      (projection["items"] ?? .emptyArray).elements.compactMap { $0["path"]?.string }
        .filter { !$0.isEmpty }
    default: []
    }
  }

  private static func sourceErrors(
    _ projection: Document, kind: String, at path: String, in volume: String
  ) -> [FieldError] {
    switch kind {
    case "downwardAPI": downwardErrors(projection["items"], at: path)
    case "configMap", "secret":
      (projection["name"]?.string?.isEmpty ?? true ? [.required("\(path).name")] : [])
        + VolumeValidation.itemErrors(projection["items"], at: "\(path).items")
    case "serviceAccountToken": tokenErrors(projection, at: path, in: volume)
    default: []
    }
  }

  /// Upstream tells of a token's path at the volume.
  private static func tokenErrors(_ token: Document, at path: String, in volume: String)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    if let seconds = token["expirationSeconds"], let count = seconds.integer,
      !tokenLife.contains(count)
    {
      errors.append(
        .invalid(
          "\(path).expirationSeconds", seconds,
          count < tokenLife.lowerBound
            ? "may not specify a duration less than 10 minutes"
            : "may not specify a duration larger than 2^32 seconds"))
    }
    if token["path"]?.string?.isEmpty ?? true { return errors + [.required("\(volume).path")] }
    return errors + VolumeValidation.filePathErrors(token["path"], at: "\(volume).path")
  }

  // MARK: Downward API

  /// Upstream tells of files at the place of their list.
  static func downwardErrors(_ items: Document?, at path: String) -> [FieldError] {
    (items ?? .emptyArray).elements.flatMap { item -> [FieldError] in
      var errors = VolumeValidation.filePathErrors(item["path"], at: "\(path).path")
      if item["path"]?.string?.isEmpty ?? true { errors.append(.required("\(path).path")) }
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
        errors += DownwardFieldValidation.resourceErrors(
          resource, isOfVolume: true, at: "\(path).resourceFieldRef")
      } else {
        errors.append(.required(path, "one of fieldRef and resourceFieldRef is required"))
      }
      return errors + VolumeValidation.modeErrors(item["mode"], at: "\(path).mode")
    }
  }
}
