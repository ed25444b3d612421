import Testing

@testable import Resources

/// What a kube-apiserver 1.36 says of the structure of schemas: the causes of its refusal, or none.
@Suite struct SchemaStructureTests {
  @Test(
    "members that every resource has are what they are everywhere",
    arguments: [
      (
        #"{"type":"object","properties":{"metadata":{"type":"object","description":"d"}}}"#,
        ["Forbidden .properties[metadata]"]
      ),
      (
        #"{"type":"object","properties":{"metadata":{"type":"object","properties":{"name":{"type":"string","maxLength":3}}}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"metadata":{}}}"#,
        ["Invalid .properties[metadata].type", "Required .properties[metadata].type"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"kind":{"type":"integer"},"apiVersion":{"type":"integer"},"metadata":{"type":"string"}}}}}"#,
        [
          "Invalid .properties[p].properties[apiVersion].type",
          "Invalid .properties[p].properties[kind].type",
          "Invalid .properties[p].properties[metadata].type",
        ]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true,"additionalProperties":{"type":"string"}}}}"#,
        ["Forbidden .properties[p].additionalProperties"]
      ),
      (#"{"type":"object","additionalProperties":false}"#, ["Forbidden .additionalProperties"]),
      (#"{"type":"object","nullable":true}"#, ["Forbidden .nullable"]),
    ] as [(String, [String])])
  func meta(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "types are named inside of anyOf only to tell older clients of an integer or a text",
    arguments: [
      (
        #"{"type":"object","properties":{"p":{"type":"string","anyOf":[{"type":"integer"},{"type":"string"}]}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"string"},{"type":"integer"}]}}}"#,
        ["Forbidden .properties[p].anyOf[0].type", "Forbidden .properties[p].anyOf[1].type"]
      ),
      (
        #"{"type":"object","properties":{"p":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"}]}}}"#,
        ["Forbidden .properties[p].anyOf[0].type"]
      ),
      (
        #"{"type":"object","properties":{"p":{"x-kubernetes-int-or-string":true,"allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]},{"pattern":"a"}]}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"x-kubernetes-int-or-string":true,"allOf":[{"pattern":"a"},{"anyOf":[{"type":"integer"},{"type":"string"}]}]}}}"#,
        [
          "Forbidden .properties[p].allOf[1].anyOf[0].type",
          "Forbidden .properties[p].allOf[1].anyOf[1].type",
        ]
      ),
      (
        #"{"type":"object","properties":{"p":{"x-kubernetes-int-or-string":true,"oneOf":[{"type":"integer"},{"type":"string"}]}}}"#,
        ["Forbidden .properties[p].oneOf[0].type", "Forbidden .properties[p].oneOf[1].type"]
      ),
    ] as [(String, [String])])
  func types(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "inside of anyOf and the like nothing is said of the shape of a value",
    arguments: [
      (
        #"{"type":"object","properties":{"p":{"type":"object","anyOf":[{"description":"","title":"","nullable":false,"type":"","additionalProperties":false,"x-kubernetes-list-map-keys":[],"x-kubernetes-validations":[]}]}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","properties":{"a":{"type":"string"}},"not":{"properties":{"a":{"type":"string"}}}}}}"#,
        ["Forbidden .properties[p].not.properties[a].type"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"string","anyOf":[{"pattern":"("}]}}}"#,
        ["Invalid .properties[p].anyOf[0].pattern"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"string","anyOf":[{"type":"odd"}]}}}"#,
        [
          "Forbidden .properties[p].anyOf[0].type",
          "NotSupported .properties[p].anyOf[0].type",
        ]
      ),
    ] as [(String, [String])])
  func nesting(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "no keyword of shape is used inside of anyOf",
    arguments: [
      ("title", #""t""#), ("description", #""d""#), ("nullable", "true"), ("default", "1"),
      ("additionalProperties", "true"), ("additionalProperties", "{}"),
      ("x-kubernetes-preserve-unknown-fields", "true"),
      ("x-kubernetes-embedded-resource", "true"), ("x-kubernetes-int-or-string", "true"),
      ("x-kubernetes-list-map-keys", #"["a"]"#), ("x-kubernetes-list-type", #""set""#),
      ("x-kubernetes-map-type", #""atomic""#),
      ("x-kubernetes-validations", #"[{"rule":"true"}]"#),
    ])
  func shape(_ keyword: String, _ value: String) throws {
    let schema = ##"{"type":"object","anyOf":[{"\##(keyword)":\##(value)}]}"##
    #expect(
      try CustomDefinitionTests.schemaCauses(schema).contains("Forbidden .anyOf[0].\(keyword)"))
  }

  @Test("nothing is demanded of the metadata of a resource")
  func metadata() throws {
    let schema =
      #"{"type":"object","properties":{"metadata":{"type":"object"}},"anyOf":[{"properties":{"metadata":{}}}]}"#
    #expect(
      try CustomDefinitionTests.schemaCauses(schema) == [
        "Forbidden .anyOf[0].properties[metadata]"
      ])
  }

  @Test(
    "what the root demands of a place it knows outside of the demand",
    arguments: [
      (
        #"{"type":"object","not":{"properties":{"a":{"minimum":1}},"items":{}}}"#,
        ["Required .items", "Required .properties[a]"]
      ),
      (
        #"{"type":"object","properties":{"p":{"type":"object","anyOf":[{"properties":{"a":{"minimum":1}}}]}}}"#,
        []
      ),
      (
        #"{"type":"object","properties":{"spec":{"type":"object"}},"anyOf":[{"allOf":[{"properties":{"spec":{"properties":{"x":{}}}}}]}]}"#,
        ["Required .properties[spec].properties[x]"]
      ),
    ] as [(String, [String])])
  func completeness(_ schema: String, _ causes: [String]) throws {
    #expect(try CustomDefinitionTests.schemaCauses(schema) == causes)
  }

  @Test(
    "with a status the root has no keyword that the status would not see",
    arguments: [
      (#"{"type":"object","anyOf":[{"required":["a"]}]}"#, ["Invalid"]),
      (#"{"type":"object","maxProperties":3}"#, ["Invalid"]),
      (#"{"type":"object","required":["a"]}"#, []),
      (#"{"type":"string","enum":["a"]}"#, ["Invalid .type"]),
    ] as [(String, [String])])
  func status(_ schema: String, _ causes: [String]) throws {
    let found = try CustomDefinitionTests.schemaCauses(
      schema, more: #","subresources":{"status":{}}"#)
    #expect(found == causes)
  }
}
