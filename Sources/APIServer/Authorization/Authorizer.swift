package import Foundations

/// One question to the authorizer.
package struct AccessAttributes: Equatable, Sendable {
  package var user: User
  package var verb: String
  package var group = ""
  package var version = ""
  package var resource = ""
  package var subresource = ""
  package var namespace = ""
  /// The object's name; for lists and watches the one that their field selector names.
  package var name = ""
  /// Set instead of the resource fields for paths such as `/metrics`.
  package var path: String?
  /// What a list or watch is limited to.
  package var fieldRequirements: [FieldSelector.Requirement] = []

  package init(user: User, verb: String) {
    self.user = user
    self.verb = verb
  }

  /// `pods/log`, as roles spell it.
  var resourcePath: String { subresource.isEmpty ? resource : "\(resource)/\(subresource)" }
}

package enum AccessDecision: Equatable, Sendable {
  case allowed
  case denied(reason: String)
}

/// What one of several authorizers says.
package enum AccessVerdict: Equatable, Sendable {
  case allowed
  /// Whatever those say that would be asked later.
  case denied(reason: String)
  /// The next one is asked.
  case noOpinion(reason: String)
  /// Not known yet: it has to be asked of others first (`RequestInquiry`). Counts as a refusal.
  case unanswered(reason: String)
}

/// Decides whether a user may do something. Called for every request, on its event loop: it must
/// answer from memory.
package protocol Authorizer: Sendable {
  func decide(_ attributes: AccessAttributes) -> AccessDecision

  /// As `decide`, for those who ask others too.
  func verdict(_ attributes: AccessAttributes) -> AccessVerdict

  /// Why something is allowed, for those who review access; empty where it needs no reason. Not on
  /// the way of a request.
  func grantReason(_ attributes: AccessAttributes) -> String

  /// What a user may do in a namespace, as far as it can be listed.
  func rules(for user: User, in namespace: String) -> AccessRuleList
}

extension Authorizer {
  package func verdict(_ attributes: AccessAttributes) -> AccessVerdict {
    switch decide(attributes) {
    case .allowed: .allowed
    case .denied(let reason): .noOpinion(reason: reason)
    }
  }

  package func grantReason(_ attributes: AccessAttributes) -> String { "" }
  package func rules(for user: User, in namespace: String) -> AccessRuleList { AccessRuleList() }
}

/// What an authorizer knows to list.
package struct AccessRuleList: Equatable, Sendable {
  package var rules: [AccessRule] = []
  /// Why something may be missing; empty where the list is complete.
  package var gaps: [String] = []

  package init(rules: [AccessRule] = [], gaps: [String] = []) {
    self.rules = rules
    self.gaps = gaps
  }
}

extension User {
  /// The group that may do everything, whatever the roles say: the way back in.
  static let mastersGroup = "system:masters"

  var isMaster: Bool { groups.contains(Self.mastersGroup) }
}

/// Several authorizers, asked in turn until one agrees or forbids. Administrators are not asked about.
/// Source: Kubernetes documentation, "Authorization".
package struct AuthorizerChain: Authorizer {
  private let fixed: [any Authorizer]
  private let structured: StructuredAuthorization?

  package init(_ authorizers: [any Authorizer]) {
    fixed = authorizers
    structured = nil
  }

  /// Those that the operator's file names, as it is at the moment.
  package init(_ structured: StructuredAuthorization) {
    fixed = []
    self.structured = structured
  }

  private var authorizers: [any Authorizer] { structured?.authorizers ?? fixed }

  package func decide(_ attributes: AccessAttributes) -> AccessDecision {
    switch verdict(attributes) {
    case .allowed: .allowed
    case .denied(let reason), .noOpinion(let reason), .unanswered(let reason):
      .denied(reason: reason)
    }
  }

  package func verdict(_ attributes: AccessAttributes) -> AccessVerdict {
    if attributes.user.isMaster { return .allowed }
    var reasons: [String] = []
    for authorizer in authorizers {
      switch authorizer.verdict(attributes) {
      case .allowed: return .allowed
      case .denied(let reason):
        if !reason.isEmpty { reasons.append(reason) }
        return .denied(reason: reasons.joined(separator: "\n"))
      case .noOpinion(let reason): if !reason.isEmpty { reasons.append(reason) }
      // Not even those who would be asked later may agree before it has answered.
      case .unanswered(let reason): return .unanswered(reason: reason)
      }
    }
    return .noOpinion(reason: reasons.joined(separator: "\n"))
  }

  package func grantReason(_ attributes: AccessAttributes) -> String {
    guard !attributes.user.isMaster else { return "" }
    for authorizer in authorizers {
      switch authorizer.verdict(attributes) {
      case .allowed: return authorizer.grantReason(attributes)
      case .denied, .unanswered: return ""
      case .noOpinion: continue
      }
    }
    return ""
  }

  package func rules(for user: User, in namespace: String) -> AccessRuleList {
    authorizers.reduce(into: AccessRuleList()) { list, authorizer in
      let more = authorizer.rules(for: user, in: namespace)
      list.rules += more.rules
      list.gaps += more.gaps
    }
  }
}
