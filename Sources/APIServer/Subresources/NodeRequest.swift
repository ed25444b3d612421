import Foundations
import Networking
import Resources

/// One plain request to a node's agent, whose answer goes to the client as it comes.
struct NodeRequest {
  let connections: Renewable<NodeConnections>
  let host: String
  let port: Int

  /// - Parameter target: path and query at the agent, encoded.
  func pass(_ target: String, _ responder: Responder, for request: ServerRequest) async {
    var configuration = ClientConfiguration(server: ServerURL(host: host, port: port))
    connections.current.identify(&configuration)
    let transport = HTTPTransport(configuration)
    defer { transport.close() }
    let answer: StreamedResponse
    do {
      answer = try await transport.stream(ClientRequest(.get, target))
      guard answer.status == 200 else {
        let body = try await answer.collect(upTo: Self.errorByteCountMax)
        return responder.send(error(answer.status, body), for: request)
      }
    } catch {
      return responder.send(
        .internalError("the agent of the node at \(host):\(port) did not answer: \(error)"),
        for: request)
    }
    let contentType = answer.headers["content-type"] ?? "text/plain"
    let writer = responder.stream(
      ResponseHead(status: 200, headers: ["content-type": contentType]))
    do {
      while let bytes = try await answer.next() {
        // A client that reads slowly slows the agent down, through the two windows in between.
        guard writer.write(bytes) else { return }
        await writer.waitUntilWritable()
      }
      writer.finish()
    } catch {
      // The head is out: only a visible break tells the client that something is missing.
      writer.abort()
    }
  }

  private static let errorByteCountMax = 64 * 1024

  private func error(_ status: Int, _ body: [UInt8]) -> APIError {
    // What is no JSON is text.
    if let document = try? Document(json: body), document["kind"]?.string == "Status" {
      return APIError(status: document, httpCode: status)
    }
    let text = String(decoding: body, as: UTF8.self)
    switch status {
    case 400: return .badRequest(text)
    case 404: return APIError(code: 404, reason: .notFound, message: text)
    default: return APIError(code: status, reason: .internalError, message: text)
    }
  }
}
