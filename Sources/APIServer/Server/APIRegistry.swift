package import Networking
package import Resources

/// Answers the requests for one resource or one subresource.
package protocol ResourceHandler: Sendable {
  /// Called on the connection's event loop: must not block.
  /// - Throws: what is to be answered instead, as long as `responder` was not used.
  func handle(_ call: APICall, _ responder: Responder) throws(APIError)
}

/// One resource as it is served under one group and version.
package struct ServedResource: Sendable {
  package let definition: ResourceDefinition
  package let type: ResourceType
  /// Where its objects live; `nil` for resources that only answer, such as reviews.
  package let collection: Collection?
  package let handler: any ResourceHandler
  package var subresources: [String: any ResourceHandler]

  package init(
    definition: ResourceDefinition, collection: Collection?,
    handler: any ResourceHandler, subresources: [String: any ResourceHandler] = [:]
  ) {
    self.definition = definition
    self.type = definition.resourceType
    self.collection = collection
    self.handler = handler
    self.subresources = subresources
  }
}

extension ServedResource {
  package var kind: GroupVersionKind { definition.kind }
}

/// Every resource the server knows, by group, version and plural name.
package struct APIRegistry: Sendable {
  private struct Key: Hashable {
    let group: String
    let version: String
    let plural: String
  }

  private var resources: [Key: ServedResource] = [:]

  package init() {}

  package mutating func add(_ resource: ServedResource) {
    let type = resource.type
    resources[Key(group: type.group, version: type.version, plural: type.plural)] = resource
  }

  package func resource(_ group: String, _ version: String, _ plural: String) -> ServedResource? {
    resources[Key(group: group, version: version, plural: plural)]
  }

  package func resource(_ type: ResourceType) -> ServedResource? {
    resource(type.group, type.version, type.plural)
  }

  package var all: [ServedResource] { Array(resources.values) }
}
