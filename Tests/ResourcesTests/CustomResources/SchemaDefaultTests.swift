import Testing

@testable import Resources

/// What a kube-apiserver 1.36 says of the defaults of schemas: the causes of its refusal, or none.
@Suite struct SchemaDefaultTests {
  @Test(
    "a default is a value that its schema takes as it is",
    arguments: [
      (
        #"{"type":"object","properties":{"p":{"type":"object","default":{},"required":["a"],"properties":{"a":{"type":"string","default":"x"}}}}}"#,
        ["Required .properties[p].default.a"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","default":{"z":1},"properties":{"a":{"type":"string"}}}}}"#,
        ["Invalid .properties[p].default"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","default":{"a":null},"properties":{"a":{"type":"string"}}}}}"#,
        ["TypeInvalid .properties[p].default.a"]
      ),
      (#"{"type":"object","properties":{"p":{"type":"string","default":null}}}"#, []),
      (
        #"{"type":"object","properties":{"p":{"type":"object","additionalProperties":{"type":"string","default":1}}}}"#,
        []
      ),
      (
        #"{"type":"object","default":{},"properties":{}}"#,
        ["Required .default.apiVersion", "Required .default.kind"]
      ),
    ] as [(String, [String])])
  func values(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "members that every resource has get no default at the root",
    arguments: [
      (
        #"{"type":"object","properties":{"metadata":{"type":"object","default":{"name":"x"}}}}"#,
        ["Forbidden .properties[metadata].default"]
      ),
      (
        #"{"type":"object","properties":{"kind":{"type":"string","default":"Foo"}}}"#,
        ["Forbidden .properties[kind].default"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true,"default":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true,"default":{}}}}"#,
        [
          "Required .properties[p].default.apiVersion",
          "Required .properties[p].default.kind",
        ]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"metadata":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}}}}"#,
        ["Forbidden .properties[p].properties[metadata].x-kubernetes-embedded-resource"]
      ),
    ] as [(String, [String])])
  func meta(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "defaults are looked at where the structure is sound",
    arguments: [
      (
        #"{"type":"object","properties":{"q":{},"p":{"type":"string","default":1}}}"#,
        ["Required .properties[q].type"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"string","default":1,"x-kubernetes-validations":[{"rule":"selff == 'y'"}]}}}"#,
        ["TypeInvalid .properties[p].default"]
      ),
    ] as [(String, [String])])
  func order(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }
}
