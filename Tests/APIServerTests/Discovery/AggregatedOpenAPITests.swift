import Resources
import Testing

@testable import APIServer

@Suite("OpenAPI of aggregated servers")
struct AggregatedOpenAPITests {
  private static func reference(_ name: String) -> Document {
    ["$ref": Document("#/definitions/\(name)")]
  }

  private static let other: Document = [
    "paths": [
      "/apis/example.com/v1/things": ["get": ["schema": reference("Thing")]],
      "/apis/example.com/v1": ["get": .emptyObject],
      "/apis/example.com/v1beta1/things": .emptyObject, "/api/v1/pods": .emptyObject,
    ],
    "definitions": [
      "Thing": ["properties": ["meta": reference("Meta"), "next": reference("Thing")]],
      "Meta": ["type": "object"], "Unused": ["type": "object"],
    ],
  ]

  private static let own: Document = [
    "swagger": "2.0", "paths": ["/api/v1/pods": ["get": ["own": true]]],
    "definitions": ["Pod": ["type": "object"]],
  ]

  @Test("what a server tells of its own group and version is added, and nothing else")
  func adding() throws {
    let part = try #require(AggregatedOpenAPI(Self.other, of: "/apis/example.com/v1"))
    let merged = AggregatedOpenAPI.merged(Self.own, with: [part])
    let paths = try #require(merged["paths"])
    #expect(
      paths.members.map(\.name)
        == ["/api/v1/pods", "/apis/example.com/v1", "/apis/example.com/v1/things"])
    #expect(paths[path: "/api/v1/pods", "get", "own"] == true)
    #expect(merged["definitions"]?.members.map(\.name) == ["Meta", "Pod", "Thing"])
    #expect(merged["swagger"] == "2.0")
    #expect(AggregatedOpenAPI.merged(Self.own, with: []) == Self.own)
    #expect(AggregatedOpenAPI(Self.other, of: "/apis/none.example.com/v1") == nil)
  }

  @Test("a definition whose name means something else here is added under another name")
  func conflict() throws {
    var own = Self.own
    own.set(["type": "string"], at: ["definitions", "Meta"])
    own.set(["type": "integer"], at: ["definitions", "Meta_v2"])
    let part = try #require(AggregatedOpenAPI(Self.other, of: "/apis/example.com/v1"))
    let merged = AggregatedOpenAPI.merged(own, with: [part, part])
    let definitions = try #require(merged["definitions"])
    #expect(definitions.members.map(\.name) == ["Meta", "Meta_v2", "Meta_v3", "Pod", "Thing"])
    #expect(definitions["Meta"] == ["type": "string"])
    #expect(definitions["Meta_v3"] == ["type": "object"])
    #expect(definitions[path: "Thing", "properties", "meta"] == Self.reference("Meta_v3"))
    #expect(definitions[path: "Thing", "properties", "next"] == Self.reference("Thing"))
  }

  @Test("the tag is another where what is published is another")
  func tags() throws {
    var changed = Self.other
    changed.set("text", at: ["definitions", "Meta", "description"])
    let path = "/apis/example.com/v1"
    let tag = try #require(AggregatedOpenAPI(Self.other, of: path)).tag
    #expect(AggregatedOpenAPI(Self.other, of: path)?.tag == tag)
    #expect(AggregatedOpenAPI(changed, of: path)?.tag != tag)
  }
}
