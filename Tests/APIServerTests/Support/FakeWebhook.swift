import Foundations
import Logging
import Networking
import Resources
import Security
import Synchronization

/// A webhook over real TLS on 127.0.0.1, which answers as a test says and remembers what it was
/// asked.
final class FakeWebhook: RequestHandler {
  enum Reply: Sendable {
    /// The `response` of a review; the question's `uid` is put in.
    case response(Document)
    /// Just this.
    case whole(ServerResponse)
    /// Nothing, ever.
    case silence
    /// The head, and then a byte now and then, without an end.
    case drip
    /// The head, and then bytes without an end, as fast as they are taken.
    case flood
  }

  private let reply: @Sendable (_ request: Document, _ path: String) -> Reply
  private let asked = Mutex<[Document]>([])
  private let traced = Mutex<[String]>([])
  let authority: CertificateAuthority
  private let server = Mutex<HTTPServer?>(nil)

  /// - Parameter reply: gets the `request` of the review, or the whole body where there is none.
  private init(
    _ authority: CertificateAuthority,
    reply: @escaping @Sendable (_ request: Document, _ path: String) -> Reply
  ) {
    self.authority = authority
    self.reply = reply
  }

  /// Runs `body` with a webhook listening.
  /// - Parameter serverName: in its certificate.
  static func run(
    serverName: String = "localhost",
    reply: @escaping @Sendable (_ request: Document, _ path: String) -> Reply,
    _ body: (FakeWebhook) async throws -> Void
  ) async throws {
    let now = Timestamp.now()
    let authority = try CertificateAuthority.make(commonName: "webhook-ca", now: now)
    let identity = try authority.issue(
      .server(serverName, dnsNames: [serverName], addresses: []), now: now)
    let hook = FakeWebhook(authority, reply: reply)
    let configuration = ServerConfiguration(
      addresses: [ListenAddress(host: "127.0.0.1", port: 0)],
      tls: try ServerTLS(
        ServerTLS.Material(
          certificateChainPEM: identity.certificateChainPEM,
          privateKeyPEM: identity.privateKeyPEM.exposed)),
      logger: Logger(label: "webhook") { _ in SwiftLogNoOpLogHandler() })
    let server = try await HTTPServer.start(configuration, handler: hook)
    hook.server.withLock { $0 = server }
    do {
      try await body(hook)
    } catch {
      await server.stop(drain: .zero)
      throw error
    }
    await server.stop(drain: .zero)
  }

  var port: Int { server.withLock { $0?.addresses[0].port ?? 0 } }

  /// The requests of all reviews so far, in order.
  var requests: [Document] { asked.withLock { $0 } }

  /// The `traceparent` fields of those that had one, in order.
  var traceparents: [String] { traced.withLock { $0 } }

  /// A `clientConfig` that leads here.
  func clientConfig(path: String = "/") -> Document {
    [
      "url": Document("https://localhost:\(port)\(path)"),
      "caBundle": .base64(authority.certificatePEM),
    ]
  }

  func handle(_ request: ServerRequest, _ responder: Responder) {
    // A body that is no JSON cannot come from our server.
    let body = (try? Document(json: request.body)) ?? .null
    let question = body["request"] ?? body
    asked.withLock { $0.append(question) }
    if let trace = request.headers["traceparent"] { traced.withLock { $0.append(trace) } }
    switch reply(question, request.path) {
    case .response(var response):
      if response["uid"] == nil { response["uid"] = question["uid"] ?? "" }
      let review: Document = [
        "apiVersion": body["apiVersion"] ?? "", "kind": body["kind"] ?? "", "response": response,
      ]
      responder.send(
        ServerResponse(status: 200, contentType: "application/json", body: review.json))
    case .whole(let response): responder.send(response)
    case .silence: break
    case .drip: stream(responder, of: [0x20], every: .milliseconds(50))
    case .flood: stream(responder, of: [UInt8](repeating: 0x20, count: 1 << 16), every: .zero)
    }
  }

  private func stream(_ responder: Responder, of bytes: [UInt8], every pause: Duration) {
    let writer = responder.stream(
      ResponseHead(status: 200, headers: ["content-type": "application/json"]))
    // Ends when the other side has had enough.
    Task {
      while writer.write(bytes) {
        await writer.waitUntilWritable()
        try await Task.sleep(for: pause)
      }
    }
  }
}

extension FakeWebhook.Reply {
  static let allowed = FakeWebhook.Reply.response(["allowed": true])

  static func denied(_ status: Document) -> FakeWebhook.Reply {
    .response(["allowed": false, "status": status])
  }

  /// - Parameter operations: a JSON patch, as text.
  static func patch(_ operations: String) -> FakeWebhook.Reply {
    .response([
      "allowed": true, "patchType": "JSONPatch", "patch": .base64(Array(operations.utf8)),
    ])
  }
}
