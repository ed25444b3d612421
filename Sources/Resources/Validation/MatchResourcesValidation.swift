/// The rules of what admission policies and their bindings are about: resource rules and selectors.
/// Source: upstream's messages.
enum MatchResourcesValidation {
  /// - Parameter resources: `spec.matchConstraints` or `spec.matchResources`.
  static func errors(_ resources: Document?, at path: String) -> [FieldError] {
    guard let resources else { return [] }
    var errors: [FieldError] = []
    if let policy = resources["matchPolicy"]?.string, !["Equivalent", "Exact"].contains(policy) {
      errors.append(.notSupported("\(path).matchPolicy", policy, ["Equivalent", "Exact"]))
    }
    for member in ["namespaceSelector", "objectSelector"] {
      errors += SelectorValidation.errors(resources[member], at: "\(path).\(member)")
    }
    for member in ["resourceRules", "excludeResourceRules"] {
      for (position, rule) in (resources[member] ?? .emptyArray).elements.enumerated() {
        let place = "\(path).\(member)[\(position)]"
        errors += nameErrors(rule["resourceNames"], at: "\(place).resourceNames")
        errors += AdmissionRuleValidation.errors(rule, at: place)
      }
    }
    return errors
  }

  /// A policy can change what is made or updated, and what is connected to; nothing of a delete.
  static func mutatingErrors(_ resources: Document?, at path: String) -> [FieldError] {
    let supported = ["*", "CONNECT", "CREATE", "UPDATE"]
    var errors = errors(resources, at: path)
    for rule in (resources?["resourceRules"] ?? .emptyArray).elements {
      for operation in (rule["operations"] ?? .emptyArray).elements.compactMap(\.string)
      where !supported.contains(operation) {
        errors.append(
          .notSupported("\(path).resourceRules.operations", operation, supported))
      }
    }
    return errors
  }

  private static func nameErrors(_ names: Document?, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, name) in (names ?? .emptyArray).elements.enumerated() {
      let text = name.string ?? ""
      errors += NameRule.pathSegment.problems(text).map {
        .invalid("\(path)[\(position)]", name, $0)
      }
      if !seen.insert(text).inserted { errors.append(.duplicate("\(path)[\(position)]", name)) }
    }
    return errors
  }
}
