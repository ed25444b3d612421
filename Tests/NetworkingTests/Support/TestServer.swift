import Logging
import NIOCore
import NIOPosix

@testable import Networking

/// A server on 127.0.0.1 with certificates of its own, for the time of one test.
struct TestServer: Sendable {
  struct ClosureHandler: RequestHandler {
    let body: @Sendable (ServerRequest, Responder) -> Void
    func handle(_ request: ServerRequest, _ responder: Responder) { body(request, responder) }
  }

  /// Takes bodies as they come.
  struct StreamingClosureHandler: StreamingRequestHandler {
    typealias Body = @Sendable (ServerRequest, RequestBody?, Responder) -> Void
    let body: Body
    func handle(_ request: ServerRequest, _ responder: Responder) { body(request, nil, responder) }
    func handle(_ request: ServerRequest, _ body: RequestBody, _ responder: Responder) {
      self.body(request, body, responder)
    }
  }

  let server: HTTPServer
  let pki: TestPKI
  let tls: ServerTLS
  var port: Int { server.addresses[0].port }

  /// What a server is started with.
  struct Plan: Sendable {
    var isTLS = true
    var limits = ServerLimits.patient
    var handler: @Sendable (ServerRequest, Responder) -> Void = { _, _ in }
    /// Instead of `handler`.
    var streamingHandler: StreamingClosureHandler.Body?
    var certificates: (any ServerNameCertificates)?

    func start() async throws -> TestServer {
      let pki = try TestPKI()
      let identity = try pki.serverIdentity()
      let tls = try ServerTLS(
        ServerTLS.Material(
          certificateChainPEM: identity.certificatePEM, privateKeyPEM: identity.keyPEM,
          clientAuthorityPEM: pki.authorityPEM), certificates: certificates)
      var configuration = ServerConfiguration(
        addresses: [ListenAddress(host: "127.0.0.1", port: 0)], tls: isTLS ? tls : nil,
        logger: Logger(label: "test"))
      configuration.limits = limits
      let chosen: any RequestHandler =
        if let streamingHandler {
          StreamingClosureHandler(body: streamingHandler)
        } else {
          ClosureHandler(body: handler)
        }
      let server = try await HTTPServer.start(configuration, handler: chosen)
      return TestServer(server: server, pki: pki, tls: tls)
    }

    /// Runs `body` against a server, which is gone afterwards.
    func run(_ body: (TestServer) async throws -> Void) async throws {
      let server = try await start()
      do {
        try await body(server)
      } catch {
        await server.server.stop(drain: .zero)
        throw error
      }
      await server.server.stop(drain: .zero)
    }
  }
}

extension ServerResponse {
  static func text(_ text: String, status: Int = 200) -> ServerResponse {
    ServerResponse(status: status, contentType: "text/plain", body: Array(text.utf8))
  }
}

extension ServerLimits {
  /// For machines that are busy with other tests: what a test does not ask about takes its time.
  static var patient: ServerLimits {
    var limits = ServerLimits()
    limits.handshakeTimeout = .seconds(50)
    limits.headTimeout = .seconds(50)
    limits.bodyIdleTimeout = .seconds(50)
    return limits
  }
}

extension ClientLimits {
  static var patient: ClientLimits {
    var limits = ClientLimits()
    limits.connectTimeout = .seconds(50)
    return limits
  }
}
