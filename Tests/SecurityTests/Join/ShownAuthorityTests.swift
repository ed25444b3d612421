import FoundationEssentials
import Foundations
import Testing
import X509

@testable import Security

@Suite struct ShownAuthorityTests {
  private let authority: CertificateAuthority
  private let held: ShownAuthority

  init() throws {
    authority = try CertificateAuthority.make(commonName: "ca", now: .sample)
    held = try ShownAuthority(authority.certificatePEM)
  }

  @Test("of several certificates the first counts, and the others are dropped")
  func first() throws {
    let other = try CertificateAuthority.make(commonName: "other", now: .sample)
    let shown = try ShownAuthority(authority.certificatePEM + other.certificatePEM)
    #expect(shown.certificatePEM == authority.certificatePEM)
    #expect(try shown.pin == AuthorityPin(ofAuthority: authority.certificatePEM))
  }

  @Test("the same name and key with a later end is the successor")
  func successor() throws {
    let late = Timestamp.sample.after(CertificateAuthority.authorityLifetime)
    let renewed = try #require(try authority.renewed(now: late))
    #expect(try ShownAuthority(renewed.certificatePEM).succeeds(held))
  }

  @Test("another key, another name, the same or an earlier end are none")
  func strangers() throws {
    let later = Timestamp.sample.after(.days(1))
    for shown in [
      try CertificateAuthority.make(commonName: "ca", now: later),
      try CertificateAuthority.make(commonName: "cb", key: authority.key, now: later),
      try CertificateAuthority.make(
        commonName: "ca", key: authority.key, now: .sample.after(.days(-1))),
      authority,
    ] {
      #expect(try !ShownAuthority(shown.certificatePEM).succeeds(held))
    }
  }

  private func certificate(
    for other: Certificate, signedBy forger: CertificateAuthority, until end: Timestamp
  ) throws -> Certificate {
    try Certificate(
      version: .v3, serialNumber: .init(), publicKey: other.publicKey,
      notValidBefore: other.notValidBefore, notValidAfter: end.date, issuer: other.subject,
      subject: other.subject, extensions: other.extensions, issuerPrivateKey: forger.key)
  }

  @Test("a certificate for the authority's key that somebody else signed is none")
  func signedByAnother() throws {
    // Whoever has seen the public key can have it certified under any name and end.
    let forger = try CertificateAuthority.make(
      commonName: "ca", now: .sample.after(.days(1)))
    let forged = try certificate(
      for: authority.certificate, signedBy: forger, until: held.end.after(.days(1)))
    #expect(try !ShownAuthority(try PEM.text(forged)).succeeds(held))
  }
}
