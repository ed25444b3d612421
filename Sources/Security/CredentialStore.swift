package import Foundations
import SwiftASN1
import X509

/// Keeps a server's keys and certificates in one directory: `NAME.crt` and `NAME.key` in PEM, keys
/// readable by their owner only. Each file is replaced in one step; whatever a crash leaves between
/// two files is recognized and made again.
package struct CredentialStore: Sendable {
  /// No clock of a machine that runs this program can be before it: 2025-01-01.
  static let earliestTime = Timestamp(seconds: 1_735_689_600)

  package let directory: String

  package init(directory: String) { self.directory = directory }

  /// Makes what is missing and what has to be made again: certificates near their end, or for other
  /// names than `naming` has now. Call it at start, and outside of `ClusterCredentials.isGood(at:)`.
  /// Blocks on disk.
  package func prepare(_ naming: ClusterNaming, now: Timestamp) throws -> ClusterCredentials {
    guard now >= Self.earliestTime else { throw CredentialError.clockImplausible(now: now) }
    try reportingFiles { () throws(FileError) in
      try DurableFile.makeDirectory(directory, mode: 0o700)
    }
    var changes: [String] = []
    let cluster = try authority(.cluster, now: now, changes: &changes)
    let frontProxy = try authority(.frontProxy, now: now, changes: &changes)
    var identities: [ClusterCertificate: TLSIdentity] = [:]
    for certificate in ClusterCertificate.allCases {
      let signer = certificate.authority == .cluster ? cluster : frontProxy
      identities[certificate] = try identity(
        named: certificate.rawValue, profile: certificate.profile(naming), signedBy: signer,
        now: now, changes: &changes)
    }
    return try ClusterCredentials(
      clusterAuthority: cluster, frontProxyAuthority: frontProxy,
      serviceAccountKey: try serviceAccountKey(changes: &changes), changes: changes,
      identities: identities)
  }

  // MARK: Authorities

  private func authority(
    _ role: ClusterAuthority, now: Timestamp, changes: inout [String]
  ) throws -> CertificateAuthority {
    let (certificatePath, keyPath) = paths(role.rawValue)
    let certificatePEM = try read(certificatePath)
    let keyPEM = try read(keyPath).map { Redacted($0) }
    guard let certificatePEM else {
      // A key alone is what a crash during the first start leaves: nothing was signed with it yet.
      let key = try keyPEM.map { pem in
        try explaining(keyPath) { () throws(CredentialError) in try PEM.privateKey(pem) }
      }
      let made = try CertificateAuthority.make(
        commonName: role.commonName, key: key ?? CertificateAuthority.newKey(), now: now)
      try write(try PEM.text(made.key).exposed, to: keyPath, mode: 0o600)
      try write(made.certificatePEM, to: certificatePath, mode: 0o644)
      changes.append("made the CA \(certificatePath)")
      return made
    }
    guard let keyPEM else { throw CredentialError.authorityIncomplete(missing: keyPath) }
    // First alone, so that what is wrong with the key is said of the key's file.
    _ = try explaining(keyPath) { () throws(CredentialError) in try PEM.privateKey(keyPEM) }
    let authority = try explaining(certificatePath) { () throws(CredentialError) in
      try CertificateAuthority(certificatePEM: certificatePEM, keyPEM: keyPEM)
    }
    if let renewed = try authority.renewed(now: now) {
      try write(renewed.certificatePEM, to: certificatePath, mode: 0o644)
      changes.append(
        "made \(certificatePath) again, under the same key: it ends at "
          + "\(authority.end)")
      return renewed
    }
    try authority.check(path: certificatePath, now: now)
    return authority
  }

  // MARK: Leaves

  private func identity(
    named name: String, profile: CertificateProfile, signedBy authority: CertificateAuthority,
    now: Timestamp, changes: inout [String]
  ) throws -> TLSIdentity {
    let (certificatePath, keyPath) = paths(name)
    let why: String
    switch try storedIdentity(certificatePath, keyPath) {
    case .good(let identity, let certificate):
      let reason = profile.reissueReason(for: certificate, signedBy: authority, now: now)
      guard let reason else { return identity }
      why = "made \(certificatePath) again: \(reason)"
    case .absent: why = "made \(certificatePath)"
    case .unusable(let error): why = "made \(certificatePath) again: \(error)"
    }
    let issued = try authority.issue(profile, now: now)
    try write(issued.privateKeyPEM.exposed, to: keyPath, mode: 0o600)
    try write(issued.certificateChainPEM, to: certificatePath, mode: 0o644)
    changes.append(why)
    return issued
  }

  private enum StoredIdentity {
    case absent
    case good(TLSIdentity, Certificate)
    /// Half a pair, or something else than PEM. A leaf can always be made again.
    case unusable(CredentialError)
  }

  private func storedIdentity(_ certificatePath: String, _ keyPath: String) throws
    -> StoredIdentity
  {
    guard let certificatePEM = try read(certificatePath), let keyPEM = try read(keyPath) else {
      return .absent
    }
    do throws(CredentialError) {
      let identity = try TLSIdentity(
        certificateChainPEM: certificatePEM, privateKeyPEM: Redacted(keyPEM))
      return .good(identity, try PEM.certificates(certificatePEM)[0])
    } catch {
      return .unusable(error)
    }
  }

  // MARK: Service accounts

  private func serviceAccountKey(changes: inout [String]) throws -> TokenSigningKey {
    let path = "\(directory)/service-account.key"
    if let stored = try read(path) {
      return try explaining(path) { () throws(CredentialError) in
        try TokenSigningKey(pem: Redacted(stored))
      }
    }
    let made = TokenSigningKey.make()
    try write(made.privateKeyPEM.exposed, to: path, mode: 0o600)
    changes.append("made the key of service account tokens \(path)")
    return made
  }

  // MARK: Files

  private func paths(_ name: String) -> (certificate: String, key: String) {
    ("\(directory)/\(name).crt", "\(directory)/\(name).key")
  }

  private func read(_ path: String) throws(CredentialError) -> [UInt8]? {
    try reportingFiles { () throws(FileError) in try DurableFile.read(path) }
  }

  private func write(_ content: [UInt8], to path: String, mode: UInt32) throws(CredentialError) {
    try reportingFiles { () throws(FileError) in
      try DurableFile.write(content, to: path, mode: mode)
    }
  }

  private func reportingFiles<Result>(_ body: () throws(FileError) -> Result)
    throws(CredentialError) -> Result
  {
    do { return try body() } catch { throw .file(error) }
  }

  /// Says which file it was.
  private func explaining<Result>(_ path: String, _ body: () throws(CredentialError) -> Result)
    throws(CredentialError) -> Result
  {
    do { return try body() } catch { throw .fileUnusable(path: path, reason: "\(error)") }
  }
}
