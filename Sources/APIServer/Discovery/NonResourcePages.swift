import Foundations
package import Networking
package import Resources
import Synchronization

/// The paths outside the resources: probes, version, discovery and the published schema.
package final class NonResourcePages: Sendable {
  private let discovery: MadeOfResources<DiscoveryDocuments>
  private let openAPI: any OpenAPIPublisher
  private let health: HealthChecks
  private let version: Document
  private let documents: [String: Page]
  private let openDocuments: [String: Page]
  private let aggregation: AggregationLayer?
  private let metrics: ServerMetrics

  /// A document that is the same as long as the server runs.
  package struct Page: Sendable {
    package let contentType: String
    package let body: [UInt8]

    package init(contentType: String, body: [UInt8]) {
      self.contentType = contentType
      self.body = body
    }
  }

  /// - Parameters:
  ///   - documents: further pages by their path.
  ///   - openDocuments: those that need no known identity.
  init(
    discovery: MadeOfResources<DiscoveryDocuments>, openAPI: any OpenAPIPublisher,
    health: HealthChecks, metrics: ServerMetrics, version: Document,
    documents: [String: Page] = [:], openDocuments: [String: Page] = [:],
    aggregation: AggregationLayer? = nil
  ) {
    self.metrics = metrics
    self.aggregation = aggregation
    self.documents = documents
    self.openDocuments = openDocuments
    self.discovery = discovery
    self.openAPI = openAPI
    self.health = health
    self.version = version
  }

  private static let openPaths: Set<String> = [
    "/healthz", "/livez", "/readyz", "/version", "/version/",
  ]

  /// Whether a path answers without a known identity.
  package func isOpenToAnyone(_ path: String) -> Bool {
    Self.openPaths.contains(path) || openDocuments[path] != nil
  }

  /// - Throws: 404 for every path that is none of these.
  package func answer(_ request: ServerRequest, _ responder: Responder) throws(APIError) {
    guard request.method == .get || request.method == .head else {
      throw .methodNotAllowed("the server does not allow this method on the requested resource")
    }
    let path =
      request.path.count > 1 && request.path.hasSuffix("/")
      ? String(request.path.dropLast()) : request.path
    switch path {
    case "/version":
      responder.send(
        ServerResponse(status: 200, contentType: "application/json", body: version.json))
    case "/metrics":
      responder.send(
        ServerResponse(
          status: 200, contentType: MetricsText.contentType, body: Array(metrics.text().utf8)))
    case "/openapi/v2", "/openapi/v3": try answerOpenAPI(path, request, responder)
    default:
      if health.answer(path, request, responder) { return }
      if let page = documents[path] ?? openDocuments[path] {
        return responder.send(
          ServerResponse(
            status: 200,
            headers: ["content-type": page.contentType, "cache-control": "public, max-age=3600"],
            body: .bytes(page.body)))
      }
      if path.hasPrefix("/openapi/v3/") { return try answerOpenAPI(path, request, responder) }
      try discovery.current.answer(path, request, responder, adding: aggregation?.discovery)
    }
  }

  private func answerOpenAPI(_ path: String, _ request: ServerRequest, _ responder: Responder)
    throws(APIError)
  {
    guard var page = openAPI.page(path, accept: request.headers["accept"] ?? "") else {
      throw APIError(
        code: 404, reason: .notFound, message: "the server could not find the requested resource")
    }
    if path == "/openapi/v3", let added = aggregation?.discovery {
      try page.add(added)
    }
    if !page.entityTag.isEmpty, request.headers["if-none-match"] == page.entityTag {
      return responder.send(ServerResponse(status: 304, headers: ["etag": page.entityTag]))
    }
    responder.send(
      ServerResponse(
        status: 200,
        headers: [
          "content-type": page.contentType, "etag": page.entityTag, "vary": "Accept",
        ], body: .bytes(page.body())))
  }
}

/// Publishes the schema of everything served.
package protocol OpenAPIPublisher: Sendable {
  /// - Parameters:
  ///   - path: `/openapi/v2`, `/openapi/v3` or `/openapi/v3/apis/GROUP/VERSION`.
  /// - Returns: `nil` where there is no such page.
  func page(_ path: String, accept: String) -> OpenAPIPage?
}

extension MadeOfResources: OpenAPIPublisher where Value: OpenAPIPublisher {
  package func page(_ path: String, accept: String) -> OpenAPIPage? {
    current.page(path, accept: accept)
  }
}

package struct OpenAPIPage: Sendable {
  package var contentType: String
  package var entityTag: String
  /// Made when it is asked for: a client that knows the tag needs none.
  package var body: @Sendable () -> [UInt8]

  package init(
    contentType: String, entityTag: String, body: @escaping @Sendable () -> [UInt8]
  ) {
    self.contentType = contentType
    self.entityTag = entityTag
    self.body = body
  }
}

extension OpenAPIPage {
  /// Adds the documents of aggregated servers to the index.
  fileprivate mutating func add(_ added: AggregatedDiscovery) throws(APIError) {
    do throws(JSONError) {
      let index = added.openAPIIndex(try Document(json: body())).json
      body = { index }
      entityTag = "\"\(DiscoveryDocuments.fingerprint(index))\""
    } catch {
      throw .internalError("the index of OpenAPI documents is no JSON: \(error)")
    }
  }
}

extension ServerResponse {
  package static func text(_ status: Int, _ text: String) -> ServerResponse {
    ServerResponse(
      status: status,
      headers: ["content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"],
      body: .bytes(Array(text.utf8)))
  }
}
