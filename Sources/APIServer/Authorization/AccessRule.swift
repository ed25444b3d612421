package import Resources

/// What a role allows: verbs on resources, or on paths outside the resources.
/// Source: rbac.authorization.k8s.io/v1 PolicyRule.
package struct AccessRule: Hashable, Sendable {
  package var verbs: [String] = []
  package var groups: [String] = []
  /// `pods`, `pods/log`, `*/scale` or `*`.
  package var resources: [String] = []
  /// Names of objects; empty for all.
  package var names: [String] = []
  /// Paths, of which a `*` at the end takes everything below.
  package var paths: [String] = []

  package init() {}

  package init(_ rule: Document) {
    func texts(_ member: String) -> [String] {
      rule[member]?.elements.compactMap(\.string) ?? []
    }
    verbs = texts("verbs")
    groups = texts("apiGroups")
    resources = texts("resources")
    names = texts("resourceNames")
    paths = texts("nonResourceURLs")
  }

  package static func rules(ofRole role: Document) -> [AccessRule] {
    (role["rules"] ?? .emptyArray).elements.map { AccessRule($0) }
  }

  /// As roles hold it.
  package var document: Document {
    var document = Document.emptyObject
    for (member, values) in [
      ("verbs", verbs), ("apiGroups", groups), ("resources", resources), ("resourceNames", names),
      ("nonResourceURLs", paths),
    ] where !values.isEmpty {
      document[member] = Document(values.map { Document($0) })
    }
    return document
  }

  /// - Parameter resourcePath: the question's own, made once for many rules.
  func allows(_ attributes: AccessAttributes, resourcePath: String) -> Bool {
    guard Self.holds(verbs, attributes.verb) else { return false }
    if let path = attributes.path { return paths.contains { Self.covers($0, path: path) } }
    return Self.holds(groups, attributes.group)
      && resources.contains { Self.covers($0, resourcePath, attributes.subresource) }
      && (names.isEmpty || names.contains(attributes.name))
  }

  private static func holds(_ list: [String], _ value: String) -> Bool {
    list.contains { $0 == value || $0 == "*" }
  }

  private static func covers(_ rule: String, _ resourcePath: String, _ subresource: String) -> Bool
  {
    if rule == resourcePath || rule == "*" { return true }
    guard !subresource.isEmpty, rule.utf8.count == subresource.utf8.count + 2 else { return false }
    return rule.hasPrefix("*/") && rule.hasSuffix(subresource)
  }

  static func covers(_ rule: String, path: String) -> Bool {
    if rule == path || rule == "*" { return true }
    return rule.hasSuffix("*") && path.hasPrefix(rule.dropLast())
  }
}

extension Sequence<AccessRule> {
  func allow(_ attributes: AccessAttributes) -> Bool {
    let path = attributes.resourcePath
    return contains { $0.allows(attributes, resourcePath: path) }
  }
}
