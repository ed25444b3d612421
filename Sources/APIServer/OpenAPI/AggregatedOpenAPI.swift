import Resources

/// What an aggregated server publishes of its group and version in OpenAPI v2, ready to be added to
/// this server's document. Pure.
/// Source: Kubernetes documentation, "Kubernetes API Aggregation Layer"; what is told of whom is this
/// server's choice: paths outside the group's own are not taken over.
package struct AggregatedOpenAPI: Equatable, Sendable {
  /// Changes with what is published.
  let tag: String
  private let paths: [Member]
  private let definitions: [Member]

  private struct Member: Equatable, Sendable {
    let name: String
    let value: Document
  }

  /// As many as all the built-in resources have.
  static let pathsMax = 1_000
  static let definitionsMax = 2_000

  /// - Parameters:
  ///   - document: of OpenAPI v2.
  ///   - path: `/apis/GROUP/VERSION`.
  /// - Returns: `nil` where the document tells nothing of that path that could be published.
  init?(_ document: Document, of path: String) {
    paths = (document["paths"] ?? .emptyObject).members.lazy.filter {
      $0.name == path || $0.name.hasPrefix(path + "/")
    }.prefix(Self.pathsMax + 1).map { Member(name: $0.name, value: $0.value) }
    guard !paths.isEmpty, paths.count <= Self.pathsMax,
      paths.allSatisfy({ OpenAPIMessage.takes($0.value, as: .pathItem) }),
      let definitions = Self.definitions(of: document, usedBy: paths.map(\.value)),
      definitions.allSatisfy({ OpenAPIMessage.takes($0.value, as: .schema) })
    else { return nil }
    self.definitions = definitions
    tag = DiscoveryDocuments.fingerprint(
      (paths + definitions).flatMap { Array($0.name.utf8) + $0.value.json })
  }

  private static let referencePrefix = "#/definitions/"

  /// The definitions that documents lead to, and those that these lead to; `nil` where they are too
  /// many.
  private static func definitions(of document: Document, usedBy users: [Document]) -> [Member]? {
    let all = (document["definitions"] ?? .emptyObject).members.map {
      Member(name: $0.name, value: $0.value)
    }
    let byName = Dictionary(all.map { ($0.name, $0.value) }) { first, _ in first }
    var found: Set<String> = []
    var open = users
    while let user = open.popLast() {
      for name in references(of: user) where found.insert(name).inserted {
        if let definition = byName[name] { open.append(definition) }
      }
    }
    let used = all.filter { found.contains($0.name) }
    return used.count <= definitionsMax ? used : nil
  }

  private static func references(of document: Document) -> [String] {
    var names: [String] = []
    var open = [document]
    while let value = open.popLast() {
      if value.isArray { open += value.elements }
      for (name, member) in value.members {
        if name == "$ref", let target = member.string, target.hasPrefix(referencePrefix) {
          names.append(String(target.dropFirst(referencePrefix.count)))
        }
        open.append(member)
      }
    }
    return names
  }

  // MARK: Adding

  /// This server's document with what others publish. A definition that two servers give one name and
  /// different content gets another name where it is added.
  static func merged(_ own: Document, with added: [AggregatedOpenAPI]) -> Document {
    guard !added.isEmpty else { return own }
    var paths = (own["paths"] ?? .emptyObject).members.map { ($0.name, $0.value) }
    var definitions = (own["definitions"] ?? .emptyObject).members.map { ($0.name, $0.value) }
    var known = Dictionary(definitions) { first, _ in first }
    var knownPaths = Set(paths.map(\.0))
    for part in added {
      let names = part.names(beside: known)
      for member in part.definitions {
        let name = names[member.name] ?? member.name
        guard known[name] == nil else { continue }
        let definition = renamed(member.value, names)
        known[name] = definition
        definitions.append((name, definition))
      }
      for member in part.paths where knownPaths.insert(member.name).inserted {
        paths.append((member.name, renamed(member.value, names)))
      }
    }
    var result = own
    result["paths"] = Document(paths.sorted { $0.0 < $1.0 })
    result["definitions"] = Document(definitions.sorted { $0.0 < $1.0 })
    return result
  }

  /// Another name for each definition whose own is taken by a different one. Definitions that lead to
  /// renamed ones are the same where they are the same after the renaming, so those that differ by
  /// themselves come first, and then what differs because of them, until nothing more does.
  private func names(beside known: [String: Document]) -> [String: String] {
    var names: [String: String] = [:]
    for member in definitions {
      guard let other = known[member.name],
        Self.withoutReferences(other) != Self.withoutReferences(member.value)
      else { continue }
      names[member.name] = Self.name(for: member, names, beside: known)
    }
    let users = usersByReference
    var open = definitions
    while let member = open.popLast() {
      guard names[member.name] == nil, let other = known[member.name],
        other != Self.renamed(member.value, names)
      else { continue }
      names[member.name] = Self.name(for: member, names, beside: known)
      open += users[member.name] ?? []
    }
    return names
  }

  /// Who leads to each definition.
  private var usersByReference: [String: [Member]] {
    var users: [String: [Member]] = [:]
    for member in definitions {
      for name in Set(Self.references(of: member.value)) { users[name, default: []].append(member) }
    }
    return users
  }

  /// What upstream appends: the first number that is free, or stands for the same.
  private static func name(
    for member: Member, _ names: [String: String], beside known: [String: Document]
  ) -> String {
    let value = renamed(member.value, names)
    var number = 2
    while true {
      let name = "\(member.name)_v\(number)"
      guard let other = known[name], other != value else { return name }
      number += 1
    }
  }

  private static func withoutReferences(_ document: Document) -> Document {
    if document.isArray { return Document(document.elements.map(withoutReferences)) }
    guard document.isObject else { return document }
    return Document(
      document.members.map { name, value -> (String, Document) in
        name == "$ref" ? (name, .null) : (name, withoutReferences(value))
      })
  }

  private static func renamed(_ document: Document, _ names: [String: String]) -> Document {
    if names.isEmpty { return document }
    if document.isArray { return Document(document.elements.map { renamed($0, names) }) }
    guard document.isObject else { return document }
    return Document(
      document.members.map { name, value -> (String, Document) in
        if name == "$ref", let target = value.string, target.hasPrefix(referencePrefix),
          let other = names[String(target.dropFirst(referencePrefix.count))]
        {
          return (name, Document(referencePrefix + other))
        }
        return (name, renamed(value, names))
      })
  }
}
