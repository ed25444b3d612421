import Testing

@testable import Resources

/// What a kube-apiserver 1.36 says of the keywords of schemas: the causes of its refusal, or none.
@Suite struct SchemaKeywordTests {
  @Test(
    "keywords that are not supported are refused, and their emptiness mostly is not",
    arguments: [
      (#"{"type":"object","properties":{"p":{"$ref":"x"}}}"#, ["Forbidden .properties[p].$ref"]),
      (#"{"type":"object","$schema":"http://x"}"#, ["Invalid"]),
      (#"{"type":"object","id":"x","properties":{"p":{}}}"#, ["Forbidden .id"]),
      (
        #"{"type":"object","x-kubernetes-preserve-unknown-fields":false,"properties":{"p":{}}}"#,
        ["Invalid .x-kubernetes-preserve-unknown-fields"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","items":[{"type":"string"}]}}}"#,
        ["Forbidden .properties[p].items"]
      ),
      (
        #"{"type":"object","definitions":{},"patternProperties":{},"dependencies":{}}"#,
        ["Forbidden .dependencies"]
      ),
      (
        #"{"type":"object","dependencies":{"a":["b"]},"definitions":{"a":{"type":"odd"}},"patternProperties":{"x":{"type":"string"}},"additionalItems":false}"#,
        [
          "Forbidden .additionalItems",
          "Forbidden .definitions",
          "Forbidden .dependencies",
          "Forbidden .patternProperties",
          "NotSupported .definitions[a].type",
        ]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","items":{"type":"string"},"not":{"uniqueItems":true}}}}"#,
        ["Forbidden .properties[p].not.uniqueItems"]
      ),
    ] as [(String, [String])])
  func unsupported(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "an object has members of known names or those of a map",
    arguments: [
      (
        #"{"type":"object","properties":{"p":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}}}"#,
        ["Forbidden .properties[p].additionalProperties"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}}}}"#,
        ["Forbidden .properties[p].additionalProperties"]
      ),
    ] as [(String, [String])])
  func additional(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "items of lists that are merged can be told apart",
    arguments: [
      (
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"object"}}}}"#,
        ["Invalid .properties[p].items.x-kubernetes-map-type"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"object","x-kubernetes-map-type":"atomic"}}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}}}}"#,
        ["Invalid .properties[p].items.x-kubernetes-list-type"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"array","items":{"type":"string"}}}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string","nullable":true}}}}"#,
        ["Forbidden .properties[p].items.nullable"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a","b"],"items":{"type":"object","nullable":true,"required":["a","b"],"properties":{"a":{"type":"object"},"b":{"type":"string","nullable":true}}}}}}"#,
        [
          "Forbidden .properties[p].items.nullable",
          "Forbidden .properties[p].items.properties[b].nullable",
          "Invalid .properties[p].items.properties[a].type",
        ]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["a"],"items":[{"type":"string"}]}}}"#,
        ["Forbidden .properties[p].items", "Invalid .properties[p].items"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"string","x-kubernetes-map-type":"odd"}}}"#,
        ["Invalid .properties[p].type", "NotSupported .properties[p].x-kubernetes-map-type"]
      ),
    ] as [(String, [String])])
  func lists(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "what stands around the expression of a rule is as it should be",
    arguments: [
      (
        #"{"type":"object","properties":{"p":{"type":"string","x-kubernetes-validations":[{"rule":"self == 'a'\n|| true"},{"rule":"self == 'a'\n|| true","messageExpression":"'x'"},{"rule":"true","message":"  "},{"rule":"true","message":"a\nb"},{"rule":"true","message":"a\n"},{"rule":" ","message":" "},{"rule":"true","messageExpression":" "},{"rule":"true","reason":"Odd"}]}}}"#,
        [
          "Invalid .properties[p].x-kubernetes-validations[2].message",
          "Invalid .properties[p].x-kubernetes-validations[3].message",
          "NotSupported .properties[p].x-kubernetes-validations[7].reason",
          "Required .properties[p].x-kubernetes-validations[0].message",
          "Required .properties[p].x-kubernetes-validations[1].message",
          "Required .properties[p].x-kubernetes-validations[5].rule",
          "Required .properties[p].x-kubernetes-validations[6].messageExpression",
        ]
      ),
      (
        #"{"type":"object","x-kubernetes-validations":[{"rule":"true","fieldPath":".p"},{"rule":"true","fieldPath":".q"},{"rule":"true","fieldPath":"p"},{"rule":"true","fieldPath":" "},{"rule":"true","fieldPath":".p\n"},{"rule":"true","fieldPath":"['p']"},{"rule":"true","fieldPath":".m.x"},{"rule":"true","fieldPath":".p[0]"}],"properties":{"p":{"type":"string"},"m":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
        [
          "Invalid .x-kubernetes-validations[1].fieldPath",
          "Invalid .x-kubernetes-validations[2].fieldPath",
          "Invalid .x-kubernetes-validations[3].fieldPath",
          "Invalid .x-kubernetes-validations[4].fieldPath",
          "Invalid .x-kubernetes-validations[7].fieldPath",
        ]
      ),
    ] as [(String, [String])])
  func rules(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }
}
