package import Resources

/// Publishes the schema of everything served, made from the same tables that requests are read with.
///
/// Documents are rendered when they are asked for, and not kept: clients keep them by their hash.
package final class OpenAPIDocuments: OpenAPIPublisher {
  private let catalog: ResourceCatalog
  private let schema: Schema
  private let custom: [ServedResource]
  private let serverVersion: String
  /// Changes with everything that the documents are made of, so that no document has to be made
  /// to know its tag.
  private let fingerprint: Fingerprint

  /// - Parameter custom: the resources of CustomResourceDefinitions, which the catalog names as well.
  package init(
    catalog: ResourceCatalog, schema: Schema, custom: [ServedResource] = [], serverVersion: String
  ) {
    self.catalog = catalog
    self.schema = schema
    self.custom = custom
    self.serverVersion = serverVersion
    fingerprint = Fingerprint(catalog, schema, custom, serverVersion)
  }

  package func page(_ path: String, accept: String, adding added: [AggregatedOpenAPI] = [])
    throws(APIError) -> OpenAPIPage?
  {
    switch path {
    case "/openapi/v3": return page(.json, tag: fingerprint.tag(of: path)) { self.index }
    case "/openapi/v2":
      let encoding = try OpenAPIEncoding(
        accept: accept, offered: [.json, .version2Protobuf, .version2ProtobufFormerly])
      return page(encoding, tag: fingerprint.tag(of: path, adding: added.map(\.tag))) {
        let own = self.document(of: self.catalog.resources + self.catalog.subresources, .v2)
        return AggregatedOpenAPI.merged(own, with: added)
      }
    default:
      guard let group = groups.first(where: { "/openapi/v3/" + $0.path == path }) else {
        return nil
      }
      let encoding = try OpenAPIEncoding(accept: accept, offered: [.json])
      return page(encoding, tag: fingerprint.tag(of: path)) {
        self.document(of: group.resources, .v3)
      }
    }
  }

  private func page(
    _ encoding: OpenAPIEncoding, tag: String, _ document: @escaping @Sendable () -> Document
  ) -> OpenAPIPage {
    OpenAPIPage(contentType: encoding.contentType, entityTag: "\"\(tag)\"") {
      encoding == .json ? document().json : OpenAPIProtobuf.encode(document())
    }
  }

  // MARK: Version 3, a document for each group and version

  private struct Group {
    let path: String
    let resources: [ResourceDefinition]
  }

  private var groups: [Group] {
    let resources = Dictionary(
      grouping: catalog.resources + catalog.subresources, by: { [$0.group, $0.version] })
    return catalog.groupVersions.map { group, version in
      Group(
        path: group.isEmpty ? "api/\(version)" : "apis/\(group)/\(version)",
        resources: resources[[group, version]] ?? [])
    }
  }

  private var index: Document {
    let paths = groups.map { group -> (String, Document) in
      let path = "/openapi/v3/\(group.path)"
      return (
        group.path, ["serverRelativeURL": Document("\(path)?hash=\(fingerprint.tag(of: path))")]
      )
    }
    return ["paths": Document(paths)]
  }

  // MARK: Documents

  private func document(
    of resources: [ResourceDefinition], _ version: OpenAPISchemas.Version
  ) -> Document {
    let kinds = Set(resources.map { [$0.group, $0.version] })
    let schemas = OpenAPISchemas(
      schema: schema, version: version,
      groupVersions: catalog.groupVersions.filter { kinds.contains([$0.group, $0.version]) })
    var always = ["DeleteOptions", "Status", "WatchEvent"].compactMap {
      schema.type(named: "io.k8s.apimachinery.pkg.apis.meta.v1.\($0)")
    }
    if version == .v2, let info = schema.type(named: OpenAPIPaths.versionInfo) {
      always.append(info)
    }
    let roots = schema.types.filter { type in
      type.kind.map { kinds.contains([$0.group, $0.version]) } ?? false
    }
    let own = custom.filter { kinds.contains([$0.type.group, $0.type.version]) }
    let meta = ["ObjectMeta", "ListMeta"].compactMap {
      schema.type(named: "io.k8s.apimachinery.pkg.apis.meta.v1.\($0)")
    }
    var types = schemas.all(
      from: Array(roots) + resources.compactMap(\.type) + always + (own.isEmpty ? [] : meta))
    for resource in own {
      for (name, type) in Self.types(of: resource, schemas) { types[name] = type }
    }
    let paths = OpenAPIPaths(schemas: schemas).all(of: resources)
    let info: Document = ["title": "Kubernetes", "version": Document(serverVersion)]
    switch version {
    case .v2: return ["swagger": "2.0", "info": info, "paths": paths, "definitions": types]
    case .v3:
      return [
        "openapi": "3.0.0", "info": info, "paths": paths, "components": ["schemas": types],
      ]
    }
  }
}

extension OpenAPIDocuments {
  /// The object of a custom resource, and its list.
  private static func types(of resource: ServedResource, _ schemas: OpenAPISchemas)
    -> [(String, Document)]
  {
    guard let custom = resource.custom else { return [] }
    let name = custom.publishedName
    return [
      (
        name,
        custom.published(
          isVersion2: schemas.version == .v2, reference: { schemas.reference($0) })
      ),
      (
        name + "List",
        custom.publishedList(
          kind: resource.kind.kind + "List", reference: { schemas.reference($0) })
      ),
    ]
  }
}

/// Tells one state of the tables from another. FNV-1a, 64 bits: no defence against forgery.
private struct Fingerprint: Sendable {
  /// Counts the changes of how documents are rendered.
  private static let rendering = "2"
  private let seed: UInt64
  /// What custom resources add, by the path of their page: a new one changes no other group's tag.
  private var added: [String: UInt64] = [:]
  private var allAdded: UInt64 = 0

  init(
    _ catalog: ResourceCatalog, _ schema: Schema, _ custom: [ServedResource],
    _ serverVersion: String
  ) {
    for resource in custom {
      let path = "/openapi/v3/apis/\(resource.type.apiVersion)"
      let state = resource.custom?.fingerprint ?? 0
      added[path] = Self.combined(added[path] ?? 0, String(state) + resource.type.plural)
      allAdded = Self.combined(allAdded, String(state) + resource.type.plural)
    }
    var hash = Self.combined(0xcbf2_9ce4_8422_2325, Self.rendering + serverVersion)
    let known = Set(custom.map { [$0.type.group, $0.type.version, $0.type.plural] })
    for resource in catalog.resources + catalog.subresources
    where !known.contains([resource.group, resource.version, resource.plural]) {
      hash = Self.combined(hash, resource.group + resource.version + resource.name)
    }
    for type in schema.types {
      hash = Self.combined(hash, type.name)
      for field in type.fields { hash = Self.combined(hash, field.name) }
    }
    seed = hash
  }

  /// - Parameter tags: of what other servers add.
  func tag(of path: String, adding tags: [String] = []) -> String {
    let isPage = path.hasPrefix("/openapi/v3/")
    let mixed = seed ^ (isPage ? added[path] ?? 0 : allAdded)
    let hash = tags.reduce(Self.combined(mixed, path), Self.combined)
    return String(hash, radix: 16, uppercase: true)
  }

  private static func combined(_ hash: UInt64, _ text: String) -> UInt64 {
    text.utf8.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
