import APIServer
import Foundations
import Logging
import MartletTesting
import Networking
import Resources
import Security
import Synchronization

/// A server of an API group, over real TLS on 127.0.0.1, known as the Service `default/fake`. It takes
/// nobody but holders of a certificate of `authority`, and remembers what it was asked.
final class FakeAggregatedServer: RequestHandler {
  private let reply: @Sendable (ServerRequest) -> ServerResponse
  private let asked = Mutex<[ServerRequest]>([])
  private let authority: CertificateAuthority
  private let server = Mutex<HTTPServer?>(nil)
  private let client = Mutex<TestAPIClient?>(nil)

  private init(
    _ authority: CertificateAuthority, reply: @escaping @Sendable (ServerRequest) -> ServerResponse
  ) {
    self.authority = authority
    self.reply = reply
  }

  static func run(
    authority: CertificateAuthority, reply: @escaping @Sendable (ServerRequest) -> ServerResponse,
    _ body: (FakeAggregatedServer) async throws -> Void
  ) async throws {
    let identity = try authority.issue(
      .server("fake", dnsNames: ["fake.default.svc"], addresses: []), now: .now())
    let fake = FakeAggregatedServer(authority, reply: reply)
    let server = try await HTTPServer.start(
      ServerConfiguration(
        addresses: [ListenAddress(host: "127.0.0.1", port: 0)],
        tls: try ServerTLS(
          ServerTLS.Material(
            certificateChainPEM: identity.certificateChainPEM,
            privateKeyPEM: identity.privateKeyPEM.exposed,
            clientAuthorityPEM: authority.certificatePEM)),
        logger: Logger(label: "fake") { _ in SwiftLogNoOpLogHandler() }), handler: fake)
    fake.server.withLock { $0 = server }
    do {
      try await body(fake)
    } catch {
      await server.stop(drain: .zero)
      throw error
    }
    await server.stop(drain: .zero)
  }

  var requests: [ServerRequest] { asked.withLock { $0 } }

  func handle(_ request: ServerRequest, _ responder: Responder) {
    asked.withLock { $0.append(request) }
    guard request.connection.peer?.commonName == "front-proxy-client" else {
      return responder.send(.text(401, "who are you"))
    }
    guard let name = request.headers["upgrade"] else { return responder.send(reply(request)) }
    // Lives as long as its connection.
    Task { await Self.echo(name, responder) }
  }

  /// Leaves HTTP, and sends everything back.
  private static func echo(_ name: String, _ responder: Responder) async {
    guard let duplex = await responder.upgradeToDuplex(to: name, headers: ["x-echo": name]) else {
      return
    }
    do {
      while let bytes = try await duplex.read() { try await duplex.send(bytes) }
      duplex.finish()
    } catch {
      duplex.close()
    }
  }

  /// Makes the Service and the APIService `v1.example.com` that lead here.
  /// - Returns: the APIService.
  func register(with client: TestAPIClient, isAvailable: Bool = true) async throws -> Document {
    self.client.withLock { $0 = client }
    let port = server.withLock { $0?.addresses[0].port ?? 0 }
    let service = try await client.post(
      "/api/v1/namespaces/default/services",
      #"{"metadata":{"name":"fake"},"spec":{"type":"ExternalName","externalName":"localhost"}}"#)
    guard service.status == 201 else { throw APIError.internalError(service.text) }
    var apiService: Document = [
      "metadata": ["name": "v1.example.com"],
      "spec": [
        "group": "example.com", "version": "v1", "groupPriorityMinimum": 100,
        "versionPriority": 10, "caBundle": .base64(authority.certificatePEM),
        "service": ["namespace": "default", "name": "fake", "port": Document(port)],
      ],
    ]
    let path = "/apis/apiregistration.k8s.io/v1/apiservices"
    let made = try await client.post(path, apiService.jsonText)
    guard made.status == 201 else { throw APIError.internalError(made.text) }
    apiService = made.object
    return isAvailable ? try await tellAvailable(true) : apiService
  }

  /// Writes into the APIService whether this server is available, as the controller would.
  /// - Returns: the APIService.
  @discardableResult
  func tellAvailable(_ isAvailable: Bool) async throws -> Document {
    guard let client = client.withLock({ $0 }) else {
      throw APIError.internalError("it is not registered")
    }
    let status = try await client.patch(
      "/apis/apiregistration.k8s.io/v1/apiservices/v1.example.com/status", .merge,
      #"{"status":{"conditions":[{"type":"Available","status":"\#(isAvailable ? "True" : "False")"}]}}"#
    )
    guard status.status == 200 else { throw APIError.internalError(status.text) }
    return status.object
  }
}
