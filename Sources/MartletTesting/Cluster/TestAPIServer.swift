package import APIServer
import Foundations
import Logging
package import Networking
import Resources
package import Security
package import Store

/// An API server over a store in memory, listening on 127.0.0.1 with certificates of its own, for
/// the time of one test. No controllers and no node: what is written stays as it was written.
package struct TestAPIServer: Sendable {
  package let api: APIServer
  package let server: HTTPServer
  package let store: InMemoryStore
  /// Signs what the server takes for a client.
  package let authority: CertificateAuthority
  package let tokens: ServiceAccountTokens
  private let reopen: @Sendable () async throws -> APIServer

  package var port: Int { server.addresses[0].port }

  /// Runs `body` against a server, which is gone afterwards.
  /// - Parameters:
  ///   - limits: of the HTTP front.
  ///   - configure: changes what the server is told.
  package static func run(
    limits: ServerLimits = ServerLimits(),
    configure: (inout APIServer.Configuration) -> Void = { _ in },
    _ body: (TestAPIServer) async throws -> Void
  ) async throws {
    let server = try await start(limits, configure)
    // Cancelled and awaited when this returns.
    async let _ = server.api.run()
    do {
      try await server.prepare()
      try await body(server)
    } catch {
      await server.server.stop(drain: .zero)
      throw error
    }
    await server.server.stop(drain: .zero)
  }

  private static func start(
    _ limits: ServerLimits, _ configure: (inout APIServer.Configuration) -> Void
  ) async throws -> TestAPIServer {
    let now = Timestamp.now()
    let authority = try CertificateAuthority.make(commonName: "test-ca", now: now)
    let loopback = IPAddress("127.0.0.1").map { [$0] } ?? []
    let identity = try authority.issue(
      .server("localhost", dnsNames: ["localhost"], addresses: loopback), now: now)
    let peer = try authority.issue(.client("system:apiserver"), now: now)
    let frontProxy = try authority.issue(.client("front-proxy-client"), now: now)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let store = InMemoryStore()
    guard let range = CIDR("10.96.0.0/16") else { preconditionFailure("a constant range") }
    let tokens = ServiceAccountTokens(
      issuer: "https://kubernetes.default.svc", audiences: ["https://kubernetes.default.svc"],
      signingKey: .make())
    var settings = APIServer.Configuration(
      advertisedAddress: "127.0.0.1:6443", serviceRange: range, nodePorts: 30000...32767,
      clusterDomain: "cluster.local", serverVersion: "v1.36.0")
    settings.authorityPEM = Renewable(authority.certificatePEM)
    settings.frontProxy = Renewable(frontProxy)
    configure(&settings)
    let open: @Sendable () async throws -> APIServer = { [settings] in
      try await APIServer.open(
        store: store, configuration: settings, tokens: tokens,
        nodes: Renewable(
          try NodeConnections(
            authorityPEM: authority.certificatePEM, certificateChainPEM: peer.certificateChainPEM,
            privateKeyPEM: peer.privateKeyPEM.exposed)), logger: logger)
    }
    let api = try await open()
    var configuration = ServerConfiguration(
      addresses: [ListenAddress(host: "127.0.0.1", port: 0)],
      tls: try ServerTLS(
        ServerTLS.Material(
          certificateChainPEM: identity.certificateChainPEM,
          privateKeyPEM: identity.privateKeyPEM.exposed,
          clientAuthorityPEM: authority.certificatePEM)), logger: logger)
    configuration.limits = limits
    let server = try await HTTPServer.start(configuration, handler: api.handler)
    return TestAPIServer(
      api: api, server: server, store: store, authority: authority, tokens: tokens,
      reopen: open)
  }

  /// Another API server over the same store, as after a restart. It listens nowhere.
  package func reopened() async throws -> APIServer { try await reopen() }

  /// The objects that every write relies on.
  private func prepare() async throws {
    for name in ["default", "kube-system", "kube-public"] {
      _ = try await api.client.create(
        .namespaces, namespace: nil, ["metadata": ["name": Document(name)]],
        options: WriteOptions())
    }
    try await DefaultAccess.all.ensure(api.client)
    try await DefaultFlowControl.all.ensure(api.client)
    _ = try await api.client.create(
      .serviceAccounts, namespace: "default", ["metadata": ["name": "default"]],
      options: WriteOptions())
  }

  /// A client with a certificate of the cluster's own CA.
  /// - Parameters:
  ///   - user: `nil` shows no certificate.
  ///   - groups: `system:masters` may do everything.
  package func client(
    user: String? = "admin", groups: [String] = ["system:masters"], token: String? = nil
  ) throws -> TestAPIClient {
    var configuration = clientConfiguration
    if let user {
      let identity = try authority.issue(.client(user, groups: groups), now: .now())
      configuration.clientCertificatePEM = identity.certificateChainPEM
      configuration.clientKeyPEM = identity.privateKeyPEM.exposed
    }
    if let token { configuration.bearerToken = { token } }
    return TestAPIClient(HTTPTransport(configuration))
  }

  /// A client with a certificate that somebody else issued. Both PEM.
  package func client(certificate: [UInt8], key: [UInt8]) -> TestAPIClient {
    var configuration = clientConfiguration
    configuration.clientCertificatePEM = certificate
    configuration.clientKeyPEM = key
    return TestAPIClient(HTTPTransport(configuration))
  }

  /// For connections that leave HTTP, with a certificate of this user's.
  package func streamingEndpoint(user: String, groups: [String]) throws -> StreamingEndpoint {
    let identity = try authority.issue(.client(user, groups: groups), now: .now())
    return StreamingEndpoint(
      host: "127.0.0.1", port: port,
      tls: try StreamingTLS(
        authorityPEM: authority.certificatePEM,
        certificateChainPEM: identity.certificateChainPEM,
        privateKeyPEM: identity.privateKeyPEM.exposed, serverName: "localhost"))
  }

  private var clientConfiguration: ClientConfiguration {
    var configuration = ClientConfiguration(server: ServerURL(host: "127.0.0.1", port: port))
    configuration.certificateAuthorityPEM = authority.certificatePEM
    configuration.serverName = "localhost"
    return configuration
  }
}
