/// The one way to the cluster's state: for controllers, scheduler, proxies and node agents alike.
/// Two transports stand behind it: direct calls into the API pipeline in the same process, and
/// HTTPS. Both pass authentication, authorization, admission and validation.
///
/// Every call throws `APIError` for the API's own answers, and other errors for a broken way to it.
package protocol ClusterClient: Sendable {
  func get(_ resource: ResourceType, namespace: String?, name: String) async throws -> Document

  /// One page; `options.limit` 0 asks for everything.
  func list(_ resource: ResourceType, namespace: String?, options: ListOptions) async throws
    -> ObjectPage

  /// Events after `options.resourceVersion`, until the server ends the watch or the caller drops
  /// the sequence. An `.error` event is the last one.
  func watch(_ resource: ResourceType, namespace: String?, options: ListOptions) async throws
    -> AsyncThrowingStream<ObjectEvent, any Error>

  func create(
    _ resource: ResourceType, namespace: String?, _ object: Document, options: WriteOptions
  ) async throws -> Document

  /// Creates under an object: `pods/NAME/binding`, `pods/NAME/eviction`, `serviceaccounts/NAME/token`.
  func create(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String,
    _ object: Document, options: WriteOptions
  ) async throws -> Document

  /// Replaces an object, or its `subresource` (`status`, `scale`). A `metadata.resourceVersion` in
  /// `object` makes the write conditional: 409 Conflict where another write came first.
  func update(
    _ resource: ResourceType, namespace: String?, _ object: Document, subresource: String?,
    options: WriteOptions
  ) async throws -> Document

  func patch(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String?,
    _ patch: Patch, options: WriteOptions
  ) async throws -> Document

  /// Returns the object as it stood, or with `metadata.deletionTimestamp` where it goes later.
  func delete(
    _ resource: ResourceType, namespace: String?, name: String, options: DeleteOptions
  ) async throws -> Document
}

/// What a list or a watch selects. Empty strings select everything.
package struct ListOptions: Equatable, Sendable {
  package var labelSelector = ""
  package var fieldSelector = ""
  package var resourceVersion = ""
  package var limit = 0
  package var `continue` = ""
  /// Ask for bookmarks, so that a quiet watch can resume from a recent place.
  package var allowWatchBookmarks = false
  package init() {}
  package init(labelSelector: String = "", fieldSelector: String = "") {
    self.labelSelector = labelSelector
    self.fieldSelector = fieldSelector
  }
}

package struct WriteOptions: Equatable, Sendable {
  package var isDryRun = false
  /// Who writes, for `managedFields`.
  package var fieldManager = ""
  package init(isDryRun: Bool = false, fieldManager: String = "") {
    self.isDryRun = isDryRun
    self.fieldManager = fieldManager
  }
}

package struct DeleteOptions: Equatable, Sendable {
  /// `nil` leaves it to the object.
  package var gracePeriodSeconds: Int?
  package var propagationPolicy: PropagationPolicy?
  /// Refuse with 409 where the object has another UID or resource version.
  package var uid: String?
  package var resourceVersion: String?
  package init(
    gracePeriodSeconds: Int? = nil, propagationPolicy: PropagationPolicy? = nil,
    uid: String? = nil, resourceVersion: String? = nil
  ) {
    self.gracePeriodSeconds = gracePeriodSeconds
    self.propagationPolicy = propagationPolicy
    self.uid = uid
    self.resourceVersion = resourceVersion
  }
}

package enum PropagationPolicy: String, Sendable {
  case orphan = "Orphan"
  case background = "Background"
  case foreground = "Foreground"
}

package struct Patch: Sendable {
  package enum Format: String, Sendable {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategicMerge = "application/strategic-merge-patch+json"
    case apply = "application/apply-patch+yaml"
  }
  package var format: Format
  package var body: Document
  package init(_ format: Format, _ body: Document) {
    self.format = format
    self.body = body
  }
}

package struct ObjectPage: Sendable {
  package var items: [Document]
  package var resourceVersion: String
  /// Empty on the last page.
  package var `continue`: String
  package init(items: [Document], resourceVersion: String, continue: String = "") {
    self.items = items
    self.resourceVersion = resourceVersion
    self.`continue` = `continue`
  }
}

package enum ObjectEvent: Sendable {
  case added(Document)
  case modified(Document)
  case deleted(Document)
  /// Nothing changed up to this resource version.
  case bookmark(resourceVersion: String)
  case error(APIError)
}

extension ClusterClient {
  package func list(_ resource: ResourceType, namespace: String? = nil) async throws -> ObjectPage {
    try await list(resource, namespace: namespace, options: ListOptions())
  }

  package func create(_ resource: ResourceType, namespace: String?, _ object: Document)
    async throws -> Document
  {
    try await create(resource, namespace: namespace, object, options: WriteOptions())
  }

  package func update(
    _ resource: ResourceType, namespace: String?, _ object: Document, subresource: String? = nil
  ) async throws -> Document {
    try await update(
      resource, namespace: namespace, object, subresource: subresource, options: WriteOptions())
  }

  package func patch(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String? = nil,
    _ patch: Patch
  ) async throws -> Document {
    try await self.patch(
      resource, namespace: namespace, name: name, subresource: subresource, patch,
      options: WriteOptions())
  }
}
