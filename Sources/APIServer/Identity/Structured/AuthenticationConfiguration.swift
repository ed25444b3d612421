import Foundations
import Resources

/// What `--authentication-config` says. Pure.
/// Source: apiserver.config.k8s.io/v1 AuthenticationConfiguration.
struct AuthenticationConfiguration: Sendable {
  let issuers: [JWTIssuer]
  let anonymous: AnonymousAccess

  /// Source: upstream's limit.
  private static let issuersMax = 64

  /// - Parameters:
  ///   - path: of the file, for messages.
  ///   - disallowedIssuers: whose tokens this server knows already: its own.
  init(_ bytes: [UInt8], path: String, disallowedIssuers: Set<String>)
    throws(ConfigurationFileError)
  {
    let object = try ConfigurationFile.object(
      bytes, kind: "AuthenticationConfiguration", versions: ["v1", "v1beta1"], path: path)
    var fields = StrictFields()
    fields.check(object, Self.shape, at: "")
    var errors = fields.errors
    let list = object["jwt"]?.elements.map { $0 } ?? []
    if list.count > Self.issuersMax {
      errors.append(.tooMany("jwt", count: list.count, max: Self.issuersMax))
    }
    var issuers: [JWTIssuer] = []
    var seen: (urls: Set<String>, discovery: Set<String>) = ([], [])
    for (index, authenticator) in list.prefix(Self.issuersMax).enumerated() {
      let place = "jwt[\(index)]"
      if let issuer = JWTIssuer(
        authenticator, at: place, disallowed: disallowedIssuers, &errors)
      {
        issuers.append(issuer)
      }
      let url = authenticator[path: "issuer", "url"]?.string ?? ""
      if !seen.urls.insert(url).inserted {
        errors.append(.duplicate("\(place).issuer.url", Document(url)))
      }
      let discovery = authenticator[path: "issuer", "discoveryURL"]?.string ?? ""
      if !discovery.isEmpty, !seen.discovery.insert(discovery).inserted {
        errors.append(.duplicate("\(place).issuer.discoveryURL", Document(discovery)))
      }
    }
    anonymous = AnonymousAccess(object["anonymous"], &errors)
    self.issuers = issuers
    guard errors.isEmpty else {
      throw ConfigurationFileError(path: path, reasons: errors.map(\.description))
    }
  }

  private static let shape: StrictFields.Shape = .object([
    "apiVersion": .string, "kind": .string,
    "jwt": .list(
      .object([
        "issuer": .object([
          "url": .string, "discoveryURL": .string, "certificateAuthority": .string,
          "audiences": .list(.string), "audienceMatchPolicy": .string,
          "egressSelectorType": .string,
        ]),
        "claimValidationRules": .list(
          .object([
            "claim": .string, "requiredValue": .string, "expression": .string, "message": .string,
          ])),
        "claimMappings": .object([
          "username": prefixed, "groups": prefixed,
          "uid": .object(["claim": .string, "expression": .string]),
          "extra": .list(.object(["key": .string, "valueExpression": .string])),
        ]),
        "userValidationRules": .list(.object(["expression": .string, "message": .string])),
      ])),
    "anonymous": .object([
      "enabled": .boolean, "conditions": .list(.object(["path": .string])),
    ]),
  ])

  private static let prefixed: StrictFields.Shape = .object([
    "claim": .string, "prefix": .string, "expression": .string,
  ])
}
