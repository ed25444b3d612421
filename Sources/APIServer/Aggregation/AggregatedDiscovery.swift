import Resources

/// Adds aggregated groups to the documents of discovery. Pure.
struct AggregatedDiscovery {
  /// In the order of discovery, with what each was found to serve; `nil` where it was never asked.
  let services: [(service: AggregatedService, entry: DiscoveredAPIs.Entry?)]

  private var groupNames: [String] {
    services.reduce(into: []) { names, found in
      if names.last != found.service.group { names.append(found.service.group) }
    }
  }

  private func versions(of group: String) -> [Document] {
    services.filter { $0.service.group == group }.map { found in
      [
        "groupVersion": Document("\(group)/\(found.service.version)"),
        "version": Document(found.service.version),
      ]
    }
  }

  /// An `APIGroup`; `nil` where none of the services is of that group.
  /// - Parameter own: what this server itself serves of it.
  func group(_ name: String, own: Document?) -> Document? {
    let versions = versions(of: name)
    guard let first = versions.first else { return own }
    guard var group = own else {
      return [
        "kind": "APIGroup", "apiVersion": "v1", "name": Document(name),
        "versions": Document(versions), "preferredVersion": first,
      ]
    }
    for version in versions { group.edit("versions") { $0.append(version) } }
    return group
  }

  /// An `APIGroupList`.
  func groupList(_ own: Document) -> Document {
    var list = own
    for name in groupNames {
      let position = (own["groups"] ?? .emptyArray).elements.enumerated().first {
        $0.element["name"]?.string == name
      }?.offset
      var added = group(name, own: position.flatMap { own["groups"]?[$0] }) ?? .emptyObject
      added["kind"] = nil
      added["apiVersion"] = nil
      list.edit("groups") { groups in
        if let position {
          groups.replaceElement(at: position, with: added)
        } else {
          groups.append(added)
        }
      }
    }
    return list
  }

  /// An `APIGroupDiscoveryList`. Groups that could not be asked lately are told as stale.
  func aggregated(_ own: Document) -> Document {
    var list = own
    for name in groupNames {
      let versions = services.filter { $0.service.group == name }.map { found -> Document in
        [
          "version": Document(found.service.version),
          "resources": Document(found.entry?.resources.entries ?? []),
          "freshness": found.service.isAvailable && found.entry != nil ? "Current" : "Stale",
        ]
      }
      let position = (own["items"] ?? .emptyArray).elements.enumerated().first {
        $0.element[path: "metadata", "name"]?.string == name
      }?.offset
      list.edit("items") { items in
        if let position {
          var group = items[position]
          for version in versions { group.edit("versions") { $0.append(version) } }
          items.replaceElement(at: position, with: group)
        } else {
          items.append([
            "metadata": ["name": Document(name), "creationTimestamp": .null],
            "versions": Document(versions),
          ])
        }
      }
    }
    return list
  }

  /// The index of OpenAPI v3.
  func openAPIIndex(_ own: Document) -> Document {
    var index = own
    for (service, entry) in services {
      guard let url = entry?.openAPIURL else { continue }
      index.set(
        Document(url), at: ["paths", String(service.path.dropFirst()), "serverRelativeURL"])
    }
    return index
  }
}
