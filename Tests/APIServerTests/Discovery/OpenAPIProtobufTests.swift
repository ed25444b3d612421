import Resources
import Testing

@testable import APIServer

@Suite("OpenAPI in protobuf")
struct OpenAPIProtobufTests {
  @Test("members are fields with gnostic's numbers, and names that users chose are entries")
  func fields() {
    let document: Document = [
      "swagger": "2.0", "info": ["title": "t", "unknown": 1],
      "paths": [
        "/a": [
          "get": [
            "parameters": [
              ["in": "path", "name": "n", "required": true], ["$ref": "#/parameters/p"],
            ],
            "responses": ["200": ["description": "d"]], "x-k": ["a": 1],
          ]
        ]
      ],
    ]
    var bytes: [UInt8] = [0x0A, 3] + Array("2.0".utf8)
    bytes += [0x12, 3, 0x0A, 1] + Array("t".utf8)
    // In the order of the document: `in`, `name`, `required`.
    let parameter: [UInt8] =
      [0x12, 4] + Array("path".utf8) + [0x22, 1] + Array("n".utf8) + [0x08, 1]
    let nonBody = [0x22, UInt8(parameter.count)] + parameter
    let wrapped = [0x12, UInt8(nonBody.count)] + nonBody
    let item = [0x0A, UInt8(wrapped.count)] + wrapped
    let target = Array("#/parameters/p".utf8)
    let reference = [0x0A, UInt8(target.count)] + target
    let referring = [0x12, UInt8(reference.count)] + reference
    let response: [UInt8] =
      [0x0A, 3] + Array("200".utf8) + [0x12, 5, 0x0A, 3, 0x0A, 1]
      + Array("d".utf8)
    let yaml = Array(#"{"a":1}"#.utf8)
    let any = [0x12, UInt8(yaml.count)] + yaml
    let extra = [0x0A, 3] + Array("x-k".utf8) + [0x12, UInt8(any.count)] + any
    let responses = [0x0A, UInt8(response.count)] + response
    let operation =
      [0x42, UInt8(item.count)] + item + [0x42, UInt8(referring.count)] + referring
      + [0x4A, UInt8(responses.count)] + responses + [0x6A, UInt8(extra.count)] + extra
    let pathItem = [0x12, UInt8(operation.count)] + operation
    let entry = [0x0A, 2] + Array("/a".utf8) + [0x12, UInt8(pathItem.count)] + pathItem
    let paths = [0x12, UInt8(entry.count)] + entry
    bytes += [0x42, UInt8(paths.count)] + paths
    #expect(OpenAPIProtobuf.encode(document) == bytes)
  }

  @Test("a schema's type and elements are lists of one, and what else it allows is said either way")
  func schema() {
    func encoded(_ schema: Document) -> [UInt8] {
      Array(OpenAPIProtobuf.encode(["definitions": ["s": schema]]).dropFirst(9))
    }
    #expect(encoded(["type": "object"]) == [0xB2, 1, 8, 0x0A, 6] + Array("object".utf8))
    #expect(encoded(["items": .emptyObject]) == [0xBA, 1, 2, 0x0A, 0])
    #expect(encoded(["additionalProperties": true]) == [0xAA, 1, 2, 0x10, 1])
    #expect(encoded(["additionalProperties": .emptyObject]) == [0xAA, 1, 2, 0x0A, 0])
    #expect(encoded(["maxLength": 300, "minimum": 1]).count == 3 + 9)
  }

  @Test(
    "a document is to be had in the first encoding that the client takes",
    arguments: [
      ("", OpenAPIEncoding.json), ("*/*", .json), ("application/json", .json),
      ("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", .version2Protobuf),
      (
        "application/com.github.proto-openapi.spec.v2@v1.0+protobuf, application/json",
        .version2ProtobufFormerly
      ), ("text/html, application/*;q=0.8", .json), ("text/html", nil),
    ])
  func negotiation(accept: String, expected: OpenAPIEncoding?) throws {
    let documents = OpenAPIDocuments(catalog: .builtin, schema: .builtin, serverVersion: "v1")
    guard let expected else {
      #expect(throws: APIError.self) { try documents.page("/openapi/v2", accept: accept) }
      return
    }
    let page = try #require(try documents.page("/openapi/v2", accept: accept))
    #expect(page.contentType == expected.contentType)
    #expect(page.body.starts(with: expected == .json ? Array("{".utf8) : [0x0A, 3]))
  }
}
