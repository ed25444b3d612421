import Foundations
import MartletTesting
import Resources
import Security
import Testing

@testable import APIServer

/// What becomes of a call, whoever makes it, when the other side is slow, huge or wrong: webhooks of
/// admission and conversion are called by `WebhookClients`; authorizing webhooks and the key sets of
/// issuers by `DocumentFetch`.
@Suite("Calls to hostile servers", .timeLimit(.minutes(3)))
struct HostileCallTests {
  static let hostilities: [Hostility] = [
    .silence, .dripping, .drippingHead, .endlessBody, .endlessHead, .endlessField, .endlessInterim,
    .endlessChunk, .otherProtocol, .hangUp, .unaskedUpgrade,
    .redirect(to: "https://localhost:1/elsewhere"),
    .answer(status: 500, fields: [], body: [UInt8](repeating: 0x20, count: 1 << 20)),
  ]

  private static let timeMax = Duration.seconds(1)
  private static let answerByteCountMax = 1 << 20
  /// What is read, what one more read brings, and what the sockets hold on the way.
  private static let takenByteCountMax = 64 << 20
  /// What is skipped until the time is up is kept nowhere.
  private static let isSkipped: [Hostility] = [.endlessInterim, .endlessChunk]

  private func run(
    _ hostility: Hostility,
    _ body: (OutgoingClients, _ url: String, _ authority: [UInt8]) async throws -> Void
  ) async throws {
    let authority = try CertificateAuthority.make(commonName: "hostile-ca", now: .now())
    let identity = try authority.issue(
      .server("localhost", dnsNames: ["localhost"], addresses: []), now: .now())
    try await HostileServer.run(identity: identity) { _ in
      hostility
    } _: { hostile in
      let clients = OutgoingClients(
        services: ServiceResolver(service: { _, _ in nil }, slices: { _ in [] }))
      let start = ContinuousClock.now
      try await body(clients, "https://localhost:\(hostile.port)/", authority.certificatePEM)
      #expect(.now - start < Self.timeMax * 5)
      #expect(!hostile.targets.isEmpty)
      #expect(hostile.targets.allSatisfy { $0.hasPrefix("/") && !$0.hasPrefix("/elsewhere") })
      if !Self.isSkipped.contains(hostility) {
        #expect(hostile.sentByteCount < Self.takenByteCountMax)
      }
    }
  }

  @Test(
    "a webhook's call ends in time, and takes no more than an answer may hold",
    arguments: hostilities)
  func webhook(_ hostility: Hostility) async throws {
    try await run(hostility) { clients, url, authority in
      let endpoint = WebhookEndpoint(["url": Document(url), "caBundle": .base64(authority)])
      await #expect(throws: WebhookCallError.self) {
        _ = try await WebhookClients(clients).post(
          ["a": "b"], to: endpoint, timeout: Self.timeMax,
          answerByteCountMax: Self.answerByteCountMax)
      }
    }
  }

  @Test(
    "a document's reading ends in time, and takes no more than it may hold", arguments: hostilities)
  func document(_ hostility: Hostility) async throws {
    try await run(hostility) { clients, url, authority in
      let fetch = DocumentFetch(
        clients: clients, place: OutgoingPlace(authorityPEM: authority), timeout: Self.timeMax,
        byteCountMax: Self.answerByteCountMax)
      await #expect(throws: DocumentFetch.Problem.self) { _ = try await fetch.get(url) }
      await #expect(throws: DocumentFetch.Problem.self) {
        _ = try await fetch.post(Array("{}".utf8), to: url, token: nil)
      }
    }
  }
}
