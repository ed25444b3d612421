import Foundations
import Resources
import Store
import Synchronization

/// A kind that a CustomResourceDefinition defines, ready to be served: from one definition, all its
/// versions over one place in the store.
struct CustomKind: Sendable {
  let name: String
  let group: String
  /// The names that the definition was given.
  private let names: Document
  private let isNamespaced: Bool
  let versions: [CustomVersion]
  private let served: Set<String>
  private let storageVersion: String
  private let isTerminating: Bool
  /// `spec.conversion.webhook`, where a webhook converts.
  private let webhook: Document?

  /// - Parameter definition: with the status that it is about to have.
  init(_ definition: Document) {
    let spec = definition["spec"] ?? .emptyObject
    let names = definition[path: "status", "acceptedNames"] ?? .emptyObject
    let group = spec["group"]?.string ?? ""
    let entries = spec["versions"].map { Array($0.elements) } ?? []
    name = definition[path: "metadata", "name"]?.string ?? ""
    self.group = group
    self.names = names
    isNamespaced = spec["scope"]?.string == "Namespaced"
    let kind = names["kind"]?.string ?? ""
    versions = entries.map { CustomVersion(group: group, kind: kind, version: $0) }
    func label(_ entry: Document) -> String { entry["name"]?.string ?? "" }
    served = Set(entries.filter { $0["served"]?.bool == true }.map(label))
    storageVersion = entries.first { $0["storage"]?.bool == true }.map(label) ?? ""
    isTerminating = definition[path: "metadata", "deletionTimestamp"] != nil
    let conversion = spec["conversion"]
    webhook = conversion?["strategy"]?.string == "Webhook" ? conversion?["webhook"] : nil
  }

  private var plural: String { names["plural"]?.string ?? "" }

  /// Where the objects lie, whatever version they are of.
  var prefix: Key { Key("/\(plural).\(group)/") }

  func resourceType(_ version: CustomVersion) -> ResourceType {
    ResourceType(
      group: group, version: version.kind.version, plural: plural, kind: version.kind.kind,
      isNamespaced: isNamespaced)
  }

  // MARK: Collections

  /// What all collections of the server are made with.
  struct Parts: Sendable {
    let store: any Store
    let admission: AdmissionChain
    let webhooks: AdmissionWebhooks?
    let codec: RequestCodec
    /// Those that convert.
    let conversions: WebhookClients
    let now: @Sendable () -> Timestamp
  }

  /// What the kind serves, and the collection that holds its objects.
  struct Serving: Sendable {
    let storage: Collection
    let resources: [ServedResource]
    /// Objects stored up to here were written under an earlier schema.
    let schemaStart: SchemaStart
  }

  /// - Parameters:
  ///   - cache: of `prefix`.
  ///   - generation: another one for each state of the definition.
  func serving(_ cache: WatchCache, generation: Int, _ parts: Parts) -> Serving? {
    guard let stored = versions.first(where: { $0.kind.version == storageVersion }) else {
      return nil
    }
    let start = SchemaStart()
    let making = CollectionMaking(
      stored: stored, cache: cache, generation: generation, start: start)
    let collections =
      webhook.map { converting(making, by: $0, parts) } ?? viewing(making, parts)
    guard let storage = collections[stored.kind.apiVersion] else { return nil }
    let resources = versions.filter { served.contains($0.kind.version) }.compactMap { version in
      collections[version.kind.apiVersion].map { resource(version, $0, parts) }
    }
    return Serving(storage: storage, resources: resources, schemaStart: start)
  }

  func rules(_ version: CustomVersion) -> CollectionRules {
    var rules = CollectionRules()
    rules.generation = .ofCustomResources
    rules.hasStatusSubresource = version.hasStatus
    rules.statusKeeps = .all
    rules.otherPartsKeep = .all
    rules.requiresVersion = true
    rules.emptyStatus = nil
    rules.refusesCreates = isTerminating
    rules.selectableFields = version.selectableFields
    return rules
  }

  // MARK: Resources

  private static let verbs = [
    "delete", "deletecollection", "get", "list", "patch", "create", "update", "watch",
  ]
  private static let partVerbs = ["get", "patch", "update"]

  private func resource(_ version: CustomVersion, _ collection: Collection, _ parts: Parts)
    -> ServedResource
  {
    let objects = CollectionHandler(codec: parts.codec)
    var handlers: [String: any ResourceHandler] = [:]
    var definitions: [ResourceDefinition] = []
    if version.hasStatus {
      handlers["status"] = PartHandler(name: "status", collection: objects)
      definitions.append(definition(version, "status", kind: version.kind))
    }
    if let paths = version.scale {
      handlers["scale"] = ScaleHandler(codec: parts.codec, paths: paths)
      definitions.append(
        definition(
          version, "scale",
          kind: GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")))
    }
    return ServedResource(
      definition: definition(version, nil, kind: version.kind), collection: collection,
      handler: objects, subresources: handlers, subresourceDefinitions: definitions,
      custom: version)
  }

  private func definition(
    _ version: CustomVersion, _ subresource: String?, kind: GroupVersionKind
  ) -> ResourceDefinition {
    let isMain = subresource == nil
    return ResourceDefinition(
      group: group, version: version.kind.version, plural: plural, subresource: subresource,
      kind: kind, singular: isMain ? names["singular"]?.string ?? "" : "",
      isNamespaced: isNamespaced, verbs: isMain ? Self.verbs : Self.partVerbs,
      shortNames: isMain ? names["shortNames"]?.elements.compactMap(\.string) ?? [] : [],
      categories: isMain ? names["categories"]?.elements.compactMap(\.string) ?? [] : [],
      type: kind == version.kind ? nil : Schema.builtin.type(of: kind),
      columns: isMain ? version.columns.columns : [],
      schemaName: kind == version.kind ? version.publishedName : nil)
  }
}

/// When a schema came into force: everything is older until that is known.
final class SchemaStart: Sendable {
  private let revision = Atomic<UInt64>(.max)

  func isBefore(_ object: Revision) -> Bool {
    object.rawValue <= revision.load(ordering: .relaxed)
  }

  func set(_ start: Revision) { revision.store(start.rawValue, ordering: .relaxed) }
}
