package import Resources

/// Which Secret's certificate a client is shown, by the host that it asks for. A value.
package struct CertificateTable: Equatable, Sendable {
  /// What a Secret is good for.
  package enum SecretFacts: Equatable, Sendable {
    case missing
    /// One sentence, without anything of what the Secret holds.
    case unusable(why: String)
    case usable(hosts: [HostPattern])
  }

  private struct Claim: Equatable, Sendable {
    let ingress: ObjectKey
    let secret: ObjectKey
  }

  private var claims: [HostPattern: Claim] = [:]
  /// In order of Ingress and field.
  package private(set) var problems: [IngressProblem] = []

  /// Every client is shown the default certificate.
  package init() {}

  /// - Parameter name: what the client asks for; `nil` where it says nothing.
  /// - Returns: `nil` for the default certificate.
  package func secret(for name: String?) -> ObjectKey? {
    guard let name, !claims.isEmpty else { return nil }
    let host = HostPattern.name(ofHostField: name)
    if let claim = claims[.exact(host)] { return claim.secret }
    return HostPattern.parent(of: host).flatMap { claims[.wildcard(String($0))]?.secret }
  }

  /// A host that two Ingresses bring a certificate for keeps that of the older one.
  package init(
    _ ingresses: some Sequence<IngressRules>, facts: (ObjectKey) -> SecretFacts
  ) {
    for ingress in ingresses.sorted(by: IngressRules.precedes) {
      for certificate in ingress.certificates {
        guard let secret = certificate.secret else { continue }
        take(certificate, of: ingress.key, secret, facts(secret))
      }
    }
  }

  private mutating func take(
    _ certificate: IngressRules.Certificate, of ingress: ObjectKey, _ secret: ObjectKey,
    _ facts: SecretFacts
  ) {
    let field = "\(certificate.field).secretName"
    switch facts {
    case .missing:
      note(
        ingress, .secretMissing,
        "\(field): there is no Secret \(secret); create it with type kubernetes.io/tls. Until then "
          + "clients see the default certificate")
    case .unusable(let why):
      note(
        ingress, .certificateUnusable,
        "\(field): Secret \(secret) cannot be used: \(why). Until then clients see the default "
          + "certificate")
    case .usable(let names):
      for host in certificate.hosts.isEmpty ? names : certificate.hosts where host != .any {
        guard names.contains(where: { $0.covers(host) }) else {
          let known = names.map(\.description).joined(separator: ", ")
          note(
            ingress, .certificateMismatch,
            "\(certificate.field).hosts: the certificate in Secret \(secret) is not made for \(host) "
              + "but for \(known.isEmpty ? "no host" : known): put one for \(host) there, or change "
              + "the host. Until then clients see the default certificate")
          continue
        }
        claim(host, certificate.field, Claim(ingress: ingress, secret: secret))
      }
    }
  }

  private mutating func claim(_ host: HostPattern, _ field: String, _ claim: Claim) {
    guard let winner = claims[host] else {
      claims[host] = claim
      return
    }
    guard winner.secret != claim.secret else { return }
    note(
      claim.ingress, .certificateTaken,
      "\(field).hosts: \(host) has the certificate of Secret \(winner.secret), named by Ingress "
        + "\(winner.ingress), which is older: name the same Secret, or remove the host")
  }

  private mutating func note(
    _ ingress: ObjectKey, _ reason: IngressProblem.Reason, _ message: String
  ) {
    problems.append(IngressProblem(ingress: ingress, reason: reason, message: message))
  }
}
