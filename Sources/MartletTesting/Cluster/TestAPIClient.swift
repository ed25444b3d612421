package import Networking
package import Resources

/// Sends requests as they are written, good or bad, and reads what comes back.
package struct TestAPIClient: Sendable {
  package let transport: HTTPTransport

  package init(_ transport: HTTPTransport) { self.transport = transport }

  /// An answer, with its body read where it is JSON.
  package struct Answer: Sendable {
    package let status: Int
    package let headers: HeaderFields
    package let body: [UInt8]
    /// An empty object where the body is no JSON.
    package let object: Document

    package var text: String { String(decoding: body, as: UTF8.self) }
    package var reason: String { object["reason"]?.string ?? "" }
    package var message: String { object["message"]?.string ?? "" }
    /// `FieldValueRequired spec.containers`, in order.
    package var causes: [String] {
      (object[path: "details", "causes"] ?? .emptyArray).elements.map {
        "\($0["reason"]?.string ?? "") \($0["field"]?.string ?? "")"
      }
    }
  }

  package func send(
    _ method: RequestMethod, _ target: String, _ body: [UInt8] = [], contentType: String? = nil,
    headers: HeaderFields = [:]
  ) async throws -> Answer {
    var headers = headers
    if let contentType { headers.add("content-type", contentType) }
    let response = try await transport.send(
      ClientRequest(method, target, headers: headers, body: body))
    // A body that is no JSON is looked at as text.
    let object = (try? Document(json: response.body)) ?? .emptyObject
    return Answer(
      status: response.status, headers: response.headers, body: response.body, object: object)
  }

  package func get(_ target: String) async throws -> Answer { try await send(.get, target) }

  package func post(_ target: String, _ json: String) async throws -> Answer {
    try await send(.post, target, Array(json.utf8), contentType: "application/json")
  }

  package func put(_ target: String, _ json: String) async throws -> Answer {
    try await send(.put, target, Array(json.utf8), contentType: "application/json")
  }

  package func delete(_ target: String, _ json: String = "") async throws -> Answer {
    try await send(
      .delete, target, Array(json.utf8), contentType: json.isEmpty ? nil : "application/json")
  }

  package enum PatchKind: String, Sendable, CaseIterable {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategic = "application/strategic-merge-patch+json"
  }

  package func patch(_ target: String, _ kind: PatchKind, _ json: String) async throws -> Answer {
    try await send(.patch, target, Array(json.utf8), contentType: kind.rawValue)
  }
}
