/// Who holds the client certificate of a TLS connection: only ever made from a certificate that
/// verified against the client CA when the connection was made.
///
/// A connection can outlive its certificate, so whoever authenticates a request compares
/// `notValidAfter` with the time of that request.
package struct PeerIdentity: Equatable, Sendable {
  /// The subject's first common name: the user. Empty where the subject has none.
  package let commonName: String
  /// The subject's organizations, in order: the groups.
  package let organizations: [String]
  /// Seconds since 1970 UTC; invalid from the second after it.
  package let notValidAfter: Int64
  /// The certificate itself, DER.
  package let certificate: [UInt8]

  package init(
    commonName: String, organizations: [String], notValidAfter: Int64, certificate: [UInt8]
  ) {
    self.commonName = commonName
    self.organizations = organizations
    self.notValidAfter = notValidAfter
    self.certificate = certificate
  }
}

/// What the peer of a connection showed of itself. kube-apiserver asks for a client certificate,
/// lets the handshake pass whatever comes, and answers 401 where what came does not verify: so do
/// we, and therefore a handler has to tell "none" from "refused".
package enum ClientCertificate: Equatable, Sendable {
  /// None was presented, or the server asks for none.
  case absent
  case verified(PeerIdentity)
  /// One was presented and did not verify; the text says why, without secrets.
  case refused(reason: String)
}
