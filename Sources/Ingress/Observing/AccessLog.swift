import Logging
import Networking

/// A line for each request, where the operator wants them. The query stays out: it may hold what is
/// nobody's business.
struct AccessLog: Sendable {
  let logger: Logger

  struct Record {
    var request: ServerRequest
    var status: Int
    var byteCount: Int
    var nanoseconds: Int64
    var ingress: String
    var backend: String
    /// The endpoint that answered; empty where none did.
    var endpoint: String
  }

  func write(_ record: Record) {
    let request = record.request
    logger.info(
      "request",
      metadata: [
        "client": "\(RequestForwarding.address(of: request.connection.remoteAddress))",
        "method": "\(request.method.token)", "host": "\(request.headers["host"] ?? "")",
        "path": "\(request.path)",
        "protocol": request.connection.version == .http2 ? "HTTP/2" : "HTTP/1.1",
        "tls": "\(request.connection.isTLS)", "status": "\(record.status)",
        "bytes": "\(record.byteCount)",
        "milliseconds": "\(Double(record.nanoseconds / 1_000) / 1_000)",
        "ingress": "\(record.ingress)", "backend": "\(record.backend)",
        "endpoint": "\(record.endpoint)",
      ])
  }
}
