import Foundation
import Resources
import Testing

@testable import APIServer

/// The Kubernetes v1.36 API as facts, which lie beside the repository.
private enum Facts {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../../shared/kubernetes-api").standardized

  static var isThere: Bool {
    FileManager.default.fileExists(atPath: directory.appending(path: "types.json").path)
  }

  static func read(_ name: String) throws -> Document {
    try Document(json: Array(try Data(contentsOf: directory.appending(path: name))))
  }
}

/// What is published, compared with the facts field by field.
@Suite("Published facts", .enabled(if: Facts.isThere, "needs ../shared/kubernetes-api"))
struct PublishedFactsTests {
  private let documents = OpenAPIDocuments(
    catalog: .builtin, schema: .builtin, serverVersion: "v1.36.2")

  @Test("discovery tells of each resource what the API has, and of no other")
  func resources() throws {
    let discovery = DiscoveryDocuments(catalog: .builtin, serverAddress: "127.0.0.1:6443")
    var wanted: [String: Document] = [:]
    for var fact in try Facts.read("resources.json").elements {
      let place = "\(fact["groupVersion"]?.string ?? "") \(fact["name"]?.string ?? "")"
      fact["groupVersion"] = nil
      wanted[place] = Self.sorted(fact)
    }
    var told: Set<String> = []
    for (group, version) in ResourceCatalog.builtin.groupVersions {
      let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
      let list = try #require(discovery.document(path))
      for var entry in (list["resources"] ?? .emptyArray).elements {
        let place = "\(list["groupVersion"]?.string ?? "") \(entry["name"]?.string ?? "")"
        entry["storageVersionHash"] = nil
        #expect(wanted[place].map { $0 == Self.sorted(entry) } ?? Self.isOwn(group), "\(place)")
        told.insert(place)
      }
    }
    #expect(Set(wanted.keys).subtracting(told) == [])
  }

  /// Groups that Kubernetes leaves to other servers.
  private static func isOwn(_ group: String) -> Bool { group == "metrics.k8s.io" }

  /// With members and verbs in one order.
  private static func sorted(_ entry: Document) -> Document {
    var result = Document(
      entry.members.map { ($0.name, $0.value) }.sorted { $0.0 < $1.0 })
    result["verbs"] = Document(
      (entry["verbs"] ?? .emptyArray).elements.compactMap(\.string).sorted().map { Document($0) })
    return result
  }

  @Test("OpenAPI v2 tells of each type what the API has, field by field")
  func types() throws {
    let page = try #require(try documents.page("/openapi/v2", accept: ""))
    let definitions = try #require(try Document(json: page.body)["definitions"])
    let facts = try Facts.read("types.json")
    for (name, fact) in facts.members {
      guard let definition = definitions[name] else {
        Issue.record("\(name) is not published")
        continue
      }
      let problems = Self.problems(of: definition, as: fact)
      #expect(problems == [], "\(name)")
    }
    let names = Set(facts.members.map(\.name))
    let others = definitions.members.map(\.name).filter { !names.contains($0) }
    #expect(others.allSatisfy { $0.contains(".metrics.") }, "\(others)")
  }

  /// What differs; in words.
  private static func problems(of definition: Document, as fact: Document) -> [String] {
    var problems: [String] = []
    func compare(_ what: String, _ told: Document?, _ wanted: Document?) {
      if told != wanted {
        problems.append("\(what): \(told?.jsonText ?? "-"), not \(wanted?.jsonText ?? "-")")
      }
    }
    compare("required", Self.sortedList(definition["required"]), Self.sortedList(fact["required"]))
    for member in ["x-kubernetes-map-type", "x-kubernetes-unions", "type", "format"]
    where fact["fields"] == nil || member.hasPrefix("x-") {
      compare(member, definition[member], fact[member])
    }
    problems += kindProblems(of: definition, as: fact)
    let fields = fact["fields"] ?? .emptyObject
    let properties = definition["properties"] ?? .emptyObject
    compare(
      "fields", Document(properties.members.map { Document($0.name) }.sorted(by: Self.byText)),
      Document(fields.members.map { Document($0.name) }.sorted(by: Self.byText)))
    for (name, field) in fields.members {
      guard let property = properties[name] else { continue }
      compare("type of \(name)", Document(type(of: property)), field["type"])
      for option in [
        "list-type", "list-map-keys", "map-type", "patch-strategy", "patch-merge-key",
      ] {
        compare("\(option) of \(name)", property["x-kubernetes-\(option)"], field[option])
      }
    }
    return problems
  }

  /// Facts name every group that upstream's code knows; published are those that are served.
  private static func kindProblems(of definition: Document, as fact: Document) -> [String] {
    let told = (definition["x-kubernetes-group-version-kind"] ?? .emptyArray).elements.map {
      [$0["group"], $0["version"], $0["kind"]].map { $0?.string ?? "" }
    }
    let known = (fact["gvk"] ?? .emptyArray).elements.map { $0.elements.map { $0.string ?? "" } }
    let served = Set(ResourceCatalog.builtin.groupVersions.map { [$0.group, $0.version] })
    let wanted = known.count == 1 ? known : known.filter { served.contains(Array($0.prefix(2))) }
    return told.count == Set(told).count && Set(wanted).isSubset(of: told)
      && Set(told.filter { !isOwn($0[0]) }).isSubset(of: known)
      ? [] : ["kinds: \(told), not \(wanted)"]
  }

  private static func byText(_ left: Document, _ right: Document) -> Bool {
    (left.string ?? "") < (right.string ?? "")
  }

  private static func sortedList(_ list: Document?) -> Document? {
    list.map { Document($0.elements.sorted(by: byText)) }
  }

  /// A property's type as the facts spell it.
  private static func type(of property: Document) -> String {
    if let target = property["$ref"]?.string { return String(target.dropFirst(14)) }
    if let items = property["items"] { return "[]" + type(of: items) }
    if let values = property["additionalProperties"] { return "map:" + type(of: values) }
    let format = property["format"]?.string.map { ":" + $0 } ?? ""
    return (property["type"]?.string ?? "") + format
  }
}
