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
  /// `nil` where nobody may look into the server.
  private let debug: DebugPages?

  /// A document that says nothing of the objects.
  package struct Page: Sendable {
    package let contentType: String
    package let body: @Sendable () -> [UInt8]

    /// - Parameter body: made at start, and the same as long as the server runs.
    package init(contentType: String, body: [UInt8]) {
      self.init(contentType: contentType) { body }
    }

    /// - Parameter body: asked for each time.
    package init(contentType: String, body: @escaping @Sendable () -> [UInt8]) {
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
    aggregation: AggregationLayer? = nil, debug: DebugPages? = nil
  ) {
    self.debug = debug
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

  /// Whether a path answers whatever the server's configuration says of those who are unknown: what
  /// they need to know to become known.
  package func isAlwaysOpen(_ path: String) -> Bool { openDocuments[path] != nil }

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
      if let page = debug?.answer(path, request.query) { return responder.send(page) }
      if health.answer(path, request, responder) { return }
      if let page = documents[path] ?? openDocuments[path] {
        return responder.send(
          ServerResponse(
            status: 200,
            headers: ["content-type": page.contentType, "cache-control": "public, max-age=3600"],
            body: .bytes(page.body())))
      }
      if path.hasPrefix("/openapi/v3/") { return try answerOpenAPI(path, request, responder) }
      try discovery.current.answer(path, request, responder, adding: aggregation?.discovery)
    }
  }

  private func answerOpenAPI(_ path: String, _ request: ServerRequest, _ responder: Responder)
    throws(APIError)
  {
    guard
      var page = try openAPI.page(
        path, accept: request.headers["accept"] ?? "", adding: aggregation?.openAPI2 ?? [])
    else {
      throw APIError(
        code: 404, reason: .notFound, message: "the server could not find the requested resource")
    }
    if path == "/openapi/v3", let added = aggregation?.discovery {
      try page.add(added)
    }
    var headers: HeaderFields = ["etag": page.entityTag, "vary": "Accept"]
    if let hash = request.query["hash"], !hash.isEmpty {
      // The index leads here by the hash of what it knew: that page never changes.
      guard "\"\(hash)\"" == page.entityTag else {
        let place = "\(path)?hash=\(page.entityTag.filter { $0 != "\"" })"
        return responder.send(ServerResponse(status: 301, headers: ["location": place]))
      }
      headers.add("cache-control", "public, immutable")
    } else {
      headers.add("cache-control", "no-cache, private")
    }
    if request.headers.names(entityTag: page.entityTag) {
      return responder.send(ServerResponse(status: 304, headers: headers))
    }
    headers.add("content-type", page.contentType)
    responder.send(
      ServerResponse(status: 200, headers: headers, body: .bytes(page.body)), to: request)
  }
}

/// Publishes the schema of everything served.
package protocol OpenAPIPublisher: Sendable {
  /// - Parameters:
  ///   - path: `/openapi/v2`, `/openapi/v3` or `/openapi/v3/apis/GROUP/VERSION`.
  ///   - accept: the encodings that the client takes.
  ///   - added: what other servers publish, for `/openapi/v2`.
  /// - Returns: `nil` where there is no such page.
  /// - Throws: 406 where it is not to be had in one of those encodings.
  func page(_ path: String, accept: String, adding added: [AggregatedOpenAPI])
    throws(APIError) -> OpenAPIPage?
}

extension MadeOfResources: OpenAPIPublisher where Value: OpenAPIPublisher {
  package func page(_ path: String, accept: String, adding added: [AggregatedOpenAPI])
    throws(APIError) -> OpenAPIPage?
  {
    try current.page(path, accept: accept, adding: added)
  }
}

package struct OpenAPIPage: Sendable {
  package let contentType: String
  package fileprivate(set) var entityTag: String
  private var make: @Sendable () -> [UInt8]

  /// - Parameter make: renders the page, which who has it already need not wait for.
  package init(
    contentType: String, entityTag: String, make: @escaping @Sendable () -> [UInt8]
  ) {
    self.contentType = contentType
    self.entityTag = entityTag
    self.make = make
  }

  /// Rendered at each call.
  package fileprivate(set) var body: [UInt8] {
    get { make() }
    set { make = { newValue } }
  }
}

extension OpenAPIPage {
  /// Adds the documents of aggregated servers to the index.
  fileprivate mutating func add(_ added: AggregatedDiscovery) throws(APIError) {
    do throws(JSONError) {
      let index = added.openAPIIndex(try Document(json: body))
      body = index.json
      entityTag = "\"\(DiscoveryDocuments.fingerprint(body))\""
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
