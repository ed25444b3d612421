import Foundations
import Security
import Testing

@Suite struct CertificateAuthorityTests {
  private let scratch: ScratchDirectory
  private let authority: CertificateAuthority

  init() throws {
    scratch = try ScratchDirectory()
    authority = try CertificateAuthority.make(commonName: "test-ca", now: .sample)
    _ = try scratch.write(authority.certificatePEM, to: "ca.crt")
  }

  /// What openssl says of a certificate at a time, asked for a purpose.
  private func verify(
    _ identity: TLSIdentity, at now: Timestamp, purpose: String, _ more: [String] = []
  ) throws -> (status: Int32, output: String) {
    let path = try scratch.write(identity.certificateChainPEM, to: "leaf.crt")
    return try Tool.openssl.run(
      [
        "verify", "-x509_strict", "-attime", "\(now.seconds)", "-purpose", purpose,
        "-CAfile", "\(scratch.path)/ca.crt",
      ] + more + [path])
  }

  @Test("openssl takes a client certificate for a client's, and for no server's")
  func clientPurpose() throws {
    let identity = try authority.issue(
      .client("ada", groups: ["developers", "system:masters"]), now: .sample)
    let answer = try verify(identity, at: .sample, purpose: "sslclient")
    #expect(answer.status == 0, "\(answer.output)")
    #expect(try verify(identity, at: .sample, purpose: "sslserver").status != 0)
    let subject = try Tool.openssl.run(
      ["x509", "-noout", "-subject", "-in", "\(scratch.path)/leaf.crt"]
    ).output
    #expect(subject.contains("O = developers, O = system:masters, CN = ada"), "\(subject)")
  }

  @Test("openssl finds a server under each of its names and addresses, and under no other")
  func serverNames() throws {
    let identity = try authority.issue(
      .server(
        "api", dnsNames: ["kubernetes.default.svc", "localhost"],
        addresses: [IPAddress("10.43.0.1")!, IPAddress("::1")!]), now: .sample)
    for (option, name, isFound) in [
      ("-verify_hostname", "kubernetes.default.svc", true), ("-verify_hostname", "localhost", true),
      ("-verify_hostname", "kubernetes.default", false), ("-verify_ip", "10.43.0.1", true),
      ("-verify_ip", "::1", true), ("-verify_ip", "10.43.0.2", false),
    ] {
      let answer = try verify(identity, at: .sample, purpose: "sslserver", [option, name])
      #expect((answer.status == 0) == isFound, "\(name): \(answer.output)")
    }
  }

  @Test("a certificate is valid from a little before its issue to the end of its lifetime")
  func validity() throws {
    let identity = try authority.issue(.client("ada"), now: .sample, lifetime: .days(10))
    #expect(identity.notValidAfter == .sample.after(.days(10)))
    for (offset, isValid) in [
      (Duration.seconds(-301), false), (.seconds(-300), true),
      (.days(10) - .seconds(1), true), (.days(10) + .seconds(1), false),
    ] {
      let answer = try verify(identity, at: .sample.after(offset), purpose: "sslclient")
      #expect((answer.status == 0) == isValid, "\(offset): \(answer.output)")
    }
  }

  @Test("no certificate outlives its authority")
  func lifetimeCap() throws {
    let late = Timestamp.sample.after(CertificateAuthority.authorityLifetime - .days(1))
    let identity = try authority.issue(.client("ada"), now: late)
    #expect(identity.notValidAfter == .sample.after(CertificateAuthority.authorityLifetime))
  }

  @Test("another authority of the same name does not vouch for the certificate")
  func otherAuthority() throws {
    let other = try CertificateAuthority.make(commonName: "test-ca", now: .sample)
    let answer = try verify(
      try other.issue(.client("ada"), now: .sample), at: .sample, purpose: "sslclient")
    #expect(answer.status != 0)
  }

  @Test("an authority made by openssl, EC or RSA, signs for us")
  func foreignAuthority() throws {
    for kind in [["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], ["rsa:2048"]] {
      let made = try Tool.openssl.run(
        [
          "req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=theirs", "-addext",
          "keyUsage=critical,keyCertSign", "-newkey",
        ] + kind
          + ["-keyout", "\(scratch.path)/theirs.key", "-out", "\(scratch.path)/ca.crt"])
      #expect(made.status == 0, "\(made.output)")
      let theirs = try CertificateAuthority(
        certificatePEM: scratch.read("ca.crt"), keyPEM: Redacted(scratch.read("theirs.key")))
      let now = Timestamp.now()
      let answer = try verify(
        try theirs.issue(.client("ada"), now: now), at: now, purpose: "sslclient")
      #expect(answer.status == 0, "\(answer.output)")
    }
  }

  @Test("PEM that is none, or is cut, or belongs to another key, is refused in words")
  func malformed() throws {
    let identity = try authority.issue(.client("ada"), now: .sample)
    let other = try authority.issue(.client("bob"), now: .sample)
    let chain = identity.certificateChainPEM
    let key = identity.privateKeyPEM.exposed
    #expect(throws: CredentialError.keyOfAnotherCertificate) {
      try TLSIdentity(certificateChainPEM: chain, privateKeyPEM: other.privateKeyPEM)
    }
    for bad in [
      [], Array("nonsense".utf8), [0xFF, 0xFE], key, Array(chain.dropLast(40)),
      Array(chain.dropFirst(40)), Array("-----BEGIN CERTIFICATE-----\n".utf8),
      Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8),
    ] {
      let error = #expect(throws: CredentialError.self) {
        try TLSIdentity(certificateChainPEM: bad, privateKeyPEM: Redacted(key))
      }
      if case .notACertificate = error {} else { Issue.record("\(String(describing: error))") }
    }
    for bad in [
      [], Array("nonsense".utf8), [0xFF, 0xFE], chain, Array(key.dropLast(40)),
      Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8),
    ] {
      #expect(throws: CredentialError.self) {
        try TLSIdentity(certificateChainPEM: chain, privateKeyPEM: Redacted(bad))
      }
    }
  }

  @Test("an authority that has ended signs no request: the certificate would have ended too")
  func ended() throws {
    let prepared = try PreparedCertificateRequest(.client("ada"))
    let request = try CertificateRequest(base64PEM: prepared.base64PEM)
    func sign(at now: Timestamp) throws {
      _ = try authority.sign(
        request, usages: ["client auth"], lifetime: .seconds(3600), now: now)
    }
    try sign(at: authority.end.advanced(by: .seconds(-1)))
    #expect(throws: CredentialError.authorityEnded(since: authority.end)) {
      try sign(at: authority.end)
    }
  }

  @Test("DER with any one byte changed parses to something harmless or is refused")
  func mutatedDER() throws {
    let chain = String(
      decoding: try authority.issue(.client("ada"), now: .sample).certificateChainPEM,
      as: UTF8.self)
    let lines = chain.split(separator: "\n")
    let body = Array(lines[1..<lines.count - 1].joined().utf8)
    for position in stride(from: 0, to: body.count - 4, by: 3) {
      var changed = body
      changed[position] = changed[position] == 0x41 ? 0x42 : 0x41  // B where A was, else A
      let pem =
        "-----BEGIN CERTIFICATE-----\n\(String(decoding: changed, as: UTF8.self))\n"
        + "-----END CERTIFICATE-----\n"
      // Nothing to assert but that every answer is an answer: the process lives.
      _ = try? TLSIdentity(certificateChainPEM: Array(pem.utf8), privateKeyPEM: Redacted([]))
    }
  }
}
