extension Responder {
  /// Bodies from here on are worth packing: upstream's figure, below which the client's and the
  /// server's work is more than what is saved.
  /// Source: Kubernetes, KEP-156 "API server response compression".
  package static let compressedByteCountMin = 128 << 10

  /// Answers a request, in gzip where it reads something large and its client takes that.
  package func send(_ response: ServerResponse, to request: ServerRequest) {
    guard response.body.byteCount >= Self.compressedByteCountMin, request.method == .get,
      request.headers.acceptsGzip
    else { return send(response) }
    var headers = response.headers
    headers.add("content-encoding", "gzip")
    headers.add("vary", "Accept-Encoding")
    let writer = stream(ResponseHead(status: response.status, headers: headers))
    CompressedBody.send(response.body, through: writer)
  }
}

extension HeaderFields {
  /// Whether `Accept-Encoding` names gzip, and not with the weight 0, which refuses it.
  /// Source: RFC 9110, 12.5.3.
  var acceptsGzip: Bool {
    for element in values(of: "accept-encoding").joined(separator: ",").split(separator: ",") {
      let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard parts.first?.lowercased() == "gzip" else { continue }
      let weight = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }?.dropFirst(2)
      return weight.map { (Double($0) ?? 0) > 0 } ?? true
    }
    return false
  }
}
