import Foundations
import NIOCore
import NIOHTTP1
import Networking

/// What of a request goes on to an endpoint, and what of the answer comes back. Pure.
/// Source: RFC 9110, section 7.6 (forwarding); RFC 9112, section 9.6.
enum RequestForwarding {
  /// Fields of one connection, and those that this side writes itself. In lower case.
  private static let dropped: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "http2-settings", "expect", "content-length",
    // What a client says here is hearsay: it is replaced by what is known.
    "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto",
    "x-real-ip",
  ]

  private static let droppedOfAnswer: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "te", "trailer",
    "transfer-encoding", "upgrade", "content-length", "date",
  ]

  /// How a request's body is framed towards the endpoint.
  enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
  }

  /// The fields to send, with what is known of the client in front.
  /// - Parameter port: that the client came to.
  static func fields(of request: ServerRequest, port: Int) -> HeaderFields {
    var fields = HeaderFields(reservingCapacity: request.headers.underestimatedCount + 6)
    let connectionFields = tokens(of: request.headers.values(of: "connection"))
    for field in request.headers {
      let name = field.name.lowercasedASCII
      if dropped.contains(name) || connectionFields.contains(name) { continue }
      fields.add(name, field.value)
    }
    let client = address(of: request.connection.remoteAddress)
    fields.add("x-real-ip", client)
    fields.add("x-forwarded-for", client)
    fields.add("x-forwarded-proto", request.connection.isTLS ? "https" : "http")
    fields.add("x-forwarded-host", request.headers["host"] ?? "")
    fields.add("x-forwarded-port", "\(port)")
    return fields
  }

  /// As above, for an endpoint that speaks HTTP/2, where trailers may come.
  static func http2Fields(of request: ForwardedRequest) -> HeaderFields {
    var fields = fields(of: request.request, port: request.port)
    // Servers of gRPC refuse requests without it.
    if request.request.headers.hasToken("trailers", in: "te") { fields.add("te", "trailers") }
    if case .length(let count) = request.framing { fields.add("content-length", "\(count)") }
    return fields
  }

  /// The head of the request in HTTP/1.1.
  static func head(
    of request: ServerRequest, port: Int, framing: BodyFraming, allocator: ByteBufferAllocator
  ) -> ByteBuffer {
    var bytes = allocator.buffer(capacity: 1024)
    bytes.writeString(request.method.token)
    bytes.writeStaticString(" ")
    bytes.writeString(target(of: request))
    bytes.writeStaticString(" HTTP/1.1\r\n")
    for field in fields(of: request, port: port) {
      bytes.writeString(field.name)
      bytes.writeStaticString(": ")
      bytes.writeString(field.value.withoutControlCharacters)
      bytes.writeStaticString("\r\n")
    }
    switch framing {
    case .length(let count): bytes.writeString("content-length: \(count)\r\n\r\n")
    case .chunked: bytes.writeStaticString("transfer-encoding: chunked\r\n\r\n")
    case .none: bytes.writeStaticString("\r\n")
    }
    return bytes
  }

  /// The path and query as they came: endpoints decode them their own way.
  static func target(of request: ServerRequest) -> String {
    let raw = request.target.raw
    if raw.utf8.first == UInt8(ascii: "/") || raw == "*" { return raw }
    // An absolute URL, which has a scheme, an authority and a path.
    guard let scheme = raw.firstRange(of: "://"),
      let slash = raw[scheme.upperBound...].firstIndex(of: "/")
    else { return "/" }
    return String(raw[slash...])
  }

  /// Whether method and field names may stand on HTTP/1.1's lines: over HTTP/2 they come as any
  /// bytes. Source: RFC 9110, section 5.6.2 (token).
  static func isSendable(_ request: ServerRequest) -> Bool {
    if case .other(let token) = request.method, !isToken(token) { return false }
    return request.headers.allSatisfy { isToken($0.name) }
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "!"), UInt8(ascii: "#"),
          UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
          UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
          UInt8(ascii: "~"):
          true
        default: false
        }
      }
  }

  /// Whether the same request twice does what it does once. Source: RFC 9110, section 9.2.2.
  static func isIdempotent(_ method: RequestMethod) -> Bool {
    switch method {
    case .get, .head, .options, .trace, .put, .delete: true
    default: false
    }
  }

  /// What of an answer's head the client gets.
  static func answerHead(_ head: HTTPResponseHead) -> ResponseHead {
    var fields = HeaderFields(reservingCapacity: head.headers.count)
    let connectionFields = tokens(of: head.headers["connection"])
    var contentLength: Int?
    for (name, value) in head.headers {
      let lower = name.lowercasedASCII
      if lower == "content-length" { contentLength = Int(value) }
      if droppedOfAnswer.contains(lower) || connectionFields.contains(lower) { continue }
      fields.add(lower, value)
    }
    return ResponseHead(
      status: Int(head.status.code), headers: fields, contentLength: contentLength)
  }

  /// As above, of an answer in HTTP/2.
  static func answerHead(status: Int, _ headers: HeaderFields) -> ResponseHead {
    var fields = HeaderFields(reservingCapacity: headers.underestimatedCount)
    for field in headers where !droppedOfAnswer.contains(field.name) {
      fields.add(field.name, field.value)
    }
    return ResponseHead(
      status: status, headers: fields, contentLength: headers["content-length"].flatMap { Int($0) })
  }

  /// The names in `Connection` fields, but for the usual two, which are dropped anyway.
  private static func tokens(of values: [String]) -> Set<String> {
    var names: Set<String> = []
    for value in values where value != "keep-alive" && value != "close" {
      for element in value.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
        names.insert(String(element).lowercasedASCII)
      }
    }
    return names
  }

  /// `nil` where the address is bound to an interface: such a client is known by nothing else.
  static func client(of request: ServerRequest) -> IPAddress? {
    IPAddress(address(of: request.connection.remoteAddress))
  }

  /// `192.0.2.7` of `192.0.2.7:41234`, `2001:db8::1` of `[2001:db8::1]:41234`.
  static func address(of remote: String) -> String {
    if remote.utf8.first == UInt8(ascii: "["),
      let end = remote.utf8.firstIndex(of: UInt8(ascii: "]"))
    {
      return String(remote[remote.utf8.index(after: remote.startIndex)..<end])
    }
    guard let colon = remote.utf8.lastIndex(of: UInt8(ascii: ":")) else { return remote }
    return String(remote[..<colon])
  }
}
