package import Resources

extension DefaultAccess {
  /// "false" on an object leaves it to whoever wrote that.
  /// Source: Kubernetes documentation, "Using RBAC Authorization", "Auto-reconciliation".
  static let updateAnnotation = "rbac.authorization.kubernetes.io/autoupdate"

  /// What has to be done to an object that should grant at least what `expected` does.
  enum Mending: Equatable {
    case leave
    case update(Document)
    /// A binding's role cannot be changed.
    case replace(Document)
  }

  /// Adds what is missing, and takes nothing away: more may have been granted on purpose. Pure.
  static func mending(_ existing: Document, toward expected: Document) -> Mending {
    if existing[path: "metadata", "annotations", updateAnnotation]?.string == "false" {
      return .leave
    }
    guard existing["roleRef"] == expected["roleRef"] else { return .replace(expected) }
    var mended = existing
    for member in ["annotations", "labels"] {
      for (name, value) in (expected[path: "metadata", member] ?? .emptyObject).members
      where existing[path: "metadata", member, name] == nil {
        mended.set(value, at: ["metadata", member, name])
      }
    }
    if expected["roleRef"] != nil {
      mendList("subjects", &mended, expected)
    } else {
      mendRules(&mended, expected)
    }
    return mended == existing ? .leave : .update(mended)
  }

  private static func mendRules(_ mended: inout Document, _ expected: Document) {
    let missing = AccessRule.missing(
      from: AccessRule.rules(ofRole: mended), AccessRule.rules(ofRole: expected))
    if !missing.isEmpty {
      let rules = (mended["rules"] ?? .emptyArray).elements.map { $0 }
      mended["rules"] = Document(rules + missing.map(\.document))
    }
    guard let wanted = expected["aggregationRule"] else {
      mended["aggregationRule"] = nil
      return
    }
    var found = mended["aggregationRule"] ?? .emptyObject
    mendList("clusterRoleSelectors", &found, wanted)
    if found != mended["aggregationRule"] { mended["aggregationRule"] = found }
  }

  private static func mendList(_ member: String, _ mended: inout Document, _ expected: Document) {
    let found = (mended[member] ?? .emptyArray).elements.map { $0 }
    let missing = (expected[member] ?? .emptyArray).elements.filter { !found.contains($0) }
    if !missing.isEmpty { mended[member] = Document(found + missing) }
  }

  /// Creates what is missing and mends what grants less than it should. All at once: the writes share
  /// the store's transactions.
  package func ensure(_ client: any ClusterClient) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for entry in entries { group.addTask { try await Self.ensure(entry, client) } }
      try await group.waitForAll()
    }
  }

  private static func ensure(_ entry: Entry, _ client: any ClusterClient) async throws {
    let (resource, key) = (entry.resource, entry.key)
    let namespace = resource.isNamespaced ? key.namespace : nil
    let existing: Document
    do {
      existing = try await client.get(resource, namespace: namespace, name: key.name)
    } catch let error as APIError where error.reason == .notFound {
      _ = try await client.create(resource, namespace: namespace, entry.object)
      return
    }
    switch mending(existing, toward: entry.object) {
    case .leave: break
    case .update(let mended): _ = try await client.update(resource, namespace: namespace, mended)
    case .replace(let object):
      _ = try await client.delete(
        resource, namespace: namespace, name: key.name, options: DeleteOptions())
      _ = try await client.create(resource, namespace: namespace, object)
    }
  }
}
