import Resources

/// Which requests belong to one priority level, and what makes two of them the same flow. Compiled
/// from its object, so that most requests are told apart without a look at text.
struct FlowSchema: Sendable {
  /// What requests share a flow.
  enum Distinguisher: Equatable, Sendable {
    case none, user, namespace
  }

  let name: String
  let uid: String
  let level: String
  let precedence: Int
  let distinguisher: Distinguisher
  private let rules: [Rule]

  init(_ object: Document) {
    let spec = object["spec"] ?? .emptyObject
    name = object[path: "metadata", "name"]?.string ?? ""
    uid = object[path: "metadata", "uid"]?.string ?? ""
    level = spec[path: "priorityLevelConfiguration", "name"]?.string ?? ""
    precedence = spec["matchingPrecedence"]?.integer ?? 1000
    distinguisher =
      switch spec[path: "distinguisherMethod", "type"]?.string {
      case "ByUser": .user
      case "ByNamespace": .namespace
      default: .none
      }
    rules = (spec["rules"] ?? .emptyArray).elements.map(Rule.init)
  }

  /// The part of it that can hold for a user; `nil` where nothing can.
  func scope(for user: User) -> FlowScope? {
    let own = rules.filter { $0.subjects.contains { $0.holds(user) } }
    if own.isEmpty { return nil }
    return FlowScope(
      resources: own.flatMap(\.resources), paths: own.flatMap(\.paths))
  }
}

/// What a flow schema's rules say of one user's requests.
struct FlowScope: Sendable {
  fileprivate let resources: [ResourceRule]
  fileprivate let paths: [PathRule]

  func holds(_ attributes: AccessAttributes) -> Bool {
    if let path = attributes.path {
      return paths.contains { $0.verbs.holds(attributes.verb) && $0.holds(path) }
    }
    return resources.contains { $0.holds(attributes) }
  }
}

/// Texts of which one has to fit; a lone `*` fits all.
private struct Choice: Sendable {
  /// `nil` for all.
  let texts: [String]?

  init(_ list: Document?) {
    let texts = list?.elements.compactMap(\.string) ?? []
    self.texts = texts == ["*"] ? nil : texts
  }

  func holds(_ text: String) -> Bool { texts?.contains(text) ?? true }
}

private struct ResourceRule: Sendable {
  let verbs: Choice
  let groups: Choice
  let resources: Choice
  let namespaces: Choice
  /// Whether it also holds outside of namespaces.
  let isClusterWide: Bool

  init(_ rule: Document) {
    verbs = Choice(rule["verbs"])
    groups = Choice(rule["apiGroups"])
    resources = Choice(rule["resources"])
    namespaces = Choice(rule["namespaces"])
    isClusterWide = rule["clusterScope"]?.bool ?? false
  }

  func holds(_ attributes: AccessAttributes) -> Bool {
    guard verbs.holds(attributes.verb), groups.holds(attributes.group) else { return false }
    if resources.texts != nil, !resources.holds(attributes.resourcePath) { return false }
    return attributes.namespace.isEmpty ? isClusterWide : namespaces.holds(attributes.namespace)
  }
}

private struct PathRule: Sendable {
  let verbs: Choice
  /// Each also stands for what is below it.
  let paths: Choice

  init(_ rule: Document) {
    verbs = Choice(rule["verbs"])
    paths = Choice(rule["nonResourceURLs"])
  }

  func holds(_ path: String) -> Bool {
    guard let texts = paths.texts else { return true }
    return texts.contains { text in
      if text == path { return true }
      let prefix = text.hasSuffix("*") ? text.dropLast() : text[...]
      return path.hasPrefix(prefix.hasSuffix("/") ? String(prefix) : "\(prefix)/")
    }
  }
}

extension FlowSchema {
  /// A schema's rule: for whom, and what.
  fileprivate struct Rule: Sendable {
    let subjects: [Subject]
    let resources: [ResourceRule]
    let paths: [PathRule]

    init(_ rule: Document) {
      subjects = (rule["subjects"] ?? .emptyArray).elements.compactMap(Subject.init)
      resources = (rule["resourceRules"] ?? .emptyArray).elements.map(ResourceRule.init)
      paths = (rule["nonResourceRules"] ?? .emptyArray).elements.map(PathRule.init)
    }
  }

  fileprivate enum Subject: Sendable {
    case everybody
    case user(String)
    case group(String)
    /// All service accounts of a namespace: what their users' names begin with.
    case accounts(prefix: String)

    init?(_ subject: Document) {
      func name(_ member: String) -> String? { subject[path: member, "name"]?.string }
      switch subject["kind"]?.string {
      case "User":
        guard let name = name("user") else { return nil }
        self = name == "*" ? .everybody : .user(name)
      case "Group":
        guard let name = name("group") else { return nil }
        self = name == "*" ? .everybody : .group(name)
      case "ServiceAccount":
        guard let name = name("serviceAccount") else { return nil }
        let namespace = subject[path: "serviceAccount", "namespace"]?.string ?? ""
        let prefix = "system:serviceaccount:\(namespace):"
        self = name == "*" ? .accounts(prefix: prefix) : .user(prefix + name)
      default: return nil
      }
    }

    func holds(_ user: User) -> Bool {
      switch self {
      case .everybody: true
      case .user(let name): user.name == name
      case .group(let name): user.groups.contains(name)
      case .accounts(let prefix): user.name.hasPrefix(prefix)
      }
    }
  }
}
