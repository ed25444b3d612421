import Foundations
import Resources
import Security
import Testing

@testable import IngressRouting

@Suite struct CertificateTableTests {
  private func table(
    _ ingresses: [SampleIngress], _ facts: [String: CertificateTable.SecretFacts]
  ) -> CertificateTable {
    CertificateTable(ingresses.map(\.parsed)) { facts[$0.name] ?? .missing }
  }

  private func usable(_ hosts: String...) -> CertificateTable.SecretFacts {
    .usable(hosts: hosts.map { HostPattern($0) })
  }

  @Test("a client sees the certificate of the host that it asks for")
  func lookup() {
    let table = table(
      [
        SampleIngress("one").certificate("web", "web.test").certificate("wide", "*.test")
          .certificate("own")
      ],
      [
        "web": usable("web.test"), "wide": usable("*.test"),
        "own": usable("own.example", "o.example"),
      ])
    #expect(table.secret(for: "web.test")?.name == "web")
    #expect(table.secret(for: "WEB.test")?.name == "web")
    #expect(table.secret(for: "other.test")?.name == "wide")
    #expect(table.secret(for: "a.other.test") == nil)
    // Without hosts, those of the certificate.
    #expect(table.secret(for: "o.example")?.name == "own")
    #expect(table.secret(for: nil) == nil)
    #expect(table.problems.isEmpty)
  }

  @Test("a missing Secret, a wrong one and a wrong host are told, and harm nothing else")
  func problems() {
    let ingress = SampleIngress("one").certificate("gone", "gone.test")
      .certificate("bad", "bad.test").certificate("web", "web.test", "else.test")
    let table = table(
      [ingress], ["bad": .unusable(why: "no key"), "web": usable("web.test")])
    #expect(
      table.problems.map(\.reason) == [.secretMissing, .certificateUnusable, .certificateMismatch])
    #expect(
      table.problems.last?.message.hasPrefix(
        "spec.tls[2].hosts: the certificate in Secret default/web is not made for else.test but for "
          + "web.test") == true)
    #expect(table.secret(for: "web.test")?.name == "web")
    #expect(table.secret(for: "else.test") == nil)
  }

  @Test("a host keeps the certificate of the oldest Ingress")
  func conflict() {
    let old = SampleIngress("old").certificate("first", "web.test")
    let young = SampleIngress("young", created: "2026-02-01T00:00:00Z")
    let facts = ["first": usable("web.test"), "second": usable("web.test")]
    let table = table([young.certificate("second", "web.test"), old], facts)
    #expect(table.secret(for: "web.test")?.name == "first")
    #expect(table.problems.map(\.reason) == [.certificateTaken])
    // The same Secret twice is no conflict.
    #expect(self.table([young.certificate("first", "web.test"), old], facts).problems.isEmpty)
  }

  @Test("a Secret is good for the names of its certificate, and says why it is good for nothing")
  func secrets() throws {
    let authority = try CertificateAuthority.make(commonName: "test", now: .now())
    let identity = try authority.issue(
      .server("web", dnsNames: ["web.test", "*.shop.test"], addresses: []), now: .now())
    let other = try authority.issue(.server("x", dnsNames: ["x.test"], addresses: []), now: .now())
    func secret(_ certificate: [UInt8], _ key: [UInt8]) -> Secret {
      Secret(["data": ["tls.crt": .base64(certificate), "tls.key": .base64(key)]])
    }
    let chain = identity.certificateChainPEM
    let key = identity.privateKeyPEM.exposed
    #expect(
      CertificateSecret.facts(secret(chain, key))
        == .usable(hosts: [.wildcard(".shop.test"), .exact("web.test")]))
    #expect(CertificateSecret.facts(nil) == .missing)
    for (bad, why) in [
      (
        secret(chain, other.privateKeyPEM.exposed),
        "tls.key is not the key of the certificate in tls.crt"
      ),
      (secret(Array("nonsense".utf8), key), "tls.crt is no certificate in PEM"),
      (secret(chain, Array("nonsense".utf8)), "tls.key is no private key in PEM"),
      (secret(chain, []), "data[\"tls.key\"] is missing or empty"),
    ] {
      #expect(CertificateSecret.facts(bad) == .unusable(why: why))
    }
  }
}
