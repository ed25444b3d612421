import Foundations
import Logging
import Networking
import Security
import Synchronization
import Testing

@testable import NodeAgent

@Suite(.timeLimit(.minutes(1))) struct CertificateRenewalTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func identity(_ authority: CertificateAuthority, age: Duration) throws -> TLSIdentity {
    try authority.issue(
      .client("system:node:one", groups: ["system:nodes"]),
      now: Timestamp.now().advanced(by: .zero - age), lifetime: .seconds(36_000))
  }

  @Test("a certificate near its end is renewed at once, again after a failure, and then left alone")
  func renews() async throws {
    let authority = try CertificateAuthority.make(commonName: "ca", now: .now())
    let next = try identity(authority, age: .zero)
    let attempts = Mutex(0)
    let kept = AsyncSignal()
    let renewal = CertificateRenewal("it", logger: logger) {
      let attempt = attempts.withLock { count in
        count += 1
        return count
      }
      if attempt == 1 { throw JoinError.undecided(request: "csr-1") }
      return next
    } keep: { identity in
      #expect(identity == next)
      kept.wake()
    }
    let old = try identity(authority, age: .seconds(35_000))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await renewal.run(after: old) }
      await kept.wait()
      group.cancelAll()
      try await group.waitForAll()
    }
    #expect(attempts.withLock { $0 } == 2)
  }

  @Test("a CA near its end is replaced by its successor, and by nothing else that a server shows")
  func authority() async throws {
    let long = CertificateAuthority.authorityLifetime
    let old = try CertificateAuthority.make(
      commonName: "ca", now: Timestamp.now().advanced(by: .seconds(300 * 86_400) - long))
    let stranger = try CertificateAuthority.make(commonName: "ca", now: .now())
    let next = try #require(try old.renewed(now: .now()))
    let kept = AsyncSignal()
    for shown in [stranger, old] {
      let renewal = AuthorityRenewal(logger: logger) {
        kept.wake()
        return try ShownAuthority(shown.certificatePEM)
      } keep: { _ in
        Issue.record("a stranger's CA was taken")
      }
      try await run(renewal, after: old, until: kept)
    }
    let renewal = AuthorityRenewal(logger: logger) {
      try ShownAuthority(next.certificatePEM + stranger.certificatePEM)
    } keep: { certificate in
      #expect(certificate == next.certificatePEM)
      kept.wake()
    }
    try await run(renewal, after: old, until: kept)
  }

  private func run(
    _ renewal: AuthorityRenewal, after first: CertificateAuthority, until signal: AsyncSignal
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await renewal.run(after: first.certificatePEM) }
      await signal.wait()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  @Test("what a node is known by is read back as it was written, and absent where it is not")
  func credentials() throws {
    let directory = try TestDirectory()
    let path = "\(directory.path)/node.kubeconfig"
    #expect(try NodeCredentials(kubeconfig: path) == nil)
    let authority = try CertificateAuthority.make(commonName: "ca", now: .now())
    let server = try #require(ServerURL("https://192.0.2.7:6443"))
    let credentials = NodeCredentials(
      server: server, authorityPEM: authority.certificatePEM,
      identity: try identity(authority, age: .zero))
    try credentials.write(to: path)
    let read = try #require(try NodeCredentials(kubeconfig: path))
    #expect(read.server == server && read.authorityPEM == credentials.authorityPEM)
    #expect(read.identity.certificateChainPEM == credentials.identity.certificateChainPEM)
    let keys = [read, credentials].map { $0.identity.privateKeyPEM.exposed }
    let isSameKey = keys[0] == keys[1]
    #expect(isSameKey)
    #expect(credentials.configuration.server == server)
    #expect(!credentials.hasEnded(now: .now()))
    #expect(credentials.hasEnded(now: credentials.identity.notValidAfter.advanced(by: .seconds(1))))
  }

  @Test("a serving certificate is kept for the next start, unless address or time have changed")
  func serving() async throws {
    let directory = try TestDirectory()
    let authority = try CertificateAuthority.make(commonName: "ca", now: .now())
    let address = try #require(IPAddress("192.0.2.7"))
    func certificate(_ address: IPAddress) -> ServingCertificate {
      ServingCertificate(
        directory: directory.path, nodeName: "one", addresses: [address],
        authorityPEM: Renewable(authority.certificatePEM))
    }
    let issued = try authority.issue(
      .server(
        "system:node:one", organizations: ["system:nodes"], dnsNames: ["one"],
        addresses: [address]), now: .now())
    #expect(try certificate(address).kept(now: .now()) == nil)
    try certificate(address).keep(issued)
    #expect(
      try certificate(address).kept(now: .now())?.certificateChainPEM
        == issued.certificateChainPEM)
    let moved = try #require(IPAddress("192.0.2.8"))
    #expect(try certificate(moved).kept(now: .now()) == nil)
    #expect(
      try certificate(address).kept(now: issued.notValidAfter.advanced(by: .seconds(1))) == nil)
    // Half of a newer pair, as a crash leaves it.
    let other = try authority.issue(.client("x"), now: .now())
    try DurableFile.write(
      other.privateKeyPEM.exposed, to: "\(directory.path)/node-serving.key", mode: 0o600)
    #expect(try certificate(address).kept(now: .now()) == nil)
  }
}
