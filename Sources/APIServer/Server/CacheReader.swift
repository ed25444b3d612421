package import Resources
package import Store

/// Where a collection's objects are kept: all versions of a kind in one place.
struct CacheName: Hashable {
  let text: String

  init(_ definition: ResourceDefinition) { self.init(definition.resourceType) }

  init(_ type: ResourceType) { text = type.description }

  /// What the keys of its objects begin with.
  var prefix: Key { Key("/\(text)/") }
}

extension APIServer {
  /// What the keys of a resource's objects begin with in the store.
  package static func storePrefix(of type: ResourceType) -> Key { CacheName(type).prefix }
}

/// Reads what the server itself holds.
package struct CacheReader: Sendable {
  private let caches: [String: WatchCache]

  init(_ caches: [CacheName: WatchCache]) {
    self.caches = Dictionary(uniqueKeysWithValues: caches.map { ($0.text, $1) })
  }

  func cache(_ resource: ResourceType) -> WatchCache? { caches[CacheName(resource).text] }

  func object(_ resource: ResourceType, _ namespace: String, _ name: String) -> Document? {
    caches[CacheName(resource).text]?.object(namespace: namespace, name: name)?.document
  }

  /// - Parameter namespace: `nil` for all.
  func objects(_ resource: ResourceType, in namespace: String? = nil) -> [Document] {
    caches[CacheName(resource).text]?.read().objects(in: namespace).map { $0.document } ?? []
  }
}
