import Foundations
import IngressRouting
import Logging
import NIOCore
import Networking
import Resources

@testable import Ingress

/// The ingress' data path before some endpoints of this machine, for the time of one test.
struct TestIngress: Sendable {
  let server: HTTPServer
  let services: ProxyServices

  /// - Parameters:
  ///   - ports: of the endpoints of the host `web.test`.
  ///   - affinity: of its Service.
  ///   - appProtocol: of its Service's port.
  ///   - version: what clients speak.
  static func run(
    ports: [Int], limits: IngressLimits = .patient, affinity: String = "None",
    appProtocol: String? = nil, version: ServerRequest.Version = .http1,
    _ body: (TestIngress) async throws -> Void
  ) async throws {
    let services = ProxyServices(limits: limits, accessLog: nil, ports: (80, 443))
    services.routes.use(table(ports, affinity: affinity, appProtocol: appProtocol))
    var configuration = ServerConfiguration(
      addresses: [ListenAddress(host: "127.0.0.1", port: 0)], tls: nil,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    configuration.limits = limits.server
    configuration.plainVersion = version
    configuration.onProtocolProblem = { PlainAnswer.problem($0) }
    let ingress = TestIngress(
      server: try await HTTPServer.start(
        configuration,
        handler: ProxyHandler(services: services, upgrades: UpgradeForwarding(services))),
      services: services)
    do {
      try await body(ingress)
    } catch {
      await ingress.server.stop(drain: .zero)
      throw error
    }
    await ingress.server.stop(drain: .zero)
  }

  /// `web.test` leads to these ports of this machine, `none.test` to none.
  static func table(
    _ ports: [Int], affinity: String = "None", appProtocol: String? = nil
  ) -> RouteTable {
    var port: Document = ["port": 80]
    if let appProtocol { port["appProtocol"] = Document(appProtocol) }
    func rule(_ host: String, _ service: String) -> Document {
      [
        "host": Document(host),
        "http": [
          "paths": [
            [
              "path": "/", "pathType": "Prefix",
              "backend": ["service": ["name": Document(service), "port": ["number": 80]]],
            ]
          ]
        ],
      ]
    }
    let ingress = Ingress([
      "metadata": ["namespace": "default", "name": "web"],
      "spec": ["rules": [rule("web.test", "web"), rule("none.test", "none")]],
    ])
    return RouteTable(
      [IngressRules(ingress)],
      BackendObjects(
        service: { [port] _ in
          Service(["spec": ["ports": [port], "sessionAffinity": Document(affinity)]])
        },
        slices: { key in
          guard key.name == "web" else { return [] }
          return ports.map {
            EndpointSlice([
              "addressType": "IPv4", "ports": [["port": Document($0)]],
              "endpoints": [["addresses": ["127.0.0.1"]]],
            ])
          }
        }))
  }

  func connect() async throws -> Conversation {
    Conversation(
      try await StreamDialer(connectTimeout: .seconds(50)).connect(
        host: "127.0.0.1", port: server.addresses[0].port))
  }

  /// The answer to one request on a connection of its own.
  func ask(_ request: String) async throws -> String {
    let conversation = try await connect()
    defer { conversation.close() }
    conversation.write(request)
    return try await conversation.readWhole()
  }

  func get(_ path: String = "/", host: String = "web.test") async throws -> String {
    try await ask("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
  }
}

extension IngressLimits {
  /// For machines that are busy with other tests.
  static var patient: IngressLimits {
    var limits = IngressLimits()
    limits.connectTimeout = .seconds(30)
    limits.backendIdleTimeout = .seconds(30)
    return limits
  }
}

/// A client that says what it is told, and keeps what it heard.
final class Conversation {
  private let duplex: any ByteDuplex
  private(set) var heard = ""

  init(_ duplex: any ByteDuplex) { self.duplex = duplex }

  func write(_ text: String) { duplex.write(ByteBuffer(string: text)) }
  func close() { duplex.close() }

  /// All that was heard, once it holds `part`; or until the other side ends.
  @discardableResult
  func read(until part: String) async throws -> String {
    while !heard.contains(part), let bytes = try await duplex.read() {
      heard += String(buffer: bytes)
    }
    return heard
  }

  /// Until the other side ends.
  func readWhole() async throws -> String {
    while let bytes = try await duplex.read() { heard += String(buffer: bytes) }
    return heard
  }

  /// How many bytes came until the other side ended.
  func countWhole() async throws -> Int {
    var count = 0
    while let bytes = try await duplex.read() { count += bytes.readableBytes }
    return count
  }
}

/// What a test is told, in order, and a way to wait for more of it.
actor Notes {
  private var all: [String] = []
  private var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

  func add(_ note: String) {
    all.append(note)
    let met = waiters.filter { $0.count <= all.count }
    waiters.removeAll { $0.count <= all.count }
    for waiter in met { waiter.continuation.resume() }
  }

  func first(_ count: Int) async -> [String] {
    if all.count < count { await withCheckedContinuation { waiters.append((count, $0)) } }
    return Array(all.prefix(count))
  }
}
