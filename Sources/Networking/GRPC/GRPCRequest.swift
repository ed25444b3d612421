import NIOHPACK

/// A call: where to, with what, and for how long.
package struct GRPCRequest: Sendable {
  /// With its package: "runtime.v1.RuntimeService".
  package let service: String
  package let method: String
  /// Encoded, at most `messageBytesMax`.
  package let message: [UInt8]
  /// `nil` for none.
  package let deadline: Duration?

  /// Source: what containerd sends and takes at most. Lists on full nodes reach some MB.
  package static let messageBytesMax = 16 << 20

  package init(service: String, method: String, message: [UInt8], deadline: Duration?) {
    self.service = service
    self.method = method
    self.message = message
    self.deadline = deadline
  }

  func headers(authority: String) -> HPACKHeaders {
    var headers: HPACKHeaders = [
      ":method": "POST", ":scheme": "http", ":path": "/\(service)/\(method)",
      ":authority": "\(authority)", "content-type": "application/grpc", "te": "trailers",
    ]
    if let deadline { headers.add(name: "grpc-timeout", value: Self.timeout(deadline)) }
    return headers
  }

  /// At most eight digits and a unit. Source: gRPC over HTTP2, "Timeout".
  static func timeout(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return "0m" }
    return seconds < 99_999
      ? "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)m" : "\(min(seconds, 99_999_999))S"
  }
}
