package import Resources

extension AuditPolicy {
  /// Why a document is no policy.
  package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// Reads a policy of audit.k8s.io/v1. Nothing in it is overlooked: a rule that is not understood
  /// might be the one that keeps a secret out of the log.
  package init(_ policy: Document) throws(Problem) {
    guard policy["apiVersion"]?.string == "audit.k8s.io/v1", policy["kind"]?.string == "Policy"
    else {
      throw Problem(description: "it has to be a Policy of audit.k8s.io/v1")
    }
    let reader = Reader(
      policy, at: "",
      known: ["apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"])
    try reader.requireKnown()
    let elements = policy["rules"].map { Array($0.elements) } ?? []
    guard !elements.isEmpty else { throw Problem(description: "it has no rules") }
    var rules: [Rule] = []
    for (position, rule) in elements.enumerated() {
      rules.append(try Rule(rule, at: "rules[\(position)]"))
    }
    self.init(rules: rules)
    omittedStages = try reader.stages("omitStages")
    omitsManagedFields = try reader.flag("omitManagedFields") ?? false
  }
}

extension AuditPolicy.Rule {
  fileprivate init(_ rule: Document, at path: String) throws(AuditPolicy.Problem) {
    let reader = Reader(
      rule, at: path,
      known: [
        "level", "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs",
        "omitStages", "omitManagedFields",
      ])
    try reader.requireKnown()
    let name = rule["level"]?.string ?? ""
    guard let level = AuditLevel(rawValue: name) else {
      throw reader.problem(
        "level",
        "holds \"\(name)\"; it may be "
          + AuditLevel.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.init(level: level)
    users = try reader.texts("users")
    userGroups = try reader.texts("userGroups")
    verbs = try reader.texts("verbs")
    namespaces = try reader.texts("namespaces")
    paths = try reader.texts("nonResourceURLs")
    omittedStages = try reader.stages("omitStages")
    omitsManagedFields = try reader.flag("omitManagedFields")
    for (position, group) in (rule["resources"] ?? .emptyArray).elements.enumerated() {
      resources.append(try AuditPolicy.ResourceGroup(group, at: "\(path).resources[\(position)]"))
    }
    if !paths.isEmpty, !resources.isEmpty || !namespaces.isEmpty {
      throw reader.problem(
        "nonResourceURLs", "rules cannot apply to both regular resources and non-resource URLs")
    }
    for pattern in paths where pattern != "*" {
      guard pattern.hasPrefix("/") else {
        throw reader.problem(
          "nonResourceURLs", "holds \"\(pattern)\"; non-resource URLs must be * or begin with a /")
      }
      guard !pattern.dropLast().contains("*") else {
        throw reader.problem(
          "nonResourceURLs",
          "holds \"\(pattern)\"; wildcards '*' must be the final character of the path")
      }
    }
  }
}

extension AuditPolicy.ResourceGroup {
  fileprivate init(_ document: Document, at path: String) throws(AuditPolicy.Problem) {
    let reader = Reader(document, at: path, known: ["group", "resources", "resourceNames"])
    try reader.requireKnown()
    self.init()
    group = document["group"]?.string ?? ""
    guard !group.contains("/") else {
      throw reader.problem("group", "holds \"\(group)\"; the group must not hold a version")
    }
    resources = try reader.texts("resources")
    names = try reader.texts("resourceNames")
    if !names.isEmpty, resources.isEmpty {
      throw reader.problem(
        "resourceNames", "using resourceNames requires at least one resource")
    }
  }
}

/// The members of one object of a policy.
private struct Reader {
  let document: Document
  let path: String
  let known: Set<String>

  init(_ document: Document, at path: String, known: Set<String>) {
    self.document = document
    self.path = path
    self.known = known
  }

  func problem(_ member: String, _ what: String) -> AuditPolicy.Problem {
    AuditPolicy.Problem(description: "\(path.isEmpty ? "" : "\(path).")\(member) \(what)")
  }

  func requireKnown() throws(AuditPolicy.Problem) {
    for (name, _) in document.members where !known.contains(name) {
      throw problem(name, "is unknown; known are \(known.sorted().joined(separator: ", "))")
    }
  }

  func texts(_ member: String) throws(AuditPolicy.Problem) -> [String] {
    guard let list = document[member], !list.isNull else { return [] }
    let texts = list.elements.compactMap(\.string)
    guard list.isArray, texts.count == list.count else {
      throw problem(member, "has to be a list of texts")
    }
    return texts
  }

  func flag(_ member: String) throws(AuditPolicy.Problem) -> Bool? {
    guard let value = document[member], !value.isNull else { return nil }
    guard let flag = value.bool else { throw problem(member, "has to be true or false") }
    return flag
  }

  func stages(_ member: String) throws(AuditPolicy.Problem) -> Set<AuditStage> {
    var stages: Set<AuditStage> = []
    for name in try texts(member) {
      guard let stage = AuditStage(rawValue: name) else {
        throw problem(
          member,
          "holds \"\(name)\"; it may hold "
            + AuditStage.allCases.map(\.rawValue).joined(separator: ", "))
      }
      stages.insert(stage)
    }
    return stages
  }
}
