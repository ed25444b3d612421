import Foundations

/// The rules of label selectors.
enum SelectorValidation {
  static func errors(_ selector: Document?, at path: String) -> [FieldError] {
    guard let selector else { return [] }
    var errors = MetadataValidation.labels(selector["matchLabels"], at: "\(path).matchLabels")
    let requirements = selector["matchExpressions"] ?? .emptyArray
    for (position, requirement) in requirements.elements.enumerated() {
      errors += requirementErrors(requirement, at: "\(path).matchExpressions[\(position)]")
    }
    return errors
  }

  /// Tells of the selector itself, beside the parts of it that are wrong.
  static func wholeErrors(_ selector: Document, at path: String) -> [FieldError] {
    let errors = errors(selector, at: path)
    return errors.isEmpty ? [] : errors + [.invalid(path, selector, "invalid label selector.")]
  }

  private static func requirementErrors(_ requirement: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let isEmpty = requirement["values"]?.isEmpty ?? true
    switch requirement["operator"]?.string {
    case "In", "NotIn":
      if isEmpty {
        errors.append(
          .required("\(path).values", "must be specified when `operator` is 'In' or 'NotIn'"))
      }
    case "Exists", "DoesNotExist":
      if !isEmpty {
        errors.append(
          .forbidden(
            "\(path).values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      }
    default:
      errors.append(
        .invalid(
          "\(path).operator", requirement["operator"] ?? "", "not a valid selector operator"))
    }
    for (position, value) in (requirement["values"] ?? .emptyArray).elements.enumerated() {
      errors += ReferenceRule.errors(value, at: "\(path).values[\(position)]") {
        ObjectName.problems(labelValue: $0)
      }
    }
    let key = requirement["key"]?.string ?? ""
    return errors
      + ObjectName.problems(qualifiedName: key).map { .invalid("\(path).key", Document(key), $0) }
  }

  /// What a workload selects its pods by: it selects something, and its own template.
  /// - Parameter isToldWhole: the selector itself is told of, beside the parts of it that are wrong.
  static func workloadErrors(
    _ spec: Document, kind: String, isToldWhole: Bool, at path: String
  ) -> [FieldError] {
    let selector = spec["selector"]
    let place = "\(path).selector"
    let errors = errors(selector, at: place)
    if !errors.isEmpty {
      return errors + (isToldWhole ? [.invalid(place, selector, "invalid label selector")] : [])
    }
    if let selector, selector["matchLabels"]?.isEmpty ?? true,
      selector["matchExpressions"]?.isEmpty ?? true
    {
      return [.invalid(place, selector, "empty selector is invalid for \(kind)")]
    }
    let labels = spec[path: "template", "metadata", "labels"]
    // Without a selector nothing is selected.
    if let selector, matches(selector, labels ?? .emptyObject) { return [] }
    return [
      .invalid(
        "\(path).template.metadata.labels", labels,
        "`selector` does not match template `labels`")
    ]
  }

  static func matches(_ selector: Document, _ labels: Document) -> Bool {
    for (name, value) in (selector["matchLabels"] ?? .emptyObject).members
    where labels[name] != value {
      return false
    }
    return (selector["matchExpressions"] ?? .emptyArray).elements.allSatisfy { requirement in
      let label = labels[requirement["key"]?.string ?? ""]
      let values = requirement["values"] ?? .emptyArray
      switch requirement["operator"]?.string {
      case "In": return label.map { held in values.elements.contains { $0 == held } } ?? false
      case "NotIn": return label.map { held in !values.elements.contains { $0 == held } } ?? true
      case "Exists": return label != nil
      default: return label == nil
      }
    }
  }
}
