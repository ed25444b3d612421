import NIOHPACK

/// The head of an HTTP/2 request that may be served.
struct HTTP2RequestHead {
  let method: RequestMethod
  let target: RequestTarget
  let headers: HeaderFields
  /// What the client announced, 0 where it announced nothing.
  let contentLength: Int
  let announcesLength: Bool

  /// Source: RFC 9113, sections 8.2 and 8.3.1.
  init(_ block: HPACKHeaders, limits: ServerLimits) throws(ProtocolProblem) {
    var pseudo = PseudoFields()
    var fields = HeaderFields(reservingCapacity: block.count)
    var byteCount = 0
    var hasFields = false
    var contentLength = 0
    var announcesLength = false
    var cookie: String?
    for (name, value, _) in block {
      byteCount += name.utf8.count + value.utf8.count
      guard byteCount <= limits.headByteCountMax else {
        throw .headTooLarge(limit: limits.headByteCountMax)
      }
      if name.utf8.first == UInt8(ascii: ":") {
        guard !hasFields else { throw .malformed("\(name) stands behind other header fields") }
        try pseudo.take(name, value)
        if name == ":authority" { fields.add("host", value) }
        continue
      }
      hasFields = true
      try HTTP2FieldRules.require(name: name, value: value)
      if name == "cookie" {
        // One cookie per field is how HTTP/2 compresses them; everybody else expects one field.
        cookie = cookie.map { $0 + "; " + value } ?? value
      } else {
        if name == "content-length" {
          contentLength = Int(value) ?? 0
          announcesLength = true
        } else if name == "te", value != "trailers" {
          throw .malformed("HTTP/2 has no header field te: \(value)")
        }
        fields.add(name, value)
      }
    }
    if let cookie { fields.add("cookie", cookie) }
    guard let method = pseudo.method, let path = pseudo.path, pseudo.scheme != nil else {
      throw .malformed("a request has a :method, a :scheme and a :path")
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

/// What stands before the fields of a request.
private struct PseudoFields {
  var method: String?
  var scheme: String?
  var path: String?
  var authority: String?

  mutating func take(_ name: String, _ value: String) throws(ProtocolProblem) {
    guard !value.holdsLineBreak else {
      throw .malformed("\(name) holds a line break or a zero byte")
    }
    switch name {
    case ":method": try Self.set(&method, name, value)
    case ":scheme": try Self.set(&scheme, name, value)
    case ":path": try Self.set(&path, name, value)
    case ":authority": try Self.set(&authority, name, value)
    default: throw .malformed("a request has no \(name)")
    }
  }

  private static func set(
    _ field: inout String?, _ name: String, _ value: String
  ) throws(ProtocolProblem) {
    guard field == nil else { throw .malformed("\(name) stands twice") }
    field = value
  }
}
