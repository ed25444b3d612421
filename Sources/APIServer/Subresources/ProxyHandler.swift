import AsyncHTTPClient
import Foundations
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Networking
import Resources
import Store

/// `pods/NAME/proxy`, `services/NAME/proxy`, `nodes/NAME/proxy`: passes any request on to what runs
/// there, and its answer back as it comes.
struct ProxyHandler: ResourceHandler {
  let connections: Renewable<NodeConnections>
  let reader: CacheReader

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    let rest = Self.rest(of: call)
    try call.collection().askWebhooks(
      try call.connection(ConnectOptions.proxy(path: rest.path + rest.query)),
      Collection.WriteContext(user: call.user), failed: { responder.send($0, for: call.request) },
      then: { () throws(APIError) in try connect(call, rest, responder) })
  }

  private func connect(
    _ call: APICall, _ rest: (path: String, query: String), _ responder: Responder
  ) throws(APIError) {
    let target = try target(of: call)
    let request = call.request
    let isRead = request.method == .get || request.method == .head
    if rest.path.isEmpty && isRead {
      // Relative links of a page at `proxy` would leave the proxy: pages live below `proxy/`.
      let home = String(request.target.raw.prefix { $0 != "?" }) + "/" + rest.query
      return responder.send(ServerResponse(status: 301, headers: ["location": home]))
    }
    let path = (rest.path.isEmpty ? "/" : rest.path) + rest.query
    if request.headers.hasToken("upgrade", in: "connection") {
      guard target.trust != .unverified else {
        throw .badRequest("an upgrade is passed on to plain HTTP and to node agents only")
      }
      let endpoint = StreamingEndpoint(
        host: target.host, port: target.port,
        tls: target.trust == .nodeAgent ? connections.current.tls : nil)
      // Lives as long as the session: it ends when either side closes its connection.
      Task { await UpgradeProxy().forward(request, to: endpoint, target: path, responder) }
      return
    }
    let prefix = String(request.target.raw.prefix { $0 != "?" }.dropLast(rest.path.count))
    // Lives until the other side has sent everything or the client is gone.
    let part = call.trace?.call("proxy")
    let task = Task {
      await pass(request, to: target, path: path, prefix: prefix, part, responder)
    }
    responder.onCancel { task.cancel() }
  }

  private func target(of call: APICall) throws(APIError) -> ProxyTarget {
    let name = try ProxyName(try call.name())
    let object = try call.collection().get(namespace: call.namespace, name: name.name).document
    switch call.type {
    case .pods: return try name.target(pod: Pod(object))
    case .services:
      let slices = reader.objects(.endpointSlices).filter {
        $0[path: "metadata", "namespace"]?.string == call.namespace
          && $0[path: "metadata", "labels", "kubernetes.io/service-name"]?.string == name.name
      }
      var random = SystemRandomNumberGenerator()
      return try name.target(
        service: Service(object), slices: slices.map { EndpointSlice($0) }, using: &random)
    default: return try name.target(node: object)
    }
  }

  /// What follows `proxy` on the URL, as the client encoded it: a decoded slash would be another
  /// path to the server behind.
  static func rest(of call: APICall) -> (path: String, query: String) {
    let raw = call.request.target.raw
    let path = raw.prefix { $0 != "?" }
    // `/api/v1/namespaces/NS/pods/NAME/proxy` or `/api/v1/nodes/NAME/proxy`.
    var segmentsLeft = call.namespace == nil ? 5 : 7
    var rest = path
    while segmentsLeft > 0 {
      rest = rest.drop { $0 == "/" }.drop { $0 != "/" }
      segmentsLeft -= 1
    }
    return (String(rest), String(raw[path.endIndex...]))
  }

  private func pass(
    _ request: ServerRequest, to target: ProxyTarget, path: String, prefix: String,
    _ part: RequestTrace?, _ responder: Responder
  ) async {
    let host = target.host.contains(":") ? "[\(target.host)]" : target.host
    let scheme = target.trust == .none ? "http" : "https"
    var passed = HTTPClientRequest(url: "\(scheme)://\(host):\(target.port)\(path)")
    passed.method = HTTPMethod(rawValue: request.method.token)
    passed.headers = ProxyFields.passedOn(of: request)
    part?.inject(into: &passed.headers)
    if !request.body.isEmpty {
      passed.body = .bytes(request.body, length: .known(Int64(request.body.count)))
    }
    let answer: HTTPClientResponse
    do {
      passed.tlsConfiguration = try tls(target.trust)
      // No limit in all: a proxied watch lasts as long as its client wants.
      answer = try await Self.client.execute(passed, deadline: .distantFuture)
      part?.end()
    } catch {
      part?.end(error)
      return responder.send(
        APIError(
          code: 503, reason: .serviceUnavailable,
          message: "error trying to reach \(host):\(target.port): \(error)"), for: request)
    }
    let head = ResponseHead(
      status: Int(answer.status.code),
      headers: ProxyFields.answered(answer.headers, prefix: prefix))
    if ProxyFields.isPage(answer.headers) {
      return await sendPage(answer, head, prefix: prefix, responder, for: request)
    }
    await answer.pass(to: responder.stream(head))
  }

  private static let pageByteCountMax = 8 << 20

  private func sendPage(
    _ answer: HTTPClientResponse, _ head: ResponseHead, prefix: String, _ responder: Responder,
    for request: ServerRequest
  ) async {
    do {
      let page = try await answer.body.collect(upTo: Self.pageByteCountMax)
      let links = PageLinks(prefix: prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix)
      responder.send(
        ServerResponse(
          status: head.status, headers: head.headers,
          body: .bytes(links.rewritten(Array(page.readableBytesView)))))
    } catch {
      responder.send(
        APIError(
          code: 502, reason: .internalError,
          message: "a page of at most \(Self.pageByteCountMax) bytes was expected: \(error)"),
        for: request)
    }
  }

  private func tls(_ trust: ProxyTarget.Trust) throws -> TLSConfiguration? {
    switch trust {
    case .none: return nil
    case .unverified:
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.certificateVerification = .none
      return configuration
    case .nodeAgent: return try connections.current.tlsConfiguration()
    }
  }

  /// Lives as long as the process: its connections are shared by all proxied requests.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)),
      decompression: .disabled)
    configuration.httpVersion = .http1Only
    return HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
      configuration: configuration)
  }()
}

