import CEL
import Resources

/// Makes a user of a token's claims. Pure.
/// Source: apiserver.config.k8s.io/v1 ClaimMappings, ClaimValidationRule and UserValidationRule.
struct ClaimMappings: Sendable {
  private let username: Mapping
  private let groups: Mapping?
  private let uid: Mapping?
  private let extra: [(key: String, expression: ConfiguredExpression)]
  private let requiredClaims: [(claim: String, value: String)]
  private let claimRules: [Rule]
  private let userRules: [Rule]

  enum Mapping: Sendable {
    case claim(String, prefix: String)
    case expression(ConfiguredExpression)
  }

  struct Rule: Sendable {
    let expression: ConfiguredExpression
    let message: String
  }

  /// All expressions over one token share it.
  private static var budget: CostBudget { .matchConditions }

  /// What is wrong goes to `errors`, in upstream's words.
  init?(_ authenticator: Document, at path: String, _ errors: inout [FieldError]) {
    let before = errors.count
    var requiredClaims: [(String, String)] = []
    claimRules = Self.claimRules(
      authenticator["claimValidationRules"], "\(path).claimValidationRules", &requiredClaims,
      &errors)
    self.requiredClaims = requiredClaims
    let mappings = authenticator["claimMappings"] ?? .emptyObject
    let place = "\(path).claimMappings"
    let username = Self.prefixed(mappings["username"], "\(place).username", &errors)
    if Self.isUnset(mappings["username"]) {
      errors.append(.required("\(place).username", "claim or expression is required"))
    }
    groups = Self.prefixed(mappings["groups"], "\(place).groups", &errors)
    uid = Self.uid(mappings["uid"], "\(place).uid", &errors)
    extra = Self.extra(mappings["extra"], "\(place).extra", &errors)
    userRules = Self.userRules(
      authenticator["userValidationRules"], "\(path).userValidationRules", &errors)
    guard let username else { return nil }
    self.username = username
    if case .expression(let expression) = username, expression.reads(claim: "email"),
      !([expression] + extra.map { $0.expression } + claimRules.map(\.expression)).contains(
        where: { $0.reads(claim: "email_verified") })
    {
      errors.append(
        .invalid(
          "\(place).username.expression", Document(expression.source),
          "claims.email_verified must be used in claimMappings.username.expression or "
            + "claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when "
            + "claims.email is used in claimMappings.username.expression"))
    }
    guard errors.count == before else { return nil }
  }

  // MARK: Applying them

  /// - Parameter claims: of a token whose signature, issuer, audience and times are good.
  /// - Throws: why this is nobody.
  func user(_ claims: Document) throws(ClaimProblem) -> User {
    var budget = Self.budget
    let variables = ["claims": Value(claims)]
    var user = User(name: try name(claims, variables, &budget))
    switch groups {
    case .claim(let claim, let prefix):
      user.groups = try Self.texts(claims[claim], claim).map { prefix + $0 }
    case .expression(let expression): user.groups = try expression.texts(variables, &budget)
    case nil: break
    }
    switch uid {
    case .claim(let claim, _): user.uid = try Self.text(claims[claim], claim)
    case .expression(let expression): user.uid = try expression.text(variables, &budget)
    case nil: break
    }
    if let identifier = claims["jti"]?.string, !identifier.isEmpty {
      user.extra["authentication.kubernetes.io/credential-id"] = ["JTI=\(identifier)"]
    }
    for (key, expression) in extra {
      let values = try expression.texts(variables, &budget)
      if !values.isEmpty { user.extra[key] = values }
    }
    for (claim, value) in requiredClaims {
      guard try Self.text(claims[claim], claim) == value else {
        throw ClaimProblem("required claim \(claim) value does not match")
      }
    }
    try Self.require(claimRules, variables, &budget)
    if !userRules.isEmpty {
      try Self.require(userRules, ["user": Value(Self.whole(user))], &budget)
    }
    return user
  }

  /// With every field there, so that rules need not ask for them.
  private static func whole(_ user: User) -> Document {
    var whole: Document = ["uid": "", "groups": .emptyArray, "extra": .emptyObject]
    for (name, member) in user.info.members { whole[name] = member }
    return whole
  }

  private func name(
    _ claims: Document, _ variables: [String: Value], _ budget: inout CostBudget
  ) throws(ClaimProblem) -> String {
    switch username {
    case .claim(let claim, let prefix):
      let name = try Self.text(claims[claim], claim)
      if claim == "email", let verified = claims["email_verified"], verified.bool != true {
        throw ClaimProblem("email not verified")
      }
      // With an empty name, everybody whom the issuer gives none would be the same user.
      guard !name.isEmpty else { throw ClaimProblem("the claim \(claim) is empty") }
      return prefix + name
    case .expression(let expression):
      let name = try expression.text(variables, &budget)
      guard !name.isEmpty else {
        throw ClaimProblem("empty username via CEL expression is not allowed")
      }
      return name
    }
  }

  private static func require(
    _ rules: [Rule], _ variables: [String: Value], _ budget: inout CostBudget
  ) throws(ClaimProblem) {
    for rule in rules {
      guard case .bool(let holds) = try rule.expression.value(variables, &budget) else {
        throw ClaimProblem("validation expression must return a boolean")
      }
      guard holds else {
        throw ClaimProblem(
          "validation expression '\(rule.expression.source)' failed: \(rule.message)")
      }
    }
  }

  private static func text(_ claim: Document?, _ name: String) throws(ClaimProblem) -> String {
    guard let claim else { throw ClaimProblem("claim \(name) is not present") }
    guard let text = claim.string else { throw ClaimProblem("claim \(name) is no string") }
    return text
  }

  /// A list of strings or one; a claim that is not there gives none.
  private static func texts(_ claim: Document?, _ name: String) throws(ClaimProblem) -> [String] {
    guard let claim else { return [] }
    if let text = claim.string { return [text] }
    let texts = claim.elements.compactMap(\.string)
    guard claim.isArray, texts.count == claim.elements.map({ $0 }).count else {
      throw ClaimProblem("claim \(name) is neither a string nor a list of strings")
    }
    return texts
  }
}
