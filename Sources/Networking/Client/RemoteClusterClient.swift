package import Resources

/// The cluster's state over HTTPS: for node agents and tools that run outside the server.
package struct RemoteClusterClient: ClusterClient {
  private let transport: HTTPTransport

  package init(_ transport: HTTPTransport) { self.transport = transport }

  package func get(
    _ resource: ResourceType, namespace: String?, name: String
  ) async throws -> Document {
    try await document(
      from: ClientRequest(.get, Self.path(resource, namespace, name), headers: Self.accept))
  }

  package func list(
    _ resource: ResourceType, namespace: String?, options: ListOptions
  ) async throws -> ObjectPage {
    let target = Self.target(resource.path(namespace: namespace), options.queryItems)
    let list = try await document(from: ClientRequest(.get, target, headers: Self.accept))
    let metadata = list["metadata"]
    return ObjectPage(
      items: list["items"].map { Self.items(of: $0, resource) } ?? [],
      resourceVersion: metadata?["resourceVersion"]?.string ?? "",
      continue: metadata?["continue"]?.string ?? "")
  }

  /// Items of a list come without kind and version, which the list itself names.
  private static func items(of items: Document, _ resource: ResourceType) -> [Document] {
    items.elements.map { item in
      guard item["kind"] == nil else { return item }
      var item = item.compacted()
      item["apiVersion"] = Document(resource.apiVersion)
      item["kind"] = Document(resource.kind)
      return item
    }
  }

  package func watch(
    _ resource: ResourceType, namespace: String?, options: ListOptions
  ) async throws -> AsyncThrowingStream<ObjectEvent, any Error> {
    var query = options.queryItems
    query.append(.init(name: "watch", value: "true"))
    if options.allowWatchBookmarks {
      query.append(.init(name: "allowWatchBookmarks", value: "true"))
    }
    let target = Self.target(resource.path(namespace: namespace), query)
    let response = try await transport.stream(
      ClientRequest(.get, target, headers: Self.accept))
    guard response.status == 200 else {
      throw Self.error(response.status, try await response.collect(upTo: 1 << 20))
    }
    let reader = WatchReader(response)
    return AsyncThrowingStream { try await reader.next() }
  }

  package func create(
    _ resource: ResourceType, namespace: String?, _ object: Document, options: WriteOptions
  ) async throws -> Document {
    let target = Self.target(resource.path(namespace: namespace), options.queryItems)
    return try await document(from: Self.request(.post, target, object))
  }

  package func create(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String,
    _ object: Document, options: WriteOptions
  ) async throws -> Document {
    let path = Self.path(resource, namespace, name, subresource)
    return try await document(
      from: Self.request(.post, Self.target(path, options.queryItems), object))
  }

  package func update(
    _ resource: ResourceType, namespace: String?, _ object: Document, subresource: String?,
    options: WriteOptions
  ) async throws -> Document {
    guard let name = object.value(at: ["metadata", "name"])?.string, !name.isEmpty else {
      throw APIError.badRequest("metadata.name is needed to update an object of \(resource)")
    }
    let path = Self.path(resource, namespace, name, subresource)
    return try await document(
      from: Self.request(.put, Self.target(path, options.queryItems), object))
  }

  package func patch(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String?,
    _ patch: Patch, options: WriteOptions
  ) async throws -> Document {
    let path = Self.path(resource, namespace, name, subresource)
    return try await document(
      from: Self.request(
        .patch, Self.target(path, options.queryItems), patch.body,
        contentType: patch.format.rawValue))
  }

  package func delete(
    _ resource: ResourceType, namespace: String?, name: String, options: DeleteOptions
  ) async throws -> Document {
    try await document(
      from: Self.request(.delete, Self.path(resource, namespace, name), options.document))
  }

  // MARK: Requests and answers

  private static let accept: HeaderFields = ["accept": "application/json"]

  private static func request(
    _ method: RequestMethod, _ target: String, _ body: Document,
    contentType: String = "application/json"
  ) -> ClientRequest {
    ClientRequest(
      method, target, headers: ["accept": "application/json", "content-type": contentType],
      body: body.json)
  }

  private static func path(
    _ resource: ResourceType, _ namespace: String?, _ name: String, _ subresource: String? = nil
  ) -> String {
    let path = resource.path(namespace: namespace) + "/" + PercentEncoding.encodePathSegment(name)
    return subresource.map { path + "/" + $0 } ?? path
  }

  private static func target(_ path: String, _ items: [QueryItems.Item]) -> String {
    items.isEmpty ? path : path + "?" + QueryItems(items).encoded
  }

  private func document(from request: ClientRequest) async throws -> Document {
    let response = try await transport.send(request)
    guard (200..<300).contains(response.status) else {
      throw Self.error(response.status, response.body)
    }
    return try Document(json: response.body)
  }

  /// The `Status` in `body`, or one that says as much as the HTTP status does.
  private static func error(_ status: Int, _ body: [UInt8]) -> APIError {
    do throws(JSONError) {
      return APIError(status: try Document(json: body), httpCode: status)
    } catch {
      // No Status: a proxy's page, or plain text of the server's front.
      let text = String(decoding: body.prefix(200), as: UTF8.self)
      return APIError(
        code: status, reason: "", message: "the server answered with HTTP status \(status): \(text)"
      )
    }
  }
}

extension ListOptions {
  fileprivate var queryItems: [QueryItems.Item] {
    var items: [QueryItems.Item] = []
    if !labelSelector.isEmpty { items.append(.init(name: "labelSelector", value: labelSelector)) }
    if !fieldSelector.isEmpty { items.append(.init(name: "fieldSelector", value: fieldSelector)) }
    if !resourceVersion.isEmpty {
      items.append(.init(name: "resourceVersion", value: resourceVersion))
    }
    if limit > 0 { items.append(.init(name: "limit", value: String(limit))) }
    if !`continue`.isEmpty { items.append(.init(name: "continue", value: `continue`)) }
    return items
  }
}

extension WriteOptions {
  fileprivate var queryItems: [QueryItems.Item] {
    var items: [QueryItems.Item] = []
    if isDryRun { items.append(.init(name: "dryRun", value: "All")) }
    if !fieldManager.isEmpty { items.append(.init(name: "fieldManager", value: fieldManager)) }
    return items
  }
}

extension DeleteOptions {
  /// The `DeleteOptions` object of meta/v1.
  fileprivate var document: Document {
    var options: Document = ["kind": "DeleteOptions", "apiVersion": "v1"]
    if let gracePeriodSeconds { options["gracePeriodSeconds"] = Document(gracePeriodSeconds) }
    if let propagationPolicy {
      options["propagationPolicy"] = Document(propagationPolicy.rawValue)
    }
    var preconditions = Document.emptyObject
    if let uid { preconditions["uid"] = Document(uid) }
    if let resourceVersion { preconditions["resourceVersion"] = Document(resourceVersion) }
    if !preconditions.isEmpty { options["preconditions"] = preconditions }
    return options
  }
}
