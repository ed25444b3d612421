package import Networking
package import Resources

/// How answers of the API are put on the wire.
extension Responder {
  /// Sends an error as a `Status`, in the encoding the client reads.
  /// - Parameter headers: further fields: warnings.
  package func send(
    _ error: APIError, for request: ServerRequest, headers: HeaderFields = HeaderFields()
  ) {
    var headers = headers
    if error.code == 401 { headers.add("www-authenticate", "Bearer realm=\"martlet\"") }
    if error.details.retryAfterSeconds > 0 {
      headers.add("retry-after", String(error.details.retryAfterSeconds))
    }
    let type =
      MediaType.negotiate(accept: request.headers["accept"]) { $0.shape == .object }
      ?? MediaType(.json)
    send(error.status, ofKind: .status, as: type.encoding, status: error.code, headers: headers)
  }

  /// Says that something was done that leaves no object to show.
  func sendSuccess(status: Int) {
    let answer: Document = [
      "kind": "Status", "apiVersion": "v1", "metadata": .emptyObject, "status": "Success",
      "code": Document(status),
    ]
    send(answer, ofKind: .status, as: .json, status: status)
  }

  /// Sends a document that is not stored, so not encoded yet.
  /// - Parameter request: whose client may take it in gzip, where it is large.
  package func send(
    _ document: Document, ofKind kind: GroupVersionKind, as encoding: MediaType.Encoding,
    status: Int = 200, headers: HeaderFields = HeaderFields(), to request: ServerRequest? = nil
  ) {
    var headers = headers
    headers.add("content-type", encoding.rawValue)
    headers.add("cache-control", "no-cache, private")
    let body = ObjectEncoding.encode(document, ofKind: kind, as: encoding)
    let response = ServerResponse(status: status, headers: headers, body: .bytes(body))
    if let request { send(response, to: request) } else { send(response) }
  }
}
