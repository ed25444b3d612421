import Foundations

/// The rules of mutating and validating webhook configurations.
/// Source: upstream's messages.
enum WebhookConfigurationValidation {
  static let reviewVersions = ["v1", "v1beta1"]

  static func errors(_ configuration: Document) -> [FieldError] {
    var errors: [FieldError] = []
    var names: Set<String> = []
    for (position, hook) in (configuration["webhooks"] ?? .emptyArray).elements.enumerated() {
      let path = "webhooks[\(position)]"
      errors += hookErrors(hook, at: path)
      let name = hook["name"]?.string ?? ""
      if !name.isEmpty, !names.insert(name).inserted {
        errors.append(.duplicate("\(path).name", Document(name)))
      }
    }
    return errors
  }

  private static func hookErrors(_ hook: Document, at path: String) -> [FieldError] {
    var errors = nameErrors(hook["name"]?.string ?? "", at: "\(path).name")
    for (position, rule) in (hook["rules"] ?? .emptyArray).elements.enumerated() {
      errors += AdmissionRuleValidation.errors(rule, at: "\(path).rules[\(position)]")
    }
    let choices = [
      ("failurePolicy", ["Fail", "Ignore"]), ("matchPolicy", ["Equivalent", "Exact"]),
      ("reinvocationPolicy", ["IfNeeded", "Never"]),
    ]
    for (member, values) in choices {
      if let value = hook[member]?.string, !values.contains(value) {
        errors.append(.notSupported("\(path).\(member)", value, values))
      }
    }
    errors += sideEffectErrors(hook["sideEffects"]?.string, at: "\(path).sideEffects")
    if let seconds = hook["timeoutSeconds"], !(1...30).contains(seconds.integer ?? 0) {
      errors.append(
        .invalid(
          "\(path).timeoutSeconds", seconds, "the timeout value must be between 1 and 30 seconds"))
    }
    for member in ["namespaceSelector", "objectSelector"] {
      errors += SelectorValidation.errors(hook[member], at: "\(path).\(member)")
    }
    errors += WebhookEndpointValidation.errors(hook["clientConfig"], at: "\(path).clientConfig")
    return errors
      + versionErrors(hook["admissionReviewVersions"], at: "\(path).admissionReviewVersions")
  }

  /// `x.example.com`. Source: upstream's `IsFullyQualifiedName`.
  private static func nameErrors(_ name: String, at path: String) -> [FieldError] {
    if name.isEmpty { return [.required(path)] }
    let problems = ObjectName.problems(subdomain: name)
    if !problems.isEmpty { return problems.map { .invalid(path, Document(name), $0) } }
    let labelCount = name.split(separator: ".", omittingEmptySubsequences: false).count
    if labelCount < 3 {
      return [
        .invalid(
          path, Document(name),
          "should be a domain with at least three segments separated by dots")
      ]
    }
    return []
  }

  private static func sideEffectErrors(_ value: String?, at path: String) -> [FieldError] {
    let allowed = ["None", "NoneOnDryRun"]
    guard let value else {
      return [.required(path, "must specify one of \(allowed.joined(separator: ", "))")]
    }
    return allowed.contains(value) ? [] : [.notSupported(path, value, allowed)]
  }

  private static func versionErrors(_ versions: Document?, at path: String) -> [FieldError] {
    let texts = (versions ?? .emptyArray).elements.compactMap(\.string)
    let list = reviewVersions.joined(separator: ", ")
    if texts.isEmpty { return [.required(path, "must specify one of \(list)")] }
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, version) in texts.enumerated() {
      if !seen.insert(version).inserted {
        errors.append(.invalid("\(path)[\(position)]", Document(version), "duplicate version"))
        continue
      }
      errors += ObjectName.problems(label: version).map {
        .invalid("\(path)[\(position)]", Document(version), $0)
      }
    }
    if !texts.contains(where: reviewVersions.contains) {
      errors.append(.invalid(path, versions, "must include at least one of \(list)"))
    }
    return errors
  }
}
