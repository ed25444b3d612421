import Foundations
import Resources
import Testing

@testable import APIServer

@Suite("What aggregated servers say they serve")
struct DiscoveredResourcesTests {
  private static func service() throws -> AggregatedService {
    try #require(
      AggregatedService([
        "spec": [
          "group": "example.com", "version": "v1", "service": ["name": "a", "namespace": "b"],
        ]
      ]))
  }

  @Test("members of another type than they must have are left out, and with them what has no name")
  func sanitized() throws {
    let answer = try Document(
      json: Array(
        #"""
        {"resources":[
        {"name":"things","kind":"Thing","verbs":5,"shortNames":"th","categories":["all",7],
        "singularName":{},"namespaced":"yes","group":9},
        {"name":"things/status","kind":"Thing","verbs":["get",null]},
        {"name":7,"kind":"Thing"},{"name":"nameless"},{"kind":"Thing","name":""},"text",null,
        {"name":"/status","kind":"Thing"},{"name":"orphans/status","kind":"Orphan"}]}
        """#.utf8))
    let kind: Document = ["group": "example.com", "version": "v1", "kind": "Thing"]
    #expect(
      try DiscoveredResources(answer, of: Self.service()).entries == [
        [
          "resource": "things", "responseKind": kind, "scope": "Cluster", "singularResource": "",
          "verbs": .emptyArray, "categories": ["all"],
          "subresources": [["subresource": "status", "responseKind": kind, "verbs": ["get"]]],
        ]
      ])
  }

  @Test("as many resources as any group has are taken, and not one more")
  func bounds() throws {
    func list(_ count: Int) -> Document {
      [
        "resources": Document(
          (0..<count).map { ["name": Document("r\($0)"), "kind": "R"] as Document })
      ]
    }
    let most = DiscoveredResources.entriesMax
    #expect(try DiscoveredResources(list(most), of: Self.service()).entries.count == most)
    #expect(throws: AggregatedCaller.Problem.self) {
      try DiscoveredResources(list(most + 1), of: Self.service())
    }
  }

  @Test("an empty list, and one that is null as Go's servers write it, are lists")
  func empty() throws {
    for text in [#"{"resources":[]}"#, #"{"resources":null}"#, "{}"] {
      let answer = try Document(json: Array(text.utf8))
      #expect(try DiscoveredResources(answer, of: Self.service()).entries.isEmpty)
    }
  }
}
