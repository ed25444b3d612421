/// The rules of what admission configurations match: `operations`, `apiGroups`, `apiVersions`,
/// `resources` and `scope`.
/// Source: upstream's messages.
enum AdmissionRuleValidation {
  private static let operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]
  private static let scopes = ["*", "Cluster", "Namespaced"]

  static func errors(_ rule: Document, at path: String) -> [FieldError] {
    var errors = listErrors(rule["operations"], at: "\(path).operations", others: "operations")
    for (position, operation) in texts(rule["operations"]).enumerated()
    where !operations.contains(operation) {
      errors.append(.notSupported("\(path).operations[\(position)]", operation, operations))
    }
    errors += listErrors(rule["apiGroups"], at: "\(path).apiGroups", others: "API groups")
    errors += listErrors(rule["apiVersions"], at: "\(path).apiVersions", others: "API versions")
    for (position, version) in texts(rule["apiVersions"]).enumerated() where version.isEmpty {
      errors.append(.required("\(path).apiVersions[\(position)]"))
    }
    errors += resourceErrors(rule["resources"], at: "\(path).resources")
    if let scope = rule["scope"]?.string, !scopes.contains(scope) {
      errors.append(.notSupported("\(path).scope", scope, scopes))
    }
    return errors
  }

  private static func texts(_ list: Document?) -> [String] {
    (list ?? .emptyArray).elements.compactMap(\.string)
  }

  private static func listErrors(_ list: Document?, at path: String, others: String)
    -> [FieldError]
  {
    let texts = texts(list)
    if texts.isEmpty { return [.required(path)] }
    if texts.count > 1 && texts.contains("*") {
      return [.invalid(path, list, "if '*' is present, must not specify other \(others)")]
    }
    return []
  }

  private static func resourceErrors(_ list: Document?, at path: String) -> [FieldError] {
    let texts = texts(list)
    if texts.isEmpty { return [.required(path)] }
    var errors: [FieldError] = []
    /// `x` of each `x/*` so far, and of each `*/x`.
    var wholeResources: Set<Substring> = []
    var wholeSubresources: Set<Substring> = []
    var hasPlainResource = false
    for (position, text) in texts.enumerated() {
      let place = "\(path)[\(position)]"
      if text.isEmpty {
        errors.append(.required(place))
        continue
      }
      let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        hasPlainResource = text != "*"
        continue
      }
      let (resource, subresource) = (parts[0], parts[1])
      if wholeResources.contains(resource) {
        errors.append(
          .invalid(
            place, Document(text), "if '\(resource)/*' is present, must not specify \(text)"))
      }
      if wholeSubresources.contains(subresource) {
        errors.append(
          .invalid(
            place, Document(text), "if '*/\(subresource)' is present, must not specify \(text)"))
      }
      if subresource == "*" { wholeResources.insert(resource) }
      if resource == "*" { wholeSubresources.insert(subresource) }
    }
    if texts.count > 1 && texts.contains("*/*") {
      errors.append(
        .invalid(path, list, "if '*/*' is present, must not specify other resources"))
    }
    if texts.contains("*") && hasPlainResource {
      errors.append(
        .invalid(
          path, list,
          "if '*' is present, must not specify other resources without subresources"))
    }
    return errors
  }
}
