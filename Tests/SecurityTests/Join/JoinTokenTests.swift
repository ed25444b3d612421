import Foundations
import Testing

@testable import Security

@Suite struct JoinTokenTests {
  private let authority = try? CertificateAuthority.make(
    commonName: "ca", now: Timestamp(seconds: 1_800_000_000))

  @Test("a token is read back from its text, which its description does not show")
  func roundTrip() throws {
    let pin = try AuthorityPin(ofAuthority: #require(authority).certificatePEM)
    let token = JoinToken(.random(), pin: pin)
    let text = token.text.exposed
    #expect(text.utf8.count == 6 + 1 + 16 + 1 + 64)
    let read = try JoinToken(text)
    #expect(read.bootstrap.id == token.bootstrap.id)
    #expect(read.bootstrap.secret == token.bootstrap.secret)
    #expect(read.pin == pin)
    #expect(!"\(token)".contains(String(decoding: token.bootstrap.secret.exposed, as: UTF8.self)))
  }

  @Test("two tokens differ")
  func random() {
    #expect(BootstrapCredential.random().secret != BootstrapCredential.random().secret)
  }

  @Test(
    "what is no whole token is refused",
    arguments: [
      "", "abcdef", "abcdef.0123456789abcdef", "abcdef.0123456789abcdef.",
      "abcdef.0123456789abcdef.00", "Abcdef.0123456789abcdef." + pinText,
      "abcdef.0123456789abcde." + pinText, "abcdef.0123456789abcdef." + pinText + "0",
      "abcdef.0123456789abcdef.Z" + pinText.dropFirst(), "abcdef.0123456789abcdeé." + pinText,
    ])
  func refused(_ text: String) {
    #expect(throws: JoinToken.FormatError.self) { try JoinToken(text) }
  }

  private static let pinText = String(repeating: "0", count: 64)

  @Test("the pin is that of openssl and kubeadm: of the public key, and of no other")
  func pin() throws {
    let other = try CertificateAuthority.make(
      commonName: "ca", now: Timestamp(seconds: 1_800_000_000))
    let authority = try #require(authority)
    let pin = try AuthorityPin(ofAuthority: authority.certificatePEM)
    #expect(try AuthorityPin(ofAuthority: other.certificatePEM) != pin)
    // The same key with another certificate.
    let renewed = try CertificateAuthority.make(
      commonName: "ca", key: authority.key, now: Timestamp(seconds: 1_900_000_000))
    #expect(try AuthorityPin(ofAuthority: renewed.certificatePEM) == pin)
    #expect(AuthorityPin(pin.description) == pin)
  }

  @Test("of what a server shows, the one certificate with the pin is kept, and nothing beside it")
  func alone() throws {
    let authority = try #require(authority)
    let other = try CertificateAuthority.make(
      commonName: "other", now: Timestamp(seconds: 1_800_000_000))
    let pin = try AuthorityPin(ofAuthority: authority.certificatePEM)
    let shown = try pin.certificate(shownIn: authority.certificatePEM + other.certificatePEM)
    let kept = try #require(shown)
    #expect(try PEM.certificates(kept) == PEM.certificates(authority.certificatePEM))
    #expect(try pin.certificate(shownIn: other.certificatePEM + authority.certificatePEM) == nil)
    #expect(throws: CredentialError.self) { try pin.certificate(shownIn: [1, 2, 3]) }
  }

  @Test("a certificate is renewed between seven and nine tenths of its life")
  func renewal() throws {
    let life = CertificateLifetime(
      start: Timestamp(seconds: 1000), end: Timestamp(seconds: 2000))
    #expect(life.renewalTime(share: 0) == Timestamp(seconds: 1700))
    #expect(abs(life.renewalTime(share: 1).seconds - 1900) <= 1)
    let end = try CertificateLifetime(of: #require(authority).certificatePEM).end
    #expect(end > Timestamp(seconds: 2_100_000_000))
  }

  @Test("a request of ours is signed into an identity that serves until its names or time change")
  func request() throws {
    let authority = try #require(authority)
    let now = Timestamp(seconds: 1_800_000_100)
    let address = try #require(IPAddress("192.0.2.7"))
    let profile = CertificateProfile.server(
      "system:node:one", organizations: ["system:nodes"], dnsNames: ["one"], addresses: [address])
    let prepared = try PreparedCertificateRequest(profile)
    let request = try CertificateRequest(base64PEM: prepared.base64PEM)
    #expect(request.commonName == "system:node:one")
    #expect(request.organizations == ["system:nodes"])
    #expect(request.dnsNames == ["one"])
    #expect(request.addresses == [address])
    let signed = try authority.sign(
      request, usages: ["digital signature", "server auth"], lifetime: .seconds(3600), now: now)
    let identity = try TLSIdentity(
      certificateChainPEM: signed, privateKeyPEM: prepared.privateKeyPEM)
    #expect(try identity.commonName() == "system:node:one")
    func serves(_ profile: CertificateProfile, at seconds: Int64) throws -> Bool {
      try profile.isServed(
        by: signed, authorityPEM: authority.certificatePEM, now: Timestamp(seconds: seconds))
    }
    #expect(try serves(profile, at: now.seconds))
    #expect(try !serves(profile, at: now.seconds + 3601))
    var moved = profile
    moved.addresses = [try #require(IPAddress("192.0.2.8"))]
    #expect(try !serves(moved, at: now.seconds))
    let another = try PreparedCertificateRequest(profile)
    #expect(throws: CredentialError.keyOfAnotherCertificate) {
      try TLSIdentity(certificateChainPEM: signed, privateKeyPEM: another.privateKeyPEM)
    }
  }
}
