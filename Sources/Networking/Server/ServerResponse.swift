package import NIOCore

/// An answer whose body is known as a whole. The server adds `content-length` and `date`, and
/// leaves the body away for HEAD, 204 and 304.
package struct ServerResponse: Sendable {
  package var status: Int
  package var headers: HeaderFields
  package var body: ResponseBody

  package init(status: Int, headers: HeaderFields = HeaderFields(), body: ResponseBody = .empty) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package init(status: Int, contentType: String, body: [UInt8]) {
    self.init(status: status, headers: ["content-type": contentType], body: .bytes(body))
  }
}

/// Bytes that are shared with whoever else sends them: nothing is copied before it goes out.
package enum ResponseBody: Sendable {
  case empty
  case bytes([UInt8])
  /// Sent one behind the other.
  case chunks([[UInt8]])
  case buffer(ByteBuffer)
  /// Made as the network takes it.
  case source(any BodySource)

  package var byteCount: Int {
    switch self {
    case .empty: 0
    case .bytes(let bytes): bytes.count
    case .chunks(let chunks): chunks.byteCount
    case .buffer(let bytes): bytes.readableBytes
    case .source(let source): source.byteCount
    }
  }
}

/// The head of an answer whose body is written while it comes to be.
package struct ResponseHead: Sendable {
  package var status: Int
  package var headers: HeaderFields
  /// Where it is known before: exactly so many bytes are then written, or the stream is aborted.
  package var contentLength: Int?

  package init(
    status: Int = 200, headers: HeaderFields = HeaderFields(), contentLength: Int? = nil
  ) {
    self.status = status
    self.headers = headers
    self.contentLength = contentLength
  }
}
