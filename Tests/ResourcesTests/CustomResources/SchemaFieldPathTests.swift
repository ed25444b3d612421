import Testing

@testable import Resources

@Suite struct SchemaFieldPathTests {
  private static let schema: Document = [
    "type": "object",
    "properties": [
      "a": ["type": "object", "properties": ["b": ["type": "string"]]],
      "m": ["type": "object", "additionalProperties": ["type": "integer"]],
    ],
  ]

  @Test(
    "a path leads to a field of the schema",
    arguments: [
      (".a.b", ".a.b"), (".m.key", ".m[key]"), ("['a'].b", ".a.b"), (".m['k.1']", ".m[k.1]"),
      (".a['b']", ".a.b"), (".z", nil), ("a", nil), (".a.", nil), (".a['b'", nil), ("", nil),
      (".a..b", nil), (".a[0]", nil),
    ] as [(String, String?)])
  func paths(_ source: String, _ text: String?) {
    #expect(SchemaFieldPath(source, in: Self.schema)?.text == text)
  }

  @Test("a path tells its names and what the schema says of the field")
  func found() throws {
    let path = try #require(SchemaFieldPath(".m['k.1']", in: Self.schema))
    #expect(path.names == ["m", "k.1"])
    #expect(path.schema == ["type": "integer"])
  }

  @Test("names in quotes are only for those who take them")
  func brackets() {
    #expect(SchemaFieldPath(".a['b']", in: Self.schema, allowsBrackets: false) == nil)
    #expect(SchemaFieldPath(".a.b", in: Self.schema, allowsBrackets: false)?.text == ".a.b")
  }
}
