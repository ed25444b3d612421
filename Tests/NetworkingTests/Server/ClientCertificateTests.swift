import FoundationEssentials
import Foundations
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import Networking

@Suite(.timeLimit(.minutes(5))) struct ClientCertificateTests {
  /// Answers with what the server made of the client's certificate.
  private static func describe(_ request: ServerRequest, _ responder: Responder) {
    let text =
      switch request.connection.clientCertificate {
      case .absent: "absent"
      case .refused(let reason): "refused: \(reason)"
      case .verified(let identity):
        "\(identity.commonName) of \(identity.organizations.joined(separator: "+"))"
      }
    responder.send(.text("<\(text)>"))
  }

  private func verdict(
    at server: TestServer, of identity: TestPKI.Identity?, version: TLSVersion = .tlsv13
  ) async throws -> String {
    let client = try await RawClient.connect(
      to: server, isTLS: true, identity: identity, maximumTLSVersion: version)
    client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return await client.textUntilClosed()
  }

  @Test("a certificate of the client CA names user and groups", arguments: [false, true])
  func verified(isOldTLS: Bool) async throws {
    try await TestServer.Plan(handler: Self.describe).run { server in
      let identity = try server.pki.clientIdentity(user: "a,\"b", groups: ["g1", "g2"])
      let text = try await verdict(
        at: server, of: identity, version: isOldTLS ? .tlsv12 : .tlsv13)
      #expect(text.contains("<a,\"b of g1+g2>"))
    }
  }

  @Test("no certificate is in order")
  func absent() async throws {
    try await TestServer.Plan(handler: Self.describe).run { server in
      let text = try await verdict(at: server, of: nil)
      #expect(text.contains("<absent>"))
    }
  }

  @Test("certificates that prove nothing are told from none")
  func refused() async throws {
    try await TestServer.Plan(handler: Self.describe).run { server in
      let stranger = try TestPKI(named: "another-ca")
      let impostor = try TestPKI()  // the same name, another key
      let day: TimeInterval = 86_400
      for identity in [
        try stranger.clientIdentity(user: "admin"),
        try impostor.clientIdentity(user: "admin"),
        try server.pki.clientIdentity(user: "admin", usage: .serverAuth),
        try server.pki.clientIdentity(user: "admin", validity: Date() - 2 * day..<Date() - day),
        try server.pki.clientIdentity(user: "admin", validity: Date() + day..<Date() + 2 * day),
      ] {
        let text = try await verdict(at: server, of: identity)
        #expect(text.contains("<refused: "))
      }
    }
  }

  @Test("what ended by a leap of the clock is good a while longer; what had ended before is not")
  func leap() async throws {
    let pki = try TestPKI()
    let authorities = try NIOSSLCertificate.fromPEMBytes(pki.authorityPEM).map {
      try Certificate(derEncoded: $0.toDERBytes())
    }
    let hour: TimeInterval = 3_600
    func isGood(_ end: Date, after leap: Duration) async throws -> Bool {
      let identity = try pki.clientIdentity(user: "u", validity: Date() - 20 * hour..<end)
      let leaf = try NIOSSLCertificate.fromPEMBytes(identity.certificatePEM)[0].toDERBytes()
      let clock = ForgivingClock(ClockLeaps(wall: Timestamp.now().advanced(by: .zero - leap)))
      let verifier = ClientCertificateVerifier(authorities: authorities, clock: clock)
      if case .verified = await verifier.verify([leaf]) { return true }
      return false
    }
    #expect(try await isGood(Date() - hour, after: .seconds(12 * hour)))
    #expect(try await !isGood(Date() - 13 * hour, after: .seconds(12 * hour)))
    #expect(try await !isGood(Date() - hour, after: .zero))
  }

  @Test("new certificates serve new connections, old connections go on")
  func reload() async throws {
    try await TestServer.Plan(handler: Self.describe).run { server in
      let old = try await RawClient.connect(to: server, isTLS: true)
      old.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = await old.text(containing: "<absent>")
      let fresh = try TestPKI(named: "fresh-ca")
      let identity = try server.pki.serverIdentity()
      try server.tls.reload(
        ServerTLS.Material(
          certificateChainPEM: identity.certificatePEM, privateKeyPEM: identity.keyPEM,
          clientAuthorityPEM: fresh.authorityPEM))
      let known = try fresh.clientIdentity(user: "u", groups: ["g"])
      let newcomer = try await verdict(at: server, of: known)
      #expect(newcomer.contains("<u of g>"))
      let forgotten = try server.pki.clientIdentity(user: "u")
      let leaver = try await verdict(at: server, of: forgotten)
      #expect(leaver.contains("<refused: "))
      #expect(throws: (any Error).self) {
        try server.tls.reload(
          ServerTLS.Material(certificateChainPEM: Array("x".utf8), privateKeyPEM: []))
      }
      old.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await old.text(containing: "<absent>", times: 2).contains("200 OK"))
      old.close()
    }
  }
}
