package import Networking
package import Resources
import Synchronization

/// Answers the requests for one resource or one subresource.
package protocol ResourceHandler: Sendable {
  /// Called on the connection's event loop: must not block.
  /// - Throws: what is to be answered instead, as long as `responder` was not used.
  func handle(_ call: APICall, _ responder: Responder) throws(APIError)
}

/// One resource as it is served under one group and version. Every request carries it.
package final class ServedResource: Sendable {
  package let definition: ResourceDefinition
  package let type: ResourceType
  /// Where its objects live; `nil` for resources that only answer, such as reviews.
  package let collection: Collection?
  package let handler: any ResourceHandler
  package let subresources: [String: any ResourceHandler]
  /// What discovery tells of the subresources.
  package let subresourceDefinitions: [ResourceDefinition]
  /// Set for the resources of a CustomResourceDefinition: how its objects are read and checked.
  package let custom: CustomVersion?
  /// What every answer tells of a kind that is deprecated; empty for most.
  let deprecationFields: HeaderFields
  /// What monitoring is told of its requests.
  let tallies = VerbTallies()
  let subresourceTallies: [String: VerbTallies]

  package init(
    definition: ResourceDefinition, collection: Collection?,
    handler: any ResourceHandler, subresources: [String: any ResourceHandler] = [:],
    subresourceDefinitions: [ResourceDefinition] = [], custom: CustomVersion? = nil
  ) {
    self.definition = definition
    self.type = definition.resourceType
    self.collection = collection
    self.handler = handler
    self.subresources = subresources
    self.subresourceDefinitions = subresourceDefinitions
    self.custom = custom
    subresourceTallies = subresources.mapValues { _ in VerbTallies() }
    var fields: HeaderFields = [:]
    if let warning = DeprecatedKind.warning(of: definition.kind) { fields.warn(warning) }
    deprecationFields = fields
  }
}

extension ServedResource {
  package var kind: GroupVersionKind { definition.kind }
}

/// Every resource the server knows, by group, version and plural name. Those of the server itself are
/// there from the start; others come and go by owner, as a CustomResourceDefinition.
///
/// A lookup is one uncontended lock and one hash. What is made of all resources (discovery, OpenAPI) is
/// made by whoever asks for it first after a change: see `revision`.
package final class APIRegistry: Sendable {
  private struct Key: Hashable {
    let group: String
    let version: String
    let plural: String

    init(_ type: ResourceType) { self.init(type.group, type.version, type.plural) }

    init(_ group: String, _ version: String, _ plural: String) {
      self.group = group
      self.version = version
      self.plural = plural
    }
  }

  private struct State {
    var resources: [Key: ServedResource] = [:]
    /// By owner.
    var added: [String: [ServedResource]] = [:]
    /// Owners whose resources are served, and not told of yet.
    var unlisted: Set<String> = []
    var revision = 0
  }

  /// What a catalog was made of all resources.
  package struct Snapshot: Sendable {
    /// Grows with each change.
    package let revision: Int
    package let catalog: ResourceCatalog
    /// The resources of CustomResourceDefinitions, in order of group and name.
    package let custom: [ServedResource]
  }

  private let state: Mutex<State>
  private let builtin: ResourceCatalog

  /// - Parameter builtin: what `resources` are, in the order of discovery.
  package init(_ builtin: ResourceCatalog, _ resources: [ServedResource]) {
    self.builtin = builtin
    state = Mutex(
      State(
        resources: Dictionary(
          resources.map { (Key($0.type), $0) }, uniquingKeysWith: { first, _ in first })))
  }

  /// Serves these resources from now on in place of those that the owner had.
  /// - Parameters:
  ///   - resources: no two of different owners, nor any built-in one, have one name.
  ///   - isListed: whether snapshots show them, and so discovery; else `list` makes them.
  package func serve(_ resources: [ServedResource], of owner: String, isListed: Bool = true) {
    state.withLock { state in
      if isListed || resources.isEmpty {
        state.unlisted.remove(owner)
      } else if state.added[owner] == nil {
        state.unlisted.insert(owner)
      }
      for former in state.added.removeValue(forKey: owner) ?? [] {
        state.resources[Key(former.type)] = nil
      }
      for resource in resources { state.resources[Key(resource.type)] = resource }
      if !resources.isEmpty { state.added[owner] = resources }
      state.revision += 1
    }
  }

  /// Tells of an owner's resources from now on.
  package func list(_ owner: String) {
    state.withLock { state in
      if state.unlisted.remove(owner) != nil { state.revision += 1 }
    }
  }

  package func resource(_ group: String, _ version: String, _ plural: String) -> ServedResource? {
    let key = Key(group, version, plural)
    return state.withLock { $0.resources[key] }
  }

  package func resource(_ type: ResourceType) -> ServedResource? {
    resource(type.group, type.version, type.plural)
  }

  /// The resource whose objects are of a kind. Cost is O(resources).
  package func resource(of kind: GroupVersionKind) -> ServedResource? {
    state.withLock { state in state.resources.values.first { $0.kind == kind } }
  }

  package var all: [ServedResource] { state.withLock { Array($0.resources.values) } }

  /// Changes when resources come or go.
  package var revision: Int { state.withLock { $0.revision } }

  /// All resources as of one moment. Cost is O(resources).
  package func snapshot() -> Snapshot {
    let (revision, added) = state.withLock { state in
      (
        state.revision,
        state.unlisted.isEmpty
          ? state.added : state.added.filter { !state.unlisted.contains($0.key) }
      )
    }
    guard !added.isEmpty else {
      return Snapshot(revision: revision, catalog: builtin, custom: [])
    }
    let custom = added.values.joined().sorted {
      ($0.type.group, $0.type.plural, $0.type.version)
        < ($1.type.group, $1.type.plural, $1.type.version)
    }
    let definitions = custom.flatMap { [$0.definition] + $0.subresourceDefinitions }
    return Snapshot(
      revision: revision,
      catalog: ResourceCatalog(builtin.resources + builtin.subresources + definitions),
      custom: custom)
  }
}

/// What is made of all resources, kept until they change.
package final class MadeOfResources<Value: Sendable>: Sendable {
  private let registry: APIRegistry
  private let make: @Sendable (APIRegistry.Snapshot) -> Value
  private let kept = Mutex<(revision: Int, value: Value)?>(nil)

  package init(
    _ registry: APIRegistry, _ make: @escaping @Sendable (APIRegistry.Snapshot) -> Value
  ) {
    self.registry = registry
    self.make = make
  }

  /// Made anew by the first who asks after a change; two at a time may both make it.
  package var current: Value {
    let revision = registry.revision
    if let known = kept.withLock({ $0?.revision == revision ? $0?.value : nil }) { return known }
    let snapshot = registry.snapshot()
    let value = make(snapshot)
    kept.withLock { kept in
      if snapshot.revision >= kept?.revision ?? -1 { kept = (snapshot.revision, value) }
    }
    return value
  }
}
