import NIOHPACK

/// The head of an HTTP/2 request that may be served. NIO's HTTP/2 handler has checked which pseudo
/// header fields there are and that no field is forbidden.
struct HTTP2RequestHead {
  let method: RequestMethod
  let target: RequestTarget
  let headers: HeaderFields
  /// What the client announced, 0 where it announced nothing.
  let contentLength: Int
  let announcesLength: Bool

  /// Source: RFC 9113, section 8.3.1.
  init(_ block: HPACKHeaders, limits: ServerLimits) throws(ProtocolProblem) {
    var method = ""
    var path = ""
    var fields = HeaderFields(reservingCapacity: block.count)
    var byteCount = 0
    var contentLength = 0
    var announcesLength = false
    var cookie: String?
    for (name, value, _) in block {
      byteCount += name.utf8.count + value.utf8.count
      if name.utf8.first == UInt8(ascii: ":") {
        switch name {
        case ":method": method = value
        case ":path": path = value
        case ":authority": fields.add("host", value)
        default: break
        }
      } else if name == "cookie" {
        // One cookie per field is how HTTP/2 compresses them; everybody else expects one field.
        cookie = cookie.map { $0 + "; " + value } ?? value
      } else {
        if name == "content-length" {
          contentLength = Int(value) ?? 0
          announcesLength = true
        }
        fields.add(name, value)
      }
    }
    if let cookie { fields.add("cookie", cookie) }
    guard byteCount <= limits.headByteCountMax else {
      throw .headTooLarge(limit: limits.headByteCountMax)
    }
    guard contentLength <= limits.bodyByteCountMax else {
      throw .bodyTooLarge(limit: limits.bodyByteCountMax)
    }
    do throws(RequestTarget.ParsingError) {
      self.target = try RequestTarget(path)
    } catch {
      throw .malformed(error.description)
    }
    self.method = RequestMethod(method)
    self.headers = fields
    self.contentLength = contentLength
    self.announcesLength = announcesLength
  }
}
