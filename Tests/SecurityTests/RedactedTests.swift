import Security
import Testing

@Suite struct RedactedTests {
  private struct Holder {
    let name = "ada"
    let password = Redacted("hunter2")
  }

  @Test("no way of printing shows the secret")
  func printing() {
    let secret = Redacted("hunter2")
    var dumped = ""
    dump(Holder(), to: &dumped)
    for text in [
      "\(secret)", String(describing: secret), String(reflecting: secret), dumped,
      "\(Holder())", "\([secret])", "\(Optional(secret) as Any)",
      "\(Mirror(reflecting: secret).children.map { "\($0)" })",
    ] {
      #expect(!text.contains("hunter2"), "\(text)")
    }
    #expect(secret.exposed == "hunter2")
  }

  @Test(
    "secrets are equal where all bytes are",
    arguments: [
      ([1, 2, 3], [1, 2, 3], true), ([1, 2, 3], [1, 2, 4], false), ([1, 2, 3], [0, 2, 3], false),
      ([1, 2], [1, 2, 3], false), ([], [], true),
    ] as [([UInt8], [UInt8], Bool)])
  func equality(_ one: [UInt8], _ other: [UInt8], _ expected: Bool) {
    #expect((Redacted(one) == Redacted(other)) == expected)
  }

  @Test("keys and identities print without their key material")
  func keys() throws {
    let authority = try CertificateAuthority.make(commonName: "ca", now: .sample)
    let identity = try authority.issue(.client("ada"), now: .sample)
    var dumped = ""
    dump(identity, to: &dumped)
    let keyText = String(decoding: identity.privateKeyPEM.exposed, as: UTF8.self)
    let keyLine = try #require(keyText.split(separator: "\n").dropFirst().first)
    #expect(!dumped.contains(keyLine))
    #expect(!"\(identity)".contains(keyLine))
    #expect(!"\(TokenSigningKey.make())".lowercased().contains("private key"))
  }
}
