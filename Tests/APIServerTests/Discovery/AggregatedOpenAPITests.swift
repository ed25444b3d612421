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

  /// A part of `count` definitions, each of which leads to the next.
  private static func chain(_ count: Int, description: String = "") -> Document {
    let definitions = (0..<count).map { number -> (String, Document) in
      (
        "Link\(number)",
        number + 1 == count
          ? ["description": Document(description)]
          : ["properties": ["next": reference("Link\(number + 1)")]]
      )
    }
    return [
      "paths": ["/apis/example.com/v1/things": ["x-uses": reference("Link0")]],
      "definitions": Document(definitions),
    ]
  }

  @Test("more definitions than any server has are not published")
  func tooMany() throws {
    let most = AggregatedOpenAPI.definitionsMax
    #expect(AggregatedOpenAPI(Self.chain(most), of: "/apis/example.com/v1") != nil)
    #expect(AggregatedOpenAPI(Self.chain(most + 1), of: "/apis/example.com/v1") == nil)
    let paths = (0...AggregatedOpenAPI.pathsMax).map {
      ("/apis/example.com/v1/p\($0)", Document.emptyObject)
    }
    let many: Document = ["paths": Document(paths)]
    #expect(AggregatedOpenAPI(many, of: "/apis/example.com/v1") == nil)
    let fewer: Document = ["paths": Document(paths.dropLast())]
    #expect(AggregatedOpenAPI(fewer, of: "/apis/example.com/v1") != nil)
  }

  @Test("the longest chain of definitions, all taken by others, is renamed in a moment")
  func longChain() throws {
    let path = "/apis/example.com/v1"
    let count = AggregatedOpenAPI.definitionsMax
    let first = try #require(AggregatedOpenAPI(Self.chain(count), of: path))
    let other = try #require(AggregatedOpenAPI(Self.chain(count, description: "b"), of: path))
    let start = ContinuousClock.now
    let merged = AggregatedOpenAPI.merged(Self.own, with: [first, other])
    #expect(.now - start < .seconds(10))
    #expect(merged["definitions"]?.count == 2 * count + 1)
    #expect(
      merged[path: "definitions", "Link0_v2", "properties", "next"] == Self.reference("Link1_v2"))
  }

  @Test(
    "what clients could not read is not published",
    arguments: [
      ##"{"paths":{"/apis/example.com/v1":7}}"##,
      ##"{"paths":{"/apis/example.com/v1":{"get":[]}}}"##,
      ##"{"paths":{"/apis/example.com/v1":{"get":{"description":{}}}}}"##,
      ##"{"paths":{"/apis/example.com/v1":{"get":{"parameters":[{"name":7}]}}}}"##,
      ##"{"paths":{"/apis/example.com/v1":{"x-a":{"$ref":"#/definitions/A"}}},"definitions":{"A":7}}"##,
      ##"{"paths":{"/apis/example.com/v1":{"x-a":{"$ref":"#/definitions/A"}}},"definitions":{"A":{"properties":[]}}}"##,
      ##"{"paths":{"/apis/example.com/v1":{"x-a":{"$ref":"#/definitions/A"}}},"definitions":{"A":{"maxLength":"1"}}}"##,
    ])
  func misshapen(_ text: String) throws {
    let document = try Document(json: Array(text.utf8))
    #expect(AggregatedOpenAPI(document, of: "/apis/example.com/v1") == nil)
  }

  @Test("schemas that are nested deeper than any are not published")
  func nested() throws {
    func document(levels: Int) throws -> Document {
      let text =
        String(repeating: #"{"items":"#, count: levels) + "{}"
        + String(repeating: "}", count: levels)
      var document: Document = [
        "paths": ["/apis/example.com/v1": ["x-uses": Self.reference("Deep")]]
      ]
      document.set(try Document(json: Array(text.utf8)), at: ["definitions", "Deep"])
      return document
    }
    #expect(AggregatedOpenAPI(try document(levels: 20), of: "/apis/example.com/v1") != nil)
    #expect(AggregatedOpenAPI(try document(levels: 200), of: "/apis/example.com/v1") == nil)
  }
}
