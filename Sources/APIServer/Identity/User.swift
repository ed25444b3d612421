/// Who a request comes from, once authenticated.
package struct User: Equatable, Sendable {
  package var name: String
  package var uid: String
  package var groups: [String]
  package var extra: [String: [String]]

  package init(
    name: String, uid: String = "", groups: [String] = [], extra: [String: [String]] = [:]
  ) {
    self.name = name
    self.uid = uid
    self.groups = groups
    self.extra = extra
  }

  /// Martlet's own controllers, scheduler and node agent when they run in the server's process.
  package static let loopback = User(
    name: "system:apiserver", groups: ["system:masters", "system:authenticated"])

  package static let anonymous = User(name: "system:anonymous", groups: ["system:unauthenticated"])
}

/// One question to the authorizer.
package struct AccessAttributes: Equatable, Sendable {
  package var user: User
  package var verb: String
  package var group = ""
  package var version = ""
  package var resource = ""
  package var subresource = ""
  package var namespace = ""
  package var name = ""
  /// Set instead of the resource fields for paths such as `/metrics`.
  package var path: String?

  package init(user: User, verb: String) {
    self.user = user
    self.verb = verb
  }
}

package enum AccessDecision: Equatable, Sendable {
  case allowed
  case denied(reason: String)
}

/// Decides whether a user may do something. Called for every request, on its event loop: it must
/// answer from memory.
package protocol Authorizer: Sendable {
  func decide(_ attributes: AccessAttributes) -> AccessDecision
}

/// Lets administrators and Martlet's own components pass, and nobody else. Role-based access
/// control takes its place with the API issue.
package struct ComponentAuthorizer: Authorizer {
  package init() {}

  /// Groups whose members pass whatever they ask for.
  static let trustedGroups: Set<String> = ["system:masters", "system:nodes"]
  /// What every authenticated user may ask: who am I, and what may I do.
  static let selfReviews: Set<String> = [
    "selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews",
  ]

  /// What every authenticated user may read: which resources there are, and how the tokens of
  /// service accounts are verified.
  static let publicPaths = ["/api", "/apis", "/openapi", "/.well-known", "/openid"]

  package func decide(_ attributes: AccessAttributes) -> AccessDecision {
    if attributes.user.groups.contains(where: Self.trustedGroups.contains) { return .allowed }
    if attributes.verb == "get", attributes.user.groups.contains("system:authenticated"),
      let path = attributes.path,
      Self.publicPaths.contains(where: { path == $0 || path.hasPrefix($0 + "/") })
    {
      return .allowed
    }
    if attributes.verb == "create" && Self.selfReviews.contains(attributes.resource)
      && attributes.user.groups.contains("system:authenticated")
    {
      return .allowed
    }
    return .denied(reason: "")
  }
}
