import Testing

@testable import Resources

@Suite("Structural schemas") struct StructuralSchemaTests {
  private func schema(_ properties: String, _ more: String = "") throws -> StructuralSchema {
    StructuralSchema(
      try Document(json: Array(#"{"type":"object","properties":\#(properties)\#(more)}"#.utf8)))
  }

  private func object(_ json: String) throws -> Document { try Document(json: Array(json.utf8)) }

  // MARK: Pruning

  @Test("what the schema does not name is dropped, and told with its path")
  func pruning() throws {
    let schema = try schema(
      """
      {"spec":{"type":"object","properties":{"a":{"type":"string"},
       "list":{"type":"array","items":{"type":"object","properties":{"x":{"type":"integer"}}}},
       "map":{"type":"object","additionalProperties":{"type":"object","properties":{}}},
       "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,
               "properties":{"known":{"type":"object"}}}}}}
      """)
    var object = try object(
      """
      {"apiVersion":"v1","kind":"K","metadata":{"name":"n"},"top":1,
       "spec":{"a":"1","b":2,"list":[{"x":1,"y":2}],"map":{"k":{"z":1}},
               "free":{"other":{"deep":1},"known":{"gone":1}}}}
      """)
    var unknown: [String] = []
    schema.prune(&object, unknown: &unknown)
    #expect(
      unknown == ["top", "spec.b", "spec.list[0].y", "spec.map.k.z", "spec.free.known.gone"])
    #expect(
      object["spec"]?.jsonText
        == #"{"a":"1","list":[{"x":1}],"map":{"k":{}},"free":{"other":{"deep":1},"known":{}}}"#)
    #expect(object[path: "metadata", "name"]?.string == "n")
  }

  @Test("an embedded resource keeps its head, and null goes where it is no value")
  func embedded() throws {
    let schema = try schema(
      """
      {"t":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"s":{"type":"string"}}},
       "n":{"type":"string"},"m":{"type":"string","nullable":true}}
      """)
    var object = try object(
      #"{"t":{"apiVersion":"v1","kind":"K","metadata":{"name":"x"},"q":1},"n":null,"m":null}"#)
    var unknown: [String] = []
    schema.prune(&object, unknown: &unknown)
    #expect(unknown == ["t.q"])
    #expect(
      object.jsonText
        == #"{"t":{"apiVersion":"v1","kind":"K","metadata":{"name":"x"}},"m":null}"#)
  }

  // MARK: Defaults

  @Test("defaults fill in what is absent, inside what they made too, and twice changes nothing")
  func defaults() throws {
    let schema = try schema(
      """
      {"a":{"type":"integer","default":1},"n":{"type":"string","default":"x","nullable":true},
       "o":{"type":"object","default":{},"properties":{"b":{"type":"boolean","default":true}}},
       "p":{"type":"object","properties":{"c":{"type":"string","default":"c"}}},
       "l":{"type":"array","items":{"type":"object","properties":{"d":{"type":"string","default":"d"}}}}}
      """)
    var object = try object(#"{"a":null,"n":null,"l":[{},{"d":"e"}]}"#)
    schema.applyDefaults(&object)
    #expect(object.jsonText == #"{"a":1,"n":null,"l":[{"d":"d"},{"d":"e"}],"o":{"b":true}}"#)
    let once = object
    schema.applyDefaults(&object)
    #expect(object == once)
  }

  // MARK: Validation

  @Test(
    "each keyword is held to, on both sides of its bound, in upstream's words",
    arguments: [
      (#"{"type":"integer"}"#, "1", nil),
      (#"{"type":"integer"}"#, "1.0", nil),
      (
        #"{"type":"integer"}"#, #""x""#,
        #"v: Invalid value: "string": v in body must be of type integer: "string""#
      ),
      (
        #"{"type":"integer"}"#, "1.5",
        #"v: Invalid value: "number": v in body must be of type integer: "number""#
      ),
      (
        #"{"type":"integer","format":"int32"}"#, "2147483648",
        #"v: Invalid value: "int64": v in body must be of type int32: "int64""#
      ),
      (#"{"type":"integer","format":"int32"}"#, "2147483647", nil),
      (#"{"type":"string","nullable":true}"#, "null", nil),
      (
        #"{"type":"string"}"#, "null",
        #"v: Invalid value: "null": v in body must be of type string: "null""#
      ),
      (#"{"x-kubernetes-int-or-string":true}"#, "1", nil),
      (#"{"x-kubernetes-int-or-string":true}"#, #""1""#, nil),
      (
        #"{"x-kubernetes-int-or-string":true}"#, "true",
        #"v: Invalid value: "boolean": v in body must be of type integer,string: "boolean""#
      ),
      (#"{"type":"string","enum":["a","b"]}"#, #""a""#, nil),
      (
        #"{"type":"string","enum":["a","b"]}"#, #""c""#,
        #"v: Unsupported value: "c": supported values: "a", "b""#
      ),
      (#"{"type":"string","maxLength":2}"#, #""ää""#, nil),
      (
        #"{"type":"string","maxLength":2}"#, #""abc""#,
        "v: Too long: may not be more than 2 bytes"
      ),
      (
        #"{"type":"string","minLength":2}"#, #""a""#,
        #"v: Invalid value: "a": v in body should be at least 2 chars long"#
      ),
      (
        #"{"type":"string","maxLength":0,"minLength":2,"pattern":"^a+$"}"#, #""b""#,
        "v: Too long: may not be more than 0 bytes"
      ),
      (
        #"{"type":"string","minLength":2,"pattern":"^a+$"}"#, #""b""#,
        #"v: Invalid value: "b": v in body should be at least 2 chars long"#
      ),
      (
        #"{"type":"string","pattern":"^a+$"}"#, #""b""#,
        #"v: Invalid value: "b": v in body should match '^a+$'"#
      ),
      (#"{"type":"integer","maximum":5}"#, "5", nil),
      (
        #"{"type":"integer","maximum":5}"#, "6",
        "v: Invalid value: 6: v in body should be less than or equal to 5"
      ),
      (
        #"{"type":"integer","maximum":5,"exclusiveMaximum":true}"#, "5",
        "v: Invalid value: 5: v in body should be less than 5"
      ),
      (
        #"{"type":"integer","minimum":5}"#, "4",
        "v: Invalid value: 4: v in body should be greater than or equal to 5"
      ),
      (#"{"type":"number","multipleOf":0.5}"#, "1.5", nil),
      (
        #"{"type":"integer","multipleOf":3}"#, "4",
        "v: Invalid value: 4: v in body should be a multiple of 3"
      ),
      (
        #"{"type":"array","maxItems":1,"items":{"type":"integer"}}"#, "[1,2]",
        "v: Too many: 2: must have at most 1 item"
      ),
      (
        #"{"type":"array","x-kubernetes-list-type":"set","items":{"type":"integer"}}"#, "[1,2,1]",
        "v[2]: Duplicate value: 1"
      ),
      (
        #"""
        {"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
         "items":{"type":"object","properties":{"k":{"type":"string"}}}}
        """#, #"[{"k":"a"},{"k":"a"}]"#, #"v[1]: Duplicate value: {"k":"a"}"#
      ),
      (
        #"{"type":"object","required":["r"],"properties":{"r":{"type":"string"}}}"#, "{}",
        "v.r: Required value"
      ),
      (
        #"{"type":"object","maxProperties":1,"additionalProperties":{"type":"integer"}}"#,
        #"{"a":1,"b":2}"#, "v: Too many: 2: must have at most 1 item"
      ),
      (
        #"{"type":"object","additionalProperties":{"type":"integer"}}"#, #"{"a":"x"}"#,
        #"v.a: Invalid value: "string": v.a in body must be of type integer: "string""#
      ),
      (#"{"type":"integer","not":{"minimum":5}}"#, "4", nil),
      (
        #"{"type":"integer","not":{"minimum":5}}"#, "5",
        #"<nil>: Invalid value: "": "v" must not validate the schema (not)"#
      ),
      (#"{"type":"integer","oneOf":[{"maximum":5},{"minimum":5}]}"#, "4", nil),
      (
        #"{"type":"integer","oneOf":[{"maximum":5},{"minimum":5}]}"#, "5",
        #"<nil>: Invalid value: "": "v" must validate one and only one schema (oneOf). Found 2 valid alternatives"#
      ),
      (#"{"type":"integer","anyOf":[{"maximum":3},{"minimum":5}]}"#, "3", nil),
      (
        #"{"type":"integer","allOf":[{"maximum":3}]}"#, "4",
        "v: Invalid value: 4: v in body should be less than or equal to 3"
      ),
    ] as [(String, String, String?)])
  func keywords(keywords: String, value: String, problem: String?) throws {
    let schema = try schema(#"{"v":\#(keywords)}"#)
    let errors = schema.errors(in: try object(#"{"v":\#(value)}"#), replacing: nil)
    #expect(errors.first?.description == problem)
  }

  @Test("of alternatives that all fail, the answer says so and tells why the nearest does")
  func alternatives() throws {
    let schema = try schema(#"{"v":{"type":"integer","anyOf":[{"maximum":3},{"minimum":5}]}}"#)
    let errors = schema.errors(in: ["v": 4], replacing: nil)
    #expect(
      errors.map(\.description) == [
        #"<nil>: Invalid value: "": "v" must validate at least one schema (anyOf)"#,
        "v: Invalid value: 4: v in body should be less than or equal to 3",
      ])
  }

  @Test("what an update leaves as it was is not held against it")
  func ratcheting() throws {
    let schema = try schema(
      """
      {"a":{"type":"integer","maximum":1},"b":{"type":"integer","maximum":1},
       "l":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
        "items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer","maximum":1}}}}}
      """)
    let old: Document = ["a": 9, "b": 1, "l": [["k": "x", "v": 9]]]
    let new: Document = ["a": 9, "b": 8, "l": [["k": "y", "v": 1], ["k": "x", "v": 9]]]
    #expect(schema.errors(in: new, replacing: old).map(\.field) == ["b"])
    #expect(schema.errors(in: new, replacing: nil).map(\.field) == ["a", "b", "l[1].v"])
  }

  @Test(
    "formats of strings are held to; unknown ones hold for any",
    arguments: [
      ("date-time", "2026-01-02T03:04:05Z", true), ("date-time", "yesterday", false),
      ("datetime", "2026-01-02T03:04:05Z", true), ("date", "2026-01-02", true),
      ("date", "2026-13-02", false), ("ipv4", "1.2.3.4", true), ("ipv4", "::1", false),
      ("ipv6", "::1", true), ("ipv6", "1.2.3.4", false), ("cidr", "10.0.0.0/8", true),
      ("cidr", "10.0.0.0", false), ("mac", "00:11:22:33:44:55", true), ("mac", "00:11", false),
      ("uuid", "123e4567-e89b-12d3-a456-426614174000", true), ("uuid", "123", false),
      ("uuid3", "123e4567-e89b-32d3-a456-426614174000", true),
      ("uuid4", "123e4567-e89b-42d3-a456-426614174000", true),
      ("uuid4", "123e4567-e89b-12d3-a456-426614174000", false),
      ("uuid5", "123e4567-e89b-52d3-a456-426614174000", true), ("byte", "aGk=", true),
      ("byte", "a", false), ("email", "a@b.c", true), ("email", "ab", false),
      ("hostname", "a.example", true), ("hostname", "-a", false), ("uri", "https://a/b", true),
      ("uri", "a b", false), ("duration", "1h30m", true), ("duration", "soon", false),
      ("hexcolor", "#a0b1c2", true), ("hexcolor", "#xyz", false),
      ("k8s-short-name", "my-name", true), ("k8s-short-name", "my.name", false),
      ("k8s-long-name", "my.name", true), ("made-up", "anything", true),
    ])
  func formats(format: String, text: String, isGood: Bool) {
    #expect((!ValueFormat.isKnown(format) || ValueFormat.matches(format, text)) == isGood)
  }
}
