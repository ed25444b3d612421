import Diagnosis
import Foundations
import Resources
import Security
import Testing

@Suite("Certificates near their end")
struct CertificateFindingsTests {
  private static let day = Duration.seconds(86_400)

  /// A CA that lives for a year, so that the last month is no tenth: PEM.
  private static func authority(daysLeft: Int, of days: Int = 1_000) throws -> [UInt8] {
    let end = now.advanced(by: day * daysLeft)
    let start = end.advanced(by: .zero - day * days)
    let authority = try CertificateAuthority.make(commonName: "ca", now: start)
    return try authority.issue(
      .server("a", dnsNames: ["a"], addresses: []), now: start, lifetime: day * days
    ).certificateChainPEM
  }

  private static func bundle(_ parts: [[UInt8]]) -> String {
    Document.base64(Array(parts.joined())).string ?? ""
  }

  private func webhook(_ bundle: String) -> String {
    #"""
    {"kind":"ValidatingWebhookConfiguration","metadata":{"name":"guard"},"webhooks":[{"name":"g.test",
     "clientConfig":{"url":"https://g.test/","caBundle":"\#(bundle)"}}]}
    """#
  }

  private func findings(_ objects: String...) throws -> [Finding] {
    try objects.flatMap { Diagnosis.findings(in: try picture($0)) }
  }

  @Test(
    "a CA that a webhook trusts is told of in its last month, and as a problem when it has ended")
  func caBundle() throws {
    #expect(try findings(webhook(Self.bundle([Self.authority(daysLeft: 31)]))).isEmpty)
    let soon = try only(picture(webhook(Self.bundle([Self.authority(daysLeft: 29)]))))
    #expect(soon.code == .certificateEnds && soon.severity == .warning)
    #expect(soon.subject.name == "guard")
    #expect(
      soon.problem
        == "the CA that it trusts (webhooks[name=g.test].clientConfig.caBundle) ends in 29 days")
    #expect(soon.reason.hasPrefix("it is valid until "))
    #expect(soon.remedy.contains("webhooks[name=g.test].clientConfig.caBundle of Validating"))
    let ended = try only(picture(webhook(Self.bundle([Self.authority(daysLeft: 0)]))))
    #expect(ended.code == .certificateEnded && ended.severity == .problem)
    let lastDay = try only(picture(webhook(Self.bundle([Self.authority(daysLeft: 1)]))))
    #expect(lastDay.problem.hasSuffix("ends in a day"))
  }

  @Test("of several CAs one that is good is enough, and what lives shortly is given its last tenth")
  func severalAndShort() throws {
    let both = Self.bundle([
      try Self.authority(daysLeft: -5), try Self.authority(daysLeft: 400),
    ])
    #expect(try findings(webhook(both)).isEmpty)
    let short = try Self.bundle([Self.authority(daysLeft: 10, of: 90)])
    #expect(try findings(webhook(short)).isEmpty)
    let shorter = try Self.bundle([Self.authority(daysLeft: 8, of: 90)])
    #expect(try findings(webhook(shorter)).count == 1)
  }

  @Test("so are the CAs of APIs and of conversions")
  func otherBundles() throws {
    let bundle = Self.bundle([try Self.authority(daysLeft: 3)])
    let api = try only(
      picture(
        #"""
        {"kind":"APIService","metadata":{"name":"v1.a.test"},"spec":{"caBundle":"\#(bundle)"},
         "status":{"conditions":[{"type":"Available","status":"True"}]}}
        """#))
    #expect(api.subject.kind == "APIService" && api.problem.contains("(spec.caBundle)"))
    let definition = try only(
      picture(
        #"""
        {"kind":"CustomResourceDefinition","metadata":{"name":"as.a.test"},"spec":{"conversion":
         {"webhook":{"clientConfig":{"caBundle":"\#(bundle)"}}}}}
        """#))
    #expect(
      definition.problem.contains("(spec.conversion.webhook.clientConfig.caBundle) ends in 3 days"))
  }

  private let ingress =
    #"""
    {"kind":"Ingress","metadata":{"name":"web"},"spec":{"ingressClassName":"m","tls":[{"secretName":"t"}],
     "rules":[]}}
    """#
  private let ingressClass = #"{"kind":"IngressClass","metadata":{"name":"m"}}"#

  @Test(
    "a certificate of an Ingress is told of with its Secret; a chain's first end counts")
  func served() throws {
    let key = ObjectKey(namespace: "n", name: "t")
    func findings(_ chain: [[UInt8]]) throws -> [Finding] {
      let lists = try picture(ingress, ingressClass)
      return Diagnosis.findings(
        in: ClusterPicture(
          [
            ClusterPicture.ingresses: lists[ClusterPicture.ingresses],
            ClusterPicture.ingressClasses: lists[ClusterPicture.ingressClasses],
            .nodes: lists[.nodes],
          ], secretKeys: [key: ["tls.crt", "tls.key"]],
          secretCertificates: [key: Array(chain.joined())], now: now))
    }
    let good = try Self.authority(daysLeft: 400)
    #expect(try findings([good]).isEmpty)
    let found = try findings([good, try Self.authority(daysLeft: 4)])
    #expect(found.count == 1)
    #expect(
      found.first?.problem
        == "the certificate that it serves (tls.crt of Secret n/t) ends in 4 days")
    #expect(found.first?.remedy.contains("kubectl -n n create secret tls t") == true)
    // What is no certificate is for whoever serves it to tell.
    #expect(try findings([Array("text".utf8)]).isEmpty)
  }

  @Test("what the cluster renews is told of when its renewal is late, and not before")
  func kept() throws {
    let holder = ObjectReference(kind: "Server", name: "a:6443")
    func findings(daysLeft: Int, of days: Int, isRenewed: Bool) throws -> [Finding] {
      let end = now.advanced(by: Self.day * daysLeft)
      let lifetime = CertificateLifetime(
        start: end.advanced(by: .zero - Self.day * days), end: end)
      let certificate = KeptCertificate(
        holder, "the certificate that it shows", lifetime, isRenewed: isRenewed, remedy: "read")
      return Diagnosis.findings(
        in: ClusterPicture(
          [.nodes: try picture()[.nodes]], keptCertificates: [certificate], now: now))
    }
    // A leaf of a year is renewed after nine tenths of it at the latest.
    #expect(try findings(daysLeft: 38, of: 365, isRenewed: true).isEmpty)
    let late = try findings(daysLeft: 35, of: 365, isRenewed: true)
    #expect(late.map(\.problem) == ["the certificate that it shows ends in 35 days"])
    #expect(late.first?.subject == holder)
    #expect(try findings(daysLeft: 35, of: 365, isRenewed: false).isEmpty)
    // A CA of thirty years is made again two years before its end.
    #expect(try findings(daysLeft: 400, of: 10_950, isRenewed: true).isEmpty)
    #expect(try findings(daysLeft: 364, of: 10_950, isRenewed: true).count == 1)
    #expect(
      try findings(daysLeft: -1, of: 365, isRenewed: true).map(\.code) == [.certificateEnded])
  }
}
