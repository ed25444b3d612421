import NIOHTTP1

/// The head of an HTTP/1 request that may be served.
struct HTTP1RequestHead {
  let method: RequestMethod
  let target: RequestTarget
  let headers: HeaderFields
  let isKeepAlive: Bool
  let isVersion10: Bool
  /// The parser stops behind this request: the bytes that follow may be of another protocol.
  let isUpgrade: Bool
  let expectsContinue: Bool
  /// What the client announced, 0 where it announced nothing.
  let contentLength: Int
  /// The body comes in chunks, of nobody knows what length.
  let isChunked: Bool

  /// Source: RFC 9112, sections 3.2 (host), 6 (length) and 9.6; RFC 9110, section 10.1.1 (expect).
  init(_ head: HTTPRequestHead, limits: ServerLimits) throws(ProtocolProblem) {
    guard head.version.major == 1 else {
      throw .malformed("this server speaks HTTP/1.1 and, over TLS, HTTP/2")
    }
    var fields = HeaderFields(reservingCapacity: head.headers.count)
    var byteCount = head.uri.utf8.count
    var hostCount = 0
    for (name, value) in head.headers {
      byteCount += name.utf8.count + value.utf8.count
      if name.equalsIgnoringASCIICase("host") { hostCount += 1 }
      fields.add(name, value)
    }
    guard byteCount <= limits.headByteCountMax else {
      throw .headTooLarge(limit: limits.headByteCountMax)
    }
    self.isVersion10 = head.version.minor == 0
    guard hostCount == 1 || isVersion10 && hostCount == 0 else {
      throw .malformed("the request needs exactly one host header field")
    }
    do throws(RequestTarget.ParsingError) {
      self.target = try RequestTarget(head.uri)
    } catch {
      throw .malformed(error.description)
    }
    self.contentLength = fields["content-length"].flatMap { Int($0) } ?? 0
    guard contentLength <= limits.bodyByteCountMax else {
      throw .bodyTooLarge(limit: limits.bodyByteCountMax)
    }
    self.isChunked = fields.contains("transfer-encoding")
    self.method = RequestMethod(head.method.rawValue)
    self.headers = fields
    self.isKeepAlive = head.isKeepAlive
    self.isUpgrade =
      fields.contains("upgrade") && fields.hasToken("upgrade", in: "connection")
      || method == .connect
    self.expectsContinue =
      !isVersion10 && fields["expect"]?.equalsIgnoringASCIICase("100-continue") == true
  }
}
