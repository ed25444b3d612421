import Foundations
import Networking
import Resources

/// The server under load: several connections, used in turn.
struct BenchTarget: Sendable {
  private let transports: [HTTPTransport]
  let encoding: BenchEncoding
  /// For what is not measured.
  let client: RemoteClusterClient

  init(_ configuration: ClientConfiguration, connectionCount: Int, encoding: BenchEncoding) {
    transports = (0..<max(1, connectionCount)).map { _ in HTTPTransport(configuration) }
    client = RemoteClusterClient(transports[0])
    self.encoding = encoding
  }

  func close() { for transport in transports { transport.close() } }

  /// - Parameter worker: chooses the connection.
  /// - Returns: the answer's body, not parsed: the client's work is not what is measured.
  @discardableResult
  func send(_ request: ClientRequest, worker: Int) async throws -> [UInt8] {
    let response = try await transports[worker % transports.count].send(request)
    guard (200..<300).contains(response.status) else {
      throw UnexpectedAnswer(request, response.status, response.body)
    }
    return response.body
  }

  func stream(_ request: ClientRequest, worker: Int) async throws -> StreamedResponse {
    let response = try await transports[worker % transports.count].stream(request)
    guard response.status == 200 else {
      throw UnexpectedAnswer(request, response.status, try await response.collect(upTo: 1 << 20))
    }
    return response
  }
}

// MARK: Requests in the run's encoding

extension BenchTarget {
  /// A GET of an object or a collection.
  func read(_ target: String) -> ClientRequest {
    ClientRequest(.get, target, headers: ["accept": encoding.mediaType])
  }

  /// Opens a watch.
  func watch(_ target: String) -> ClientRequest {
    ClientRequest(.get, target, headers: ["accept": encoding.watchMediaType])
  }

  /// - Parameter body: of a built-in kind, which it states.
  func write(_ method: RequestMethod, _ target: String, _ body: Document) throws -> ClientRequest {
    ClientRequest(
      method, target,
      headers: ["accept": encoding.mediaType, "content-type": encoding.mediaType],
      body: try encoding.bytes(of: body))
  }
}

// MARK: Requests in JSON, whatever the run's encoding

extension ClientRequest {
  static func read(_ target: String) -> Self {
    Self(.get, target, headers: ["accept": "application/json"])
  }

  static func write(_ method: RequestMethod, _ target: String, _ body: Document) -> Self {
    Self(
      method, target, headers: ["accept": "application/json", "content-type": "application/json"],
      body: body.json)
  }
}

struct UnexpectedAnswer: Error, CustomStringConvertible {
  let description: String

  init(_ request: ClientRequest, _ status: Int, _ body: [UInt8]) {
    let text = String(decoding: body.prefix(300), as: UTF8.self)
    description = "\(request.method) \(request.target) was answered with \(status): \(text)"
  }
}
