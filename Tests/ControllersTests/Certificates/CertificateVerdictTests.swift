import FoundationEssentials
import Foundations
import Resources
import Security
import Testing

@testable import Controllers

@Suite struct CertificateVerdictTests {
  private func verdict(
    _ sample: String, signer: String, usages: [String], conditions: [String] = ["Approved"],
    seconds: Int? = nil, user: String = "", groups: [String] = [],
    certificate: String? = nil
  ) throws -> CertificateVerdict {
    var request = CertificateSigningRequest()
    request.spec.signerName = signer
    request.spec.usages = usages
    request.spec.username = user
    request.spec.groups = groups
    request.spec.expirationSeconds = seconds
    request.status.certificate = certificate
    request.status.conditions = conditions.map {
      var condition = CertificateSigningRequestCondition()
      condition.type = $0
      condition.status = "True"
      return condition
    }
    return CertificateVerdict(
      request, parsed: try CertificateRequest(base64PEM: SampleRequest.base64(sample)))
  }

  private let nodeUsages = ["digital signature", "client auth"]

  @Test("a request says whom it names and under which names")
  func parsed() throws {
    let request = try CertificateRequest(base64PEM: SampleRequest.base64(SampleRequest.serving))
    #expect(request.commonName == "system:node:one")
    #expect(request.organizations == ["system:nodes"])
    #expect(request.dnsNames == ["one"])
    #expect(request.addressCount == 1)
  }

  @Test("what is no request, or is not signed by its own key, is refused")
  func unreadable() {
    let body = SampleRequest.jane.replacing("BGphbmUw", with: "BGphbmYw")  // janf
    for text in [SampleRequest.base64(body), SampleRequest.base64(SampleRequest.key), "?"] {
      #expect(throws: CertificateRequest.ReadingError.self) {
        try CertificateRequest(base64PEM: text)
      }
    }
  }

  @Test("an approved client is signed for as long as it asks, within a year")
  func client() throws {
    let signer = CertificateSigners.client
    #expect(
      try verdict(SampleRequest.jane, signer: signer, usages: ["client auth"], seconds: 3600)
        == .sign(lifetime: .seconds(3600)))
    #expect(
      try verdict(SampleRequest.jane, signer: signer, usages: ["client auth"])
        == .sign(lifetime: CertificateAuthority.leafLifetime))
    #expect(
      try verdict(
        SampleRequest.jane, signer: signer, usages: ["client auth"], seconds: 1_000_000_000)
        == .sign(lifetime: CertificateAuthority.leafLifetime))
    #expect(
      try verdict(SampleRequest.jane, signer: signer, usages: ["server auth"])
        == .fail(message: "invalid usage for client certificate: server auth"))
    #expect(
      try verdict(SampleRequest.jane, signer: signer, usages: ["digital signature"])
        == .fail(message: "missing required usage for client certificate: client auth"))
  }

  @Test("nothing is done before approval, after a denial, twice, or for another's signer")
  func left() throws {
    let usages = ["client auth"]
    let signer = CertificateSigners.client
    let jane = SampleRequest.jane
    #expect(try verdict(jane, signer: signer, usages: usages, conditions: []) == .leave)
    #expect(try verdict(jane, signer: signer, usages: usages, conditions: ["Denied"]) == .leave)
    #expect(
      try verdict(jane, signer: signer, usages: usages, conditions: ["Approved", "Failed"])
        == .leave)
    #expect(try verdict(jane, signer: signer, usages: usages, certificate: "x") == .leave)
    #expect(try verdict(jane, signer: "example.com/mine", usages: usages) == .leave)
  }

  @Test("a node's certificates are approved by themselves where the sender may have them")
  func nodes() throws {
    #expect(
      try verdict(
        SampleRequest.node, signer: CertificateSigners.nodeClient, usages: nodeUsages,
        conditions: [], user: "system:node:one")
        == .askAndApprove(rights: [.selfNodeClient, .nodeClient]))
    #expect(
      try verdict(
        SampleRequest.node, signer: CertificateSigners.nodeClient, usages: nodeUsages,
        conditions: [], user: "other") == .askAndApprove(rights: [.nodeClient]))
    #expect(
      try verdict(
        SampleRequest.jane, signer: CertificateSigners.nodeClient, usages: nodeUsages,
        conditions: [], user: "jane") == .leave)
    #expect(
      try verdict(
        SampleRequest.serving, signer: CertificateSigners.nodeClient, usages: nodeUsages)
        == .fail(message: "DNS subjectAltNames are not allowed"))
    let serverUsages = ["digital signature", "key encipherment", "server auth"]
    #expect(
      try verdict(
        SampleRequest.serving, signer: CertificateSigners.nodeServing, usages: serverUsages,
        conditions: [], user: "system:node:one") == .leave)
    #expect(
      try verdict(
        SampleRequest.serving, signer: CertificateSigners.nodeServing, usages: serverUsages,
        conditions: [], user: "system:node:two", groups: ["system:nodes"]) == .leave)
    #expect(
      try verdict(
        SampleRequest.serving, signer: CertificateSigners.nodeServing, usages: serverUsages,
        conditions: [], user: "system:node:one", groups: ["system:nodes"])
        == .compareNames(nodeName: "one"))
    #expect(
      try verdict(
        SampleRequest.serving, signer: CertificateSigners.nodeServing, usages: serverUsages)
        == .sign(lifetime: CertificateAuthority.leafLifetime))
    #expect(
      try verdict(SampleRequest.node, signer: CertificateSigners.nodeServing, usages: serverUsages)
        == .fail(message: "DNS or IP subjectAltName is required"))
  }
}

@Suite struct CertificateRequestCleanerTests {
  private let made = Timestamp(seconds: 1_000_000)

  private func request(_ type: String?, certificate: String? = nil) -> CertificateSigningRequest {
    var request = CertificateSigningRequest()
    request.metadata.creationTimestamp = made
    request.status.certificate = certificate
    if let type {
      var condition = CertificateSigningRequestCondition()
      condition.type = type
      condition.status = "True"
      condition.lastUpdateTime = made.advanced(by: .seconds(60))
      request.status.conditions = [condition]
    }
    return request
  }

  private func age(_ request: CertificateSigningRequest) -> Duration? {
    CertificateRequestCleaner.end(of: request).map { made.distance(to: $0) }
  }

  @Test("a decided request goes after an hour, one that waits after a day")
  func ends() {
    #expect(age(request(nil)) == .seconds(86_400))
    #expect(age(request("Denied")) == .seconds(3660))
    #expect(age(request("Failed")) == .seconds(3660))
    #expect(age(request("Approved")) == .seconds(86_460))
    #expect(age(request("Approved", certificate: "x")) == .seconds(3660))
    #expect(age(request("Other")) == nil)
  }
}
