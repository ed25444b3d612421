import Foundations
import MartletTesting
import Resources
import Testing

@testable import APIServer

/// The file of `--authentication-config`, and what tokens have to say of themselves.
@Suite struct AuthenticationConfigurationTests {
  private static let head = """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AuthenticationConfiguration

    """
  private static let good = """
    jwt:
    - issuer: {url: https://issuer.test, audiences: [martlet]}
      claimMappings: {username: {claim: sub, prefix: ""}}

    """

  private func configuration(_ text: String) throws -> AuthenticationConfiguration {
    try AuthenticationConfiguration(
      Array(text.utf8), path: "auth.yaml", disallowedIssuers: ["https://own.test"])
  }

  /// The first thing that is wrong.
  private func problem(_ text: String) -> String {
    do {
      _ = try configuration(text)
      return ""
    } catch let error as ConfigurationFileError {
      return error.reasons[0]
    } catch { return "another error: \(error)" }
  }

  @Test("a small file is taken, in both versions")
  func small() throws {
    let made = try configuration(Self.head + Self.good)
    #expect(made.issuers.map(\.url) == ["https://issuer.test"])
    #expect(
      made.issuers[0].discoveryURL == "https://issuer.test/.well-known/openid-configuration")
    #expect(made.anonymous == .everywhere)
    let beta = (Self.head + Self.good).replacing("/v1\n", with: "/v1beta1\n")
    #expect(throws: Never.self) { try configuration(beta) }
  }

  @Test(
    "what is wrong with a file is said in upstream's words",
    arguments: [
      ("jwt: [{}]", "jwt[0].issuer.url: Required value"),
      ("jwt: 7", "jwt: Invalid value: 7: it has to be a list"),
      ("jtw: []", "jtw: Forbidden: unknown field"),
      (good + "  extra: 1", "jwt[0].extra: Forbidden: unknown field"),
      (
        good.replacing("https://issuer.test", with: "http://issuer.test"),
        #"jwt[0].issuer.url: Invalid value: "http://issuer.test": URL scheme must be https"#
      ),
      (
        good.replacing("https://issuer.test", with: "https://a:b@issuer.test"),
        #"jwt[0].issuer.url: Invalid value: "https://a:b@issuer.test": URL must not contain a username or password"#
      ),
      (
        good.replacing("https://issuer.test", with: "https://own.test"),
        #"jwt[0].issuer.url: Invalid value: "https://own.test": URL must not overlap with disallowed issuers: ["https://own.test"]"#
      ),
      (
        good.replacing("[martlet]", with: "[]"),
        "jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required"
      ),
      (
        good.replacing("[martlet]", with: "[a, b]"),
        #"jwt[0].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences"#
      ),
      (
        good.replacing("[martlet]", with: "[a], certificateAuthority: nonsense"),
        #"jwt[0].issuer.certificateAuthority: Invalid value: "<omitted>": "#
      ),
      (
        good.replacing(#", prefix: """#, with: ""),
        "jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing"
      ),
      (
        good.replacing("claim: sub", with: "claim: sub, expression: claims.sub"),
        #"jwt[0].claimMappings.username: Invalid value: "": claim and expression can't both be set"#
      ),
      (
        good.replacing(#"claim: sub, prefix: """#, with: "expression: claims.email"),
        #"jwt[0].claimMappings.username.expression: Invalid value: "claims.email": claims.email_verified must be used"#
      ),
      (
        good.replacing(#"claim: sub, prefix: """#, with: "expression: 'claims.('"),
        #"jwt[0].claimMappings.username.expression: Invalid value: "claims.(": compilation failed: "#
      ),
      (
        good + "  claimValidationRules: [{expression: claims.sub == 'a'}, {expression: '1'}]",
        #"jwt[0].claimValidationRules[1].expression: Invalid value: "1": must evaluate to bool"#
      ),
      (
        good + "  userValidationRules: [{expression: user.nmae == ''}]",
        #"jwt[0].userValidationRules[0].expression: Invalid value: "user.nmae == ''": compilation failed: "#
      ),
      (good + good.dropFirst(5), #"jwt[1].issuer.url: Duplicate value: "https://issuer.test""#),
      (
        "anonymous: {enabled: false, conditions: [{path: /livez}]}", "anonymous.conditions: Invalid"
      ),
    ] as [(String, String)])
  func wrong(_ text: String, _ expected: String) {
    let problem = problem(Self.head + text)
    #expect(problem.hasPrefix(expected), "\(problem)")
  }

  @Test(
    "extra keys are domains' own, in lower case, and each once",
    arguments: [
      ("foo", "must be a domain-prefixed path"), ("Example.org/a", "must be lowercase"),
      ("k8s.io/a", "reserved"), ("x.kubernetes.io/a", "reserved"), ("", "Required value"),
    ])
  func extraKeys(_ key: String, _ expected: String) {
    let text = Self.good.replacing(
      "}}", with: "}, extra: [{key: '\(key)', valueExpression: claims.sub}]}")
    let problem = problem(Self.head + text)
    #expect(
      problem.hasPrefix("jwt[0].claimMappings.extra[0].key: ") && problem.contains(expected),
      "\(problem)")
  }

  @Test("another kind, another version, nothing and too much are no such file")
  func otherFiles() {
    for text in [
      "", "[]", "kind: Pod\napiVersion: v1", Self.head.replacing("/v1", with: "/v2"),
      Self.head + "---\n" + Self.head, "\t", String(repeating: "#", count: (1 << 20) + 1),
    ] {
      #expect(problem(text) != "")
    }
  }

  @Test("anonymous access may be closed, or open at some paths only")
  func anonymous() throws {
    let closed = try configuration(Self.head + "anonymous: {enabled: false}").anonymous
    #expect(!closed.allows("/livez"))
    let some = try configuration(
      Self.head + "anonymous: {enabled: true, conditions: [{path: /livez}]}"
    ).anonymous
    #expect(some.allows("/livez") && !some.allows("/livez/ping") && !some.allows("/version"))
    #expect(try configuration(Self.head + "anonymous: {enabled: true}").anonymous == .everywhere)
  }

  // MARK: Tokens

  private let now = Timestamp(seconds: 1_800_000_000)

  private func verdict(_ claims: String, audiences: String = "[martlet]") throws -> String {
    let text = Self.good.replacing("[martlet]", with: audiences)
    let issuer = try configuration(Self.head + text).issuers[0]
    do throws(ClaimProblem) {
      return try issuer.user(Array(claims.utf8), now: now).0.name
    } catch { return "refused: \(error)" }
  }

  @Test(
    "issuer, audience, end and beginning have to be right, to the second",
    arguments: [
      (#""iss":"https://issuer.test","aud":"martlet","exp":1800000000"#, true),
      (#""iss":"https://issuer.test","aud":["x","martlet"],"exp":1800000001"#, true),
      (#""iss":"https://issuer.test","aud":"martlet","exp":1799999999"#, false),
      (#""iss":"https://issuer.test","aud":"martlet","exp":1800000000.5"#, true),
      (#""iss":"https://issuer.test","aud":"martlet""#, false),
      (#""iss":"https://issuer.test","aud":"martlet","exp":"1900000000""#, false),
      (#""iss":"https://issuer.test","aud":"martlet","exp":1e300"#, false),
      (#""iss":"https://issuer.test/","aud":"martlet","exp":1900000000"#, false),
      (#""aud":"martlet","exp":1900000000"#, false),
      (#""iss":"https://issuer.test","aud":"other","exp":1900000000"#, false),
      (#""iss":"https://issuer.test","aud":[],"exp":1900000000"#, false),
      (#""iss":"https://issuer.test","exp":1900000000"#, false),
      (#""iss":"https://issuer.test","aud":"martlet","exp":1900000000,"nbf":1800000060"#, true),
      (#""iss":"https://issuer.test","aud":"martlet","exp":1900000000,"nbf":1800000061"#, false),
    ])
  func times(_ claims: String, isGood: Bool) throws {
    let verdict = try verdict(#"{"sub":"ada",\#(claims)}"#)
    #expect((verdict == "ada") == isGood, "\(verdict)")
  }

  @Test("of several audiences one suffices")
  func audiences() throws {
    let several = "[a, b], audienceMatchPolicy: MatchAny"
    let claims = #"{"sub":"ada","iss":"https://issuer.test","aud":"b","exp":1900000000}"#
    #expect(try verdict(claims, audiences: several) == "ada")
    #expect(try verdict(claims).hasPrefix("refused"))
  }

  @Test("claims that are no object make nobody", arguments: ["", "[]", "7", "{", "\u{0}"])
  func noObject(_ claims: String) throws {
    #expect(try verdict(claims).hasPrefix("refused"))
  }
}
