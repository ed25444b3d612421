import Foundations
import Networking
package import Resources

/// What the server serves, told in the two forms clients ask for: a document per group and version,
/// and everything at once. All are encoded once, when the catalog is known.
/// Source: Kubernetes documentation, "The Kubernetes API", "Discovery API".
package struct DiscoveryDocuments: Sendable {
  private let pages: [String: [UInt8]]
  /// `/api` and `/apis` as `APIGroupDiscoveryList`.
  private let aggregated: [String: [UInt8]]
  private let entityTags: [String: String]
  /// `/apis` in both forms, and `/apis/GROUP`, for what is added to them.
  private let documents: [String: Document]
  private let aggregatedGroups: Document

  package init(catalog: ResourceCatalog, serverAddress: String) {
    var pages: [String: Document] = [:]
    let groups = Self.groups(of: catalog)
    let contents = Contents(catalog)
    for group in groups {
      for version in group.versions {
        let list = Self.resourceList(contents, group: group.name, version: version)
        pages[Self.path(group.name, version)] = list
      }
      if !group.name.isEmpty { pages["/apis/\(group.name)"] = Self.groupDocument(group) }
    }
    pages["/api"] = [
      "kind": "APIVersions", "versions": ["v1"],
      "serverAddressByClientCIDRs": [
        ["clientCIDR": "0.0.0.0/0", "serverAddress": Document(serverAddress)]
      ],
    ]
    pages["/apis"] = [
      "kind": "APIGroupList", "apiVersion": "v1",
      "groups": Document(
        groups.filter { !$0.name.isEmpty }.map { Self.groupDocument($0, nested: true) }),
    ]
    var paths = pages.keys.sorted()
    paths += [
      "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
    ]
    pages["/"] = ["paths": Document(paths.map { Document($0) })]
    self.pages = pages.mapValues(\.json)
    documents = pages

    aggregatedGroups = Self.aggregated(contents, groups.filter { !$0.name.isEmpty })
    let aggregated = [
      "/api": Self.aggregated(contents, groups.filter(\.name.isEmpty)), "/apis": aggregatedGroups,
    ].mapValues(\.json)
    self.aggregated = aggregated
    entityTags = aggregated.mapValues { "\"\(Self.fingerprint($0))\"" }
  }

  /// - Parameter added: what other servers serve behind this one.
  /// - Throws: 404 for every other path; 406 where the client takes none of the encodings.
  func answer(
    _ path: String, _ request: ServerRequest, _ responder: Responder,
    adding added: AggregatedDiscovery? = nil
  ) throws(APIError) {
    guard let document = document(path, adding: added) else {
      throw APIError(
        code: 404, reason: .notFound, message: "the server could not find the requested resource")
    }
    let isBoth = aggregated[path] != nil
    guard
      let media = MediaType.negotiate(
        accept: request.headers["accept"],
        isOffered: {
          $0.shape == .object || ($0.shape == .discovery && $0.encoding == .json && isBoth)
        })
    else { throw .notAcceptable }
    if media.shape == .discovery {
      return answerEverything(path, request, responder, adding: added)
    }
    if media.encoding == .json, added == nil || !path.hasPrefix("/apis"), let page = pages[path] {
      let headers: HeaderFields = [
        "content-type": "application/json", "cache-control": "no-cache, private",
      ]
      return responder.send(ServerResponse(status: 200, headers: headers, body: .bytes(page)))
    }
    let kind = GroupVersionKind(
      group: "", version: "v1", kind: document["kind"]?.string ?? "APIVersions")
    responder.send(document, ofKind: kind, as: media.encoding)
  }

  /// Every group of `/api` or `/apis` with all its versions and resources.
  private func answerEverything(
    _ path: String, _ request: ServerRequest, _ responder: Responder,
    adding added: AggregatedDiscovery?
  ) {
    let own = aggregated[path] ?? []
    let all = path == "/apis" ? added?.aggregated(aggregatedGroups).json ?? own : own
    let tag = added == nil ? entityTags[path] ?? "" : "\"\(Self.fingerprint(all))\""
    let headers: HeaderFields = ["etag": tag, "vary": "Accept", "cache-control": "public"]
    if request.headers.names(entityTag: tag) {
      return responder.send(ServerResponse(status: 304, headers: headers))
    }
    var full = headers
    full.add(
      "content-type", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
    responder.send(ServerResponse(status: 200, headers: full, body: .bytes(all)), to: request)
  }

  /// What is told at a path; `nil` where nothing is.
  func document(_ path: String, adding added: AggregatedDiscovery? = nil) -> Document? {
    let own = documents[path]
    guard let added, path.hasPrefix("/apis") else { return own }
    if path == "/apis" { return own.map(added.groupList) }
    let parts = path.split(separator: "/")
    guard parts.count == 2 else { return own }
    return added.group(String(parts[1]), own: own)
  }

  // MARK: Groups

  private struct Group {
    var name: String
    /// The preferred one first.
    var versions: [String]
  }

  /// The resources by group and version, so that many groups do not cost their square.
  private struct Contents {
    private var resources: [String: [ResourceDefinition]]
    private var subresources: [String: [ResourceDefinition]]

    init(_ catalog: ResourceCatalog) {
      resources = Dictionary(grouping: catalog.resources) { path($0.group, $0.version) }
      subresources = Dictionary(grouping: catalog.subresources) { path($0.group, $0.version) }
    }

    func resources(of group: String, _ version: String) -> [ResourceDefinition] {
      resources[path(group, version)] ?? []
    }

    func subresources(of group: String, _ version: String) -> [ResourceDefinition] {
      subresources[path(group, version)] ?? []
    }
  }

  private static func groups(of catalog: ResourceCatalog) -> [Group] {
    var groups: [Group] = []
    var places: [String: Int] = [:]
    for (name, version) in catalog.groupVersions {
      if let place = places[name] {
        groups[place].versions.append(version)
      } else {
        places[name] = groups.count
        groups.append(Group(name: name, versions: [version]))
      }
    }
    return groups.map { group in
      Group(
        name: group.name,
        versions: group.versions.sorted { APIVersionName($0) > APIVersionName($1) })
    }
  }

  private static func path(_ group: String, _ version: String) -> String {
    group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
  }

  /// - Parameter nested: inside an `APIGroupList`, where kind and version stand outside.
  private static func groupDocument(_ group: Group, nested: Bool = false) -> Document {
    let versions = group.versions.map { version -> Document in
      ["groupVersion": Document("\(group.name)/\(version)"), "version": Document(version)]
    }
    var document: Document = nested ? .emptyObject : ["kind": "APIGroup", "apiVersion": "v1"]
    document["name"] = Document(group.name)
    document["versions"] = Document(versions)
    document["preferredVersion"] = versions[0]
    return document
  }

  private static func resourceList(_ contents: Contents, group: String, version: String)
    -> Document
  {
    let entries =
      (contents.resources(of: group, version) + contents.subresources(of: group, version))
      .sorted { $0.name < $1.name }
      .map(resourceEntry)
    return [
      "kind": "APIResourceList", "apiVersion": "v1",
      "groupVersion": Document(group.isEmpty ? version : "\(group)/\(version)"),
      "resources": Document(entries),
    ]
  }

  private static func resourceEntry(_ resource: ResourceDefinition) -> Document {
    var entry: Document = [
      "name": Document(resource.name), "singularName": Document(resource.singular),
      "namespaced": Document(resource.isNamespaced),
    ]
    let kind = resource.kind
    if kind.group != resource.group || kind.version != resource.version {
      if !kind.group.isEmpty { entry["group"] = Document(kind.group) }
      entry["version"] = Document(kind.version)
    }
    entry["kind"] = Document(kind.kind)
    entry["verbs"] = Document(resource.verbs.map { Document($0) })
    if !resource.shortNames.isEmpty {
      entry["shortNames"] = Document(resource.shortNames.map { Document($0) })
    }
    if !resource.categories.isEmpty {
      entry["categories"] = Document(resource.categories.map { Document($0) })
    }
    if resource.subresource == nil && resource.verbs.contains("list") {
      entry["storageVersionHash"] = Document(
        fingerprint(Array("\(resource.group)/\(resource.version)/\(kind.kind)".utf8)))
    }
    return entry
  }

  // MARK: Everything at once

  private static func aggregated(_ contents: Contents, _ groups: [Group]) -> Document {
    let items = groups.map { group -> Document in
      [
        "metadata": ["name": Document(group.name), "creationTimestamp": .null],
        "versions": Document(
          group.versions.map { version -> Document in
            [
              "version": Document(version),
              "resources": Document(
                contents.resources(of: group.name, version).map { aggregatedEntry($0, contents) }),
              "freshness": "Current",
            ]
          }),
      ]
    }
    return [
      "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
      "metadata": .emptyObject, "items": Document(items),
    ]
  }

  private static func aggregatedEntry(_ resource: ResourceDefinition, _ contents: Contents)
    -> Document
  {
    var entry: Document = [
      "resource": Document(resource.plural), "responseKind": document(resource.kind),
      "scope": resource.isNamespaced ? "Namespaced" : "Cluster",
      "singularResource": Document(resource.singular),
      "verbs": Document(resource.verbs.map { Document($0) }),
    ]
    if !resource.shortNames.isEmpty {
      entry["shortNames"] = Document(resource.shortNames.map { Document($0) })
    }
    if !resource.categories.isEmpty {
      entry["categories"] = Document(resource.categories.map { Document($0) })
    }
    let subresources = contents.subresources(of: resource.group, resource.version).filter {
      $0.plural == resource.plural
    }
    if !subresources.isEmpty {
      entry["subresources"] = Document(
        subresources.map { subresource -> Document in
          [
            "subresource": Document(subresource.subresource ?? ""),
            "responseKind": document(subresource.kind),
            "verbs": Document(subresource.verbs.map { Document($0) }),
          ]
        })
    }
    return entry
  }

  private static func document(_ kind: GroupVersionKind) -> Document {
    [
      "group": Document(kind.group), "version": Document(kind.version),
      "kind": Document(kind.kind),
    ]
  }

  /// A short name of some bytes that changes when they do (FNV-1a, 64 bits): no secret, no proof.
  static func fingerprint(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}

/// A version's name, ordered by maturity: v2 before v1 before v1beta2 before v1alpha1.
/// Source: Kubernetes documentation, "CustomResourceDefinition versioning", "Version priority".
struct APIVersionName: Comparable {
  private let rank: [Int]

  init(_ name: String) {
    var digits = name.dropFirst()
    func number() -> Int {
      let run = digits.prefix { $0.isNumber }
      digits = digits.dropFirst(run.count)
      return Int(run) ?? 0
    }
    let major = number()
    let stage = digits.prefix { !$0.isNumber }
    digits = digits.dropFirst(stage.count)
    let maturity = stage.isEmpty ? 2 : stage == "beta" ? 1 : 0
    rank = [maturity, major, number()]
  }

  static func < (left: Self, right: Self) -> Bool {
    left.rank.lexicographicallyPrecedes(right.rank)
  }
}
