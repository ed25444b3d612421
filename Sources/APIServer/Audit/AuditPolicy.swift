/// How much of a request is written down. Each level holds all that those below it hold.
/// Source: audit.k8s.io/v1 Level.
package enum AuditLevel: String, CaseIterable, Comparable, Sendable {
  case none = "None"
  /// Who asked for what, and how it ended.
  case metadata = "Metadata"
  /// And what the request said.
  case request = "Request"
  /// And what was answered.
  case requestResponse = "RequestResponse"

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .none: 0
    case .metadata: 1
    case .request: 2
    case .requestResponse: 3
    }
  }
}

/// When in the life of a request something is written down.
/// Source: audit.k8s.io/v1 Stage.
package enum AuditStage: String, CaseIterable, Sendable {
  case requestReceived = "RequestReceived"
  /// Of answers that go on: watches, logs, streams.
  case responseStarted = "ResponseStarted"
  case responseComplete = "ResponseComplete"
  /// A policy may name it; a handler here answers, or the process ends.
  case panic = "Panic"
}

/// Which requests are written down, and how much of them: the first rule that is about a request
/// decides. Pure.
/// Source: Kubernetes documentation, "Auditing", "Audit policy".
package struct AuditPolicy: Equatable, Sendable {
  package var rules: [Rule]
  package var omittedStages: Set<AuditStage> = []
  package var omitsManagedFields = false

  package struct Rule: Equatable, Sendable {
    package var level: AuditLevel
    // Of each of these, empty means all.
    package var users: [String] = []
    package var userGroups: [String] = []
    package var verbs: [String] = []
    package var resources: [ResourceGroup] = []
    /// The empty text is for resources outside namespaces.
    package var namespaces: [String] = []
    /// `/healthz`, `/apis*`, `*`.
    package var paths: [String] = []
    package var omittedStages: Set<AuditStage> = []
    /// `nil` is as the policy says.
    package var omitsManagedFields: Bool?

    package init(level: AuditLevel) { self.level = level }
  }

  package struct ResourceGroup: Equatable, Sendable {
    package var group = ""
    /// `pods`, `pods/log`, `pods/*`, `*/scale`, `*`; empty for all.
    package var resources: [String] = []
    /// Empty for all.
    package var names: [String] = []

    package init() {}
  }

  package init(rules: [Rule]) { self.rules = rules }

  /// What is to be written of one request.
  package struct Verdict: Equatable, Sendable {
    package var level: AuditLevel
    package var omittedStages: Set<AuditStage>
    package var omitsManagedFields: Bool
  }

  /// Cost is O(rules).
  package func verdict(_ request: AccessAttributes) -> Verdict {
    guard let rule = rules.first(where: { $0.matches(request) }) else {
      return Verdict(
        level: .none, omittedStages: omittedStages, omitsManagedFields: omitsManagedFields)
    }
    return Verdict(
      level: rule.level(of: request), omittedStages: omittedStages.union(rule.omittedStages),
      omitsManagedFields: rule.omitsManagedFields ?? omitsManagedFields)
  }
}

// MARK: Matching

extension AuditPolicy.Rule {
  func matches(_ request: AccessAttributes) -> Bool {
    guard users.isEmpty || users.contains(request.user.name),
      userGroups.isEmpty || userGroups.contains(where: request.user.groups.contains),
      verbs.isEmpty || verbs.contains(request.verb)
    else { return false }
    if !namespaces.isEmpty || !resources.isEmpty { return matchesResource(request) }
    if paths.isEmpty { return true }
    guard let path = request.path else { return false }
    return paths.contains { pattern in
      pattern == "*" || pattern == path
        || (pattern.hasSuffix("*") && path.hasPrefix(pattern.dropLast()))
    }
  }

  private func matchesResource(_ request: AccessAttributes) -> Bool {
    guard request.path == nil, namespaces.isEmpty || namespaces.contains(request.namespace) else {
      return false
    }
    return resources.isEmpty || resources.contains { $0.contains(request) }
  }

  /// Bodies that hold secrets by their nature are written down only by a rule that names them: a rule
  /// about everything was hardly meant to copy every password into a log. Stricter than upstream.
  func level(of request: AccessAttributes) -> AuditLevel {
    guard level > .metadata, request.path == nil, Self.isSensitive(request),
      !resources.contains(where: { $0.names(request) })
    else { return level }
    return .metadata
  }

  private static func isSensitive(_ request: AccessAttributes) -> Bool {
    switch (request.group, request.resourcePath) {
    case ("", "secrets"), ("", "serviceaccounts/token"), ("authentication.k8s.io", "tokenreviews"):
      true
    default: false
    }
  }
}

extension AuditPolicy.ResourceGroup {
  func contains(_ request: AccessAttributes) -> Bool {
    guard group == request.group, names.isEmpty || names.contains(request.name) else {
      return group == request.group && resources.isEmpty
    }
    if resources.isEmpty { return true }
    let path = request.resourcePath
    return resources.contains { pattern in
      if pattern == "*" || pattern == path { return true }
      if !request.subresource.isEmpty, pattern.hasPrefix("*/") {
        return pattern.dropFirst(2) == request.subresource
      }
      return pattern.hasSuffix("/*") && pattern.dropLast(2) == request.resource
    }
  }

  /// Whether the group spells the resource out.
  fileprivate func names(_ request: AccessAttributes) -> Bool {
    group == request.group && resources.contains(request.resourcePath)
  }
}
