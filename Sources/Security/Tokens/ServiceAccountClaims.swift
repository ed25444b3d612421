package import Foundations

/// What a service account token says. Source: Kubernetes documentation, "Managing Service
/// Accounts", "Bound service account tokens"; RFC 7519.
package struct ServiceAccountClaims: Equatable, Sendable {
  package struct ObjectReference: Equatable, Sendable, Codable {
    package var name: String
    package var uid: String

    package init(name: String, uid: String) {
      self.name = name
      self.uid = uid
    }
  }

  package var issuer: String
  package var audiences: [String]
  package var namespace: String
  package var serviceAccount: ObjectReference
  /// The objects whose end also ends the token.
  package var pod: ObjectReference?
  package var secret: ObjectReference?
  /// Where the pod runs; or, without a pod, an object that the token is bound to.
  package var node: ObjectReference?
  package var issuedAt: Timestamp
  package var notBefore: Timestamp
  package var expiresAt: Timestamp
  /// From then on the use of the token is worth a warning: it lives longer than was asked for.
  package var warnAfter: Timestamp?
  /// `jti`.
  package var identifier: String

  /// - Parameter lifetime: counted in whole seconds.
  package init(
    issuer: String, audiences: [String], namespace: String, serviceAccount: ObjectReference,
    pod: ObjectReference? = nil, secret: ObjectReference? = nil, node: ObjectReference? = nil,
    now: Timestamp, lifetime: Duration
  ) {
    let start = Timestamp(seconds: now.seconds)
    self.issuer = issuer
    self.audiences = audiences
    self.namespace = namespace
    self.serviceAccount = serviceAccount
    self.pod = pod
    self.secret = secret
    self.node = node
    issuedAt = start
    notBefore = start
    expiresAt = start.advanced(by: lifetime)
    identifier = UID.random().description
  }

  /// Of a token that is kept in a Secret and ends with it: a hundred years.
  package static let lifetimeInSecret: Duration = .seconds(100 * 365 * 86_400)

  /// Whether the token is good only while its Secret holds it.
  package var livesInSecret: Bool {
    secret != nil && issuedAt.distance(to: expiresAt) >= Self.lifetimeInSecret
  }

  /// The user's name: `system:serviceaccount:NAMESPACE:NAME`.
  package var subject: String { "system:serviceaccount:\(namespace):\(serviceAccount.name)" }
}

// MARK: The JSON form

extension ServiceAccountClaims: Codable {
  private enum Key: String, CodingKey {
    case audiences = "aud"
    case expiresAt = "exp"
    case issuedAt = "iat"
    case issuer = "iss"
    case identifier = "jti"
    case binding = "kubernetes.io"
    case notBefore = "nbf"
    case subject = "sub"
  }

  private struct Binding: Codable {
    var namespace: String
    var node: ObjectReference?
    var pod: ObjectReference?
    var secret: ObjectReference?
    var serviceaccount: ObjectReference
    var warnafter: Int64?
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let binding = try fields.decode(Binding.self, forKey: .binding)
    namespace = binding.namespace
    serviceAccount = binding.serviceaccount
    pod = binding.pod
    secret = binding.secret
    node = binding.node
    warnAfter = binding.warnafter.map { Timestamp(seconds: $0) }
    issuer = try fields.decode(String.self, forKey: .issuer)
    // RFC 7519 lets one audience stand without its array.
    if let one = try? fields.decode(String.self, forKey: .audiences) {
      audiences = [one]
    } else {
      audiences = try fields.decode([String].self, forKey: .audiences)
    }
    issuedAt = Timestamp(seconds: try fields.decode(Int64.self, forKey: .issuedAt))
    notBefore = Timestamp(seconds: try fields.decode(Int64.self, forKey: .notBefore))
    expiresAt = Timestamp(seconds: try fields.decode(Int64.self, forKey: .expiresAt))
    identifier = try fields.decodeIfPresent(String.self, forKey: .identifier) ?? ""
    let subject = try fields.decode(String.self, forKey: .subject)
    guard subject == self.subject else {
      throw DecodingError.dataCorruptedError(
        forKey: .subject, in: fields, debugDescription: "sub and kubernetes.io disagree")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(audiences, forKey: .audiences)
    try fields.encode(expiresAt.seconds, forKey: .expiresAt)
    try fields.encode(issuedAt.seconds, forKey: .issuedAt)
    try fields.encode(issuer, forKey: .issuer)
    try fields.encode(identifier, forKey: .identifier)
    try fields.encode(
      Binding(
        namespace: namespace, node: node, pod: pod, secret: secret,
        serviceaccount: serviceAccount, warnafter: warnAfter?.seconds), forKey: .binding)
    try fields.encode(notBefore.seconds, forKey: .notBefore)
    try fields.encode(subject, forKey: .subject)
  }
}
