/// The path and the query that a request names, percent-decoded once.
///
/// The path is decoded whole, so an encoded slash becomes a slash, as Go's servers (and so every
/// Kubernetes client) have it; `raw` keeps what came.
/// Source: RFC 3986, sections 2.1 and 3; the query: WHATWG URL, "application/x-www-form-urlencoded".
package struct RequestTarget: Sendable {
  /// As on the request line: path and query, still encoded.
  package let raw: String
  /// Decoded, starts with `/`.
  package let path: String
  package let query: QueryItems

  package enum ParsingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Neither a path nor an absolute URL.
    case notAPath
    /// `%` without two hexadecimal digits behind it, at this byte of the target.
    case invalidEscape(offset: Int)
    /// The decoded text is no UTF-8.
    case notUTF8
    /// A control character or a space, which no URL holds, at this byte.
    case invalidCharacter(offset: Int)

    package var description: String {
      switch self {
      case .notAPath: "the request target is not a path that starts with \"/\""
      case .invalidEscape(let offset):
        "the request target has an invalid percent escape at byte \(offset)"
      case .notUTF8: "the request target does not decode to UTF-8"
      case .invalidCharacter(let offset):
        "the request target holds a character that a URL may not hold at byte \(offset)"
      }
    }
  }

  /// - Parameter raw: `/path?query`, or an absolute URL, whose scheme and authority are dropped
  ///   (RFC 9112, section 3.2.2); `*` for OPTIONS is kept as the path `*`.
  package init(_ raw: String) throws(ParsingError) {
    self.raw = raw
    if raw == "*" {
      self.path = raw
      self.query = QueryItems()
      return
    }
    let text = raw.utf8.first == UInt8(ascii: "/") ? raw : try Self.withoutAuthority(raw)
    let (pathByteCount, isPlain) = try Self.pathEnd(in: text.utf8Span.span)
    let end = text.utf8.index(text.startIndex, offsetBy: pathByteCount)
    if isPlain {
      self.path = end == text.endIndex ? text : String(text[..<end])
    } else {
      self.path = try PercentEncoding.decode(text.utf8[..<end], startingAt: 0, plusIsSpace: false)
    }
    guard end < text.endIndex else {
      self.query = QueryItems()
      return
    }
    self.query = try QueryItems(
      parsing: text.utf8[text.utf8.index(after: end)...], startingAt: pathByteCount + 1)
  }

  /// How many bytes the path has, and whether nothing in it is escaped. By bytes: it is on the way
  /// of every request.
  private static func pathEnd(
    in bytes: Span<UInt8>
  ) throws(ParsingError) -> (byteCount: Int, isPlain: Bool) {
    var isPlain = true
    for offset in bytes.indices {
      let byte = bytes[offset]
      guard byte > 0x20, byte != 0x7F else { throw .invalidCharacter(offset: offset) }
      if byte == UInt8(ascii: "?") { return (offset, isPlain) }
      if byte == UInt8(ascii: "%") { isPlain = false }
    }
    return (bytes.count, isPlain)
  }

  /// `https://host:port/path` without what stands before the path.
  private static func withoutAuthority(_ raw: String) throws(ParsingError) -> String {
    let bytes = raw.utf8
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[bytes.index(after: colon)...].starts(with: "//".utf8)
    else { throw .notAPath }
    let authority = bytes[bytes.index(colon, offsetBy: 3)...]
    guard let slash = authority.firstIndex(of: UInt8(ascii: "/")) else { throw .notAPath }
    return String(raw[slash...])
  }
}