/// Which header fields pass a proxy. Source: RFC 9110, section 7.6.1.
enum ProxyFields {
  private static let ownOfConnection: Set<String> = [
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
    "te", "trailer", "transfer-encoding", "upgrade",
  ]
  /// Who the client is to this server is nobody else's business; pages are read here, so they are
  /// asked for as they are.
  private static let keptBack: Set<String> = [
    "authorization", "host", "content-length", "accept-encoding",
  ]

  static func isPage(_ headers: HTTPHeaders) -> Bool {
    headers.first(name: "content-type")?.lowercased().hasPrefix("text/html") ?? false
  }

  static func passedOn(of request: ServerRequest) -> HTTPHeaders {
    var fields = HTTPHeaders()
    for field in request.headers {
      let name = field.name.lowercased()
      if ownOfConnection.contains(name) || keptBack.contains(name) { continue }
      if name.hasPrefix("impersonate-") { continue }
      fields.add(name: field.name, value: field.value)
    }
    let address = request.connection.remoteAddress
    if let end = address.lastIndex(of: ":") {
      fields.add(
        name: "X-Forwarded-For", value: address[..<end].filter { $0 != "[" && $0 != "]" })
    }
    if let host = request.headers["host"] {
      fields.replaceOrAdd(name: "X-Forwarded-Host", value: host)
    }
    fields.replaceOrAdd(
      name: "X-Forwarded-Proto", value: request.connection.isTLS ? "https" : "http")
    return fields
  }

  /// A redirect within the server behind stays within the proxy.
  static func answered(_ headers: HTTPHeaders, prefix: String) -> HeaderFields {
    var fields = HeaderFields()
    for (name, value) in headers {
      // This server frames the body anew.
      if ownOfConnection.contains(name.lowercased()) || name.lowercased() == "content-length" {
        continue
      }
      if name.lowercased() == "location" && value.hasPrefix("/") && !value.hasPrefix("//") {
        fields.add(name, prefix + value)
      } else {
        fields.add(name, value)
      }
    }
    return fields
  }
}
