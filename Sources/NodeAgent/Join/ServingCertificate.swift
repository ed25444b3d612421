package import Foundations
package import Networking
package import Security

/// The certificate that a node agent shows to those who call it, kept in `DIR/node-serving.crt` and
/// `.key`.
package struct ServingCertificate: Sendable {
  private let directory: String
  private let profile: CertificateProfile
  private let authorityPEM: Renewable<[UInt8]>

  /// - Parameters:
  ///   - addresses: where this node is reached.
  ///   - authorityPEM: the CA that signs it, and those who call.
  package init(
    directory: String, nodeName: String, addresses: [IPAddress],
    authorityPEM: Renewable<[UInt8]>
  ) {
    self.directory = directory
    self.authorityPEM = authorityPEM
    profile = .server(
      NodeCertificate.userName(ofNode: nodeName), organizations: [NodeCertificate.group],
      dnsNames: [nodeName.lowercased()], addresses: addresses)
  }

  /// The one of an earlier life where it still serves, else a new one.
  package func obtain(from requester: CertificateRequester, now: Timestamp) async throws
    -> TLSIdentity
  {
    if let kept = try kept(now: now) { return kept }
    let made = try await request(from: requester)
    try keep(made)
    return made
  }

  package func request(from requester: CertificateRequester) async throws -> TLSIdentity {
    try await requester.identity(.serving, for: profile)
  }

  /// Two files: what a crash leaves between them does not fit together, and is made again.
  package func keep(_ identity: TLSIdentity) throws {
    try DurableFile.makeDirectory(directory, mode: 0o700)
    try DurableFile.write(identity.privateKeyPEM.exposed, to: keyPath, mode: 0o600)
    try DurableFile.write(identity.certificateChainPEM, to: certificatePath, mode: 0o644)
  }

  package func material(_ identity: TLSIdentity) -> ServerTLS.Material {
    ServerTLS.Material(
      certificateChainPEM: identity.certificateChainPEM,
      privateKeyPEM: identity.privateKeyPEM.exposed, clientAuthorityPEM: authorityPEM.current)
  }

  private var certificatePath: String { "\(directory)/node-serving.crt" }
  private var keyPath: String { "\(directory)/node-serving.key" }

  func kept(now: Timestamp) throws -> TLSIdentity? {
    guard let certificate = try DurableFile.read(certificatePath),
      let key = try DurableFile.read(keyPath)
    else { return nil }
    do throws(CredentialError) {
      let identity = try TLSIdentity(
        certificateChainPEM: certificate, privateKeyPEM: Redacted(key))
      return try profile.isServed(by: certificate, authorityPEM: authorityPEM.current, now: now)
        ? identity : nil
    } catch {
      return nil  // a leaf can always be asked for again
    }
  }
}
