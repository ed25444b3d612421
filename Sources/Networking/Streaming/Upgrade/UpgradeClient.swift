import NIOCore

/// Asks an HTTP/1.1 server to leave HTTP.
package struct UpgradeClient: Sendable {
  /// From sending the request to the whole answer. A runtime answers at once; an agent has to ask
  /// its runtime first.
  package var answerTimeout: Duration = .seconds(30)
  private let dialer: StreamDialer

  package init(_ dialer: StreamDialer = StreamDialer()) { self.dialer = dialer }

  package struct Request: Sendable {
    package var method: RequestMethod
    /// Path and query, encoded: no spaces, no control characters.
    package var target: String
    /// With `upgrade` and what goes with it; `connection` and `content-length` are set here, and
    /// `host` where there is none.
    package var headers: HeaderFields

    package init(method: RequestMethod, target: String, headers: HeaderFields) {
      self.method = method
      self.target = target
      self.headers = headers
    }

    /// The upgrade to SPDY/3.1 that Kubernetes' clients ask for.
    /// - Parameter protocols: names for `X-Stream-Protocol-Version`, best first.
    static func spdy(target: String, protocols: [String]) -> Request {
      var headers: HeaderFields = ["upgrade": "SPDY/3.1"]
      for name in protocols { headers.add("x-stream-protocol-version", name) }
      return Request(method: .post, target: target, headers: headers)
    }
  }

  package enum Answer: Sendable {
    /// 101 with these fields: the bytes behind it, both ways.
    case upgraded(HeaderFields, any ByteDuplex)
    /// Anything else.
    case refused(ServerResponse)
  }

  package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    case unreachable(String, why: String)
    case answerTimeout(String)
    /// The connection ended, or its bytes are no HTTP.
    case noAnswer(String, why: String)

    package var description: String {
      switch self {
      case .unreachable(let endpoint, let why): "cannot connect to \(endpoint): \(why)"
      case .answerTimeout(let endpoint): "\(endpoint) did not answer in time"
      case .noAnswer(let endpoint, let why): "\(endpoint) gave no HTTP answer: \(why)"
      }
    }
  }

  /// - Throws: `Failure`, `CancellationError`.
  package func upgrade(_ request: Request, at endpoint: StreamingEndpoint) async throws -> Answer {
    let head = Self.requestHead(request, host: "\(endpoint)")
    let handshakes = AwaitableState<UpgradeHandshake?>(nil)
    let channel: any Channel
    do {
      channel = try await dialer.connect(to: endpoint) { channel in
        let handshake = UpgradeHandshake(on: channel.eventLoop)
        try channel.pipeline.syncOperations.addHandler(handshake)
        handshakes.update { $0 = handshake }
      }
    } catch {
      throw Failure.unreachable("\(endpoint)", why: "\(error)")
    }
    guard let handshake = handshakes.read({ $0 }) else {
      throw Failure.unreachable("\(endpoint)", why: "its channel was not set up")
    }
    let answer = handshake.answer
    let timeout = channel.eventLoop.scheduleTask(in: TimeAmount(answerTimeout)) {
      handshake.fail(Failure.answerTimeout("\(endpoint)"), on: channel)
    }
    defer { timeout.cancel() }
    return try await withTaskCancellationHandler {
      channel.writeAndFlush(head, promise: nil)
      do {
        return try await answer.get()
      } catch let error as Failure {
        throw error
      } catch {
        try Task.checkCancellation()
        throw Failure.noAnswer("\(endpoint)", why: "\(error)")
      }
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  private static func requestHead(_ request: Request, host: String) -> ByteBuffer {
    var fields = request.headers
    if !fields.contains("host") { fields.set("host", host) }
    fields.set("connection", "Upgrade")
    if request.method != .get { fields.set("content-length", "0") }
    var head = ByteBuffer()
    head.writeString("\(request.method.token) \(request.target) HTTP/1.1\r\n")
    for field in fields {
      head.writeString("\(field.name): \(field.value.withoutControlCharacters)\r\n")
    }
    head.writeString("\r\n")
    return head
  }
}
