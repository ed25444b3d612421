import Resources

/// What an aggregated server says it serves of its group and version, in a shape that cannot spoil what
/// discovery tells of everybody else: clients read all of it or nothing. Pure; cost is that of reading
/// the answer once.
struct DiscoveredResources: Equatable, Sendable {
  /// Several times what the largest group of Kubernetes' own has, subresources included.
  static let entriesMax = 1_000

  /// As an `APIVersionDiscovery` has them.
  let entries: [Document]

  /// One of them, of those whose objects are in namespaces.
  struct Resource {
    let type: ResourceType
    let verbs: [String]
  }

  /// - Parameter answer: an `APIResourceList`, or whatever was answered in its place.
  /// - Throws: what is wrong with it. Upstream asks for no more than a good status, and has its clients
  ///   find out.
  init(_ answer: Document?, of service: AggregatedService) throws(AggregatedCaller.Problem) {
    guard let answer, answer.isObject else { throw Self.problem("is no JSON object") }
    let kind = answer["kind"]?.string
    guard kind == nil || kind == "APIResourceList" else {
      throw Self.problem("is no APIResourceList, but \(Self.quoted(answer["kind"]))")
    }
    let wanted = "\(service.group)/\(service.version)"
    let found = answer["groupVersion"]?.string
    guard found == nil || found == wanted else {
      throw Self.problem("is of \(Self.quoted(answer["groupVersion"])), not of \"\(wanted)\"")
    }
    let listed = answer["resources"] ?? .emptyArray
    guard listed.isArray || listed.isNull else { throw Self.problem("holds no list of resources") }
    let resources = Array(listed.elements.prefix(Self.entriesMax + 1))
    guard resources.count <= Self.entriesMax else {
      throw Self.problem("holds more than \(Self.entriesMax) resources")
    }
    entries = Self.entries(resources, service)
  }

  /// Those whose objects are in namespaces.
  /// - Parameter service: whose these are.
  func inNamespaces(of service: AggregatedService) -> [Resource] {
    entries.filter { $0["scope"] == "Namespaced" }.map { entry in
      Resource(
        type: ResourceType(
          group: service.group, version: service.version, plural: entry["resource"]?.string ?? "",
          kind: entry[path: "responseKind", "kind"]?.string ?? ""),
        verbs: (entry["verbs"] ?? .emptyArray).elements.compactMap(\.string))
    }
  }

  private static func problem(_ text: String) -> AggregatedCaller.Problem {
    AggregatedCaller.Problem(description: "its list of resources \(text)")
  }

  private static func quoted(_ value: Document?) -> String {
    "\"\((value?.string ?? "").prefix(253))\""
  }

  private static func entries(_ resources: [Document], _ service: AggregatedService) -> [Document] {
    var subresources: [Substring: [Document]] = [:]
    var order: [(name: String, resource: Document)] = []
    for resource in resources {
      // What has no name or kind can be asked for by nobody.
      guard let name = resource["name"]?.string, resource["kind"]?.string != nil else { continue }
      let parts = name.split(separator: "/", maxSplits: 1)
      switch parts.count {
      case 1 where parts[0].count == name.count: order.append((name, resource))
      case 2:
        subresources[parts[0], default: []].append([
          "subresource": Document(parts[1]), "responseKind": responseKind(of: resource, service),
          "verbs": texts(resource["verbs"]) ?? .emptyArray,
        ])
      default: continue
      }
    }
    return order.map { name, resource in
      var entry: Document = [
        "resource": Document(name), "responseKind": responseKind(of: resource, service),
        "scope": resource["namespaced"]?.bool == true ? "Namespaced" : "Cluster",
        "singularResource": Document(resource["singularName"]?.string ?? ""),
        "verbs": texts(resource["verbs"]) ?? .emptyArray,
      ]
      for member in ["shortNames", "categories"] { entry[member] = texts(resource[member]) }
      if let found = subresources[name[...]] { entry["subresources"] = Document(found) }
      return entry
    }
  }

  /// `nil` where it is no array.
  private static func texts(_ value: Document?) -> Document? {
    guard let value, value.isArray else { return nil }
    return Document(value.elements.compactMap { $0.string.map { Document($0) } })
  }

  private static func responseKind(of entry: Document, _ service: AggregatedService) -> Document {
    func text(_ member: String, _ own: String) -> Document {
      let found = entry[member]?.string ?? ""
      return Document(found.isEmpty ? own : found)
    }
    return [
      "group": text("group", service.group), "version": text("version", service.version),
      "kind": Document(entry["kind"]?.string ?? ""),
    ]
  }
}
