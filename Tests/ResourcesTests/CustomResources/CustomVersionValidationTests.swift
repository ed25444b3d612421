import Testing

@testable import Resources

/// What a kube-apiserver 1.36 says of versions: the causes of its refusal, or none.
@Suite struct CustomVersionValidationTests {
  private static let schema =
    #"{"type":"object","properties":{"spec":{"type":"object","properties":{"a":{"type":"string"},"n":{"type":"number"},"m":{"type":"object","additionalProperties":{"type":"string"}}}},"metadata":{"type":"object","properties":{"name":{"type":"string"}}}}}"#

  private static func causes(_ more: Document) throws -> [String] {
    var definition = try CustomDefinitionTests.definition(schema: schema)
    for (name, value) in more.members { definition["spec"]?["versions"]?[0][name] = value }
    return CustomDefinitionTests.causes(definition)
  }

  // MARK: Warnings

  @Test(
    "a warning is short, shows, and belongs to a deprecated version",
    arguments: [
      (String(repeating: "x", count: 256), nil),
      (String(repeating: "x", count: 257), "must be <= 256 characters long"),
      (String(repeating: "\u{fc}", count: 129), "must be <= 256 characters long"),
      ("", "must not be an empty string"),
      (
        "x\u{fc}\ny",
        "must only contain printable UTF-8 characters; non-printable character found at index 3"
      ),
      (
        "x\u{a0}y",
        "must only contain printable UTF-8 characters; non-printable character found at index 1"
      ),
    ] as [(String, String?)])
  func warnings(_ warning: String, _ problem: String?) throws {
    var definition = try CustomDefinitionTests.definition()
    definition["spec"]?["versions"]?[0]["deprecationWarning"] = Document(warning)
    let undeprecated = CustomDefinitionValidation.errors(definition, replacing: nil)
    #expect(undeprecated.map(\.detail) == ["can only be set for deprecated versions"])
    definition["spec"]?["versions"]?[0]["deprecated"] = true
    let found = CustomDefinitionValidation.errors(definition, replacing: nil)
    #expect(found.map(\.detail) == (problem.map { [$0] } ?? []))
    #expect(found.allSatisfy { $0.field == "spec.versions[0].deprecationWarning" })
  }

  // MARK: Columns and scale

  @Test("of a column's path only the beginning is looked at")
  func columns() throws {
    let paths = [".", ".a[", "..a", "a", ".a b", "{.a}"]
    let columns = paths.map { path -> Document in
      ["name": "a", "type": "string", "jsonPath": Document(path)]
    }
    #expect(
      try Self.causes(["additionalPrinterColumns": Document(columns)]) == [
        "Invalid spec.additionalPrinterColumns[3].JSONPath",
        "Invalid spec.additionalPrinterColumns[5].JSONPath",
      ])
  }

  @Test("a column has a name, a type and a path")
  func column() throws {
    #expect(
      try Self.causes(["additionalPrinterColumns": [[:]]]) == [
        "Required spec.additionalPrinterColumns[0].JSONPath",
        "Required spec.additionalPrinterColumns[0].name",
        "Required spec.additionalPrinterColumns[0].type",
      ])
    let odd: Document = ["name": "a", "type": "odd", "format": "odd", "jsonPath": ".a"]
    #expect(
      try Self.causes(["additionalPrinterColumns": [odd]]) == [
        "Invalid spec.additionalPrinterColumns[0].format",
        "Invalid spec.additionalPrinterColumns[0].type",
      ])
  }

  @Test("a scale finds its numbers in the spec and the status")
  func scale() throws {
    let good: Document = [
      "specReplicasPath": ".spec.", "statusReplicasPath": ".status.a[0]",
      "labelSelectorPath": ".spec.x",
    ]
    #expect(try Self.causes(["subresources": ["scale": good]]) == [])
    let bad: Document = [
      "specReplicasPath": ".status.x", "statusReplicasPath": "status.x",
      "labelSelectorPath": ".metadata.x",
    ]
    #expect(
      try Self.causes(["subresources": ["scale": bad]]) == [
        "Invalid spec.subresources.scale.labelSelectorPath",
        "Invalid spec.subresources.scale.specReplicasPath",
        "Invalid spec.subresources.scale.statusReplicasPath",
      ])
    #expect(
      try Self.causes(["subresources": ["scale": [:]]]) == [
        "Required spec.subresources.scale.specReplicasPath",
        "Required spec.subresources.scale.statusReplicasPath",
      ])
  }

  // MARK: Selectable fields

  private static func fields(_ paths: [String]) -> Document {
    let fields: [Document] = paths.map { ["jsonPath": Document($0)] }
    return ["selectableFields": Document(fields)]
  }

  @Test(
    "a field by which objects are selected is a scalar of the schema",
    arguments: [
      (".spec.a", nil), (".spec.m.x", nil), (".spec.n", "Invalid"), (".spec", "Invalid"),
      (".metadata.name", "Invalid"), (".metadata.labels", "Invalid"), (".spec['a']", "Invalid"),
      ("spec.a", "Invalid"), (".spec..a", "Invalid"), (".", "Invalid"), ("", "Required"),
    ] as [(String, String?)])
  func selectable(_ path: String, _ reason: String?) throws {
    #expect(
      try Self.causes(Self.fields([path]))
        == (reason.map { ["\($0) spec.selectableFields[0].jsonPath"] } ?? []))
  }

  @Test("no field is named twice, and no more than eight are")
  func selectableCount() throws {
    #expect(
      try Self.causes(Self.fields([".spec.a", ".spec.a"])) == [
        "Duplicate spec.selectableFields[1].jsonPath"
      ])
    let eight = (0..<8).map { ".spec.m.x\($0)" }
    #expect(try Self.causes(Self.fields(eight)) == [])
    #expect(
      try Self.causes(Self.fields(eight + [".spec.a"])) == ["TooMany spec.selectableFields"])
    #expect(
      try Self.causes(Self.fields(eight + [eight[0]])) == [
        "Duplicate spec.selectableFields[8].jsonPath"
      ])
  }

  // MARK: Several versions

  /// - Parameter schemas: of the versions; the first is the storage version.
  private static func definition(_ schemas: [Document?]) throws -> Document {
    var definition = try CustomDefinitionTests.definition()
    var versions: [Document] = []
    for (position, schema) in schemas.enumerated() {
      var version: Document = ["name": Document("v\(position + 1)"), "served": true]
      version["storage"] = Document(position == 0)
      if let schema { version["schema"] = ["openAPIV3Schema": schema] }
      versions.append(version)
    }
    definition["spec"]?["versions"] = Document(versions)
    return definition
  }

  private static func untyped(_ name: String) -> Document {
    var properties = Document.emptyObject
    properties[name] = .emptyObject
    return ["type": "object", "properties": properties]
  }

  @Test("what versions state alike is told of outside of them, and once")
  func common() throws {
    let alike = try Self.definition([Self.untyped("x"), Self.untyped("x")])
    #expect(
      CustomDefinitionTests.causes(alike) == [
        "Required spec.validation.openAPIV3Schema.properties[x].type"
      ])
    let different = try Self.definition([Self.untyped("x"), Self.untyped("y")])
    #expect(
      CustomDefinitionTests.causes(different) == [
        "Required spec.versions[0].schema.openAPIV3Schema.properties[x].type",
        "Required spec.versions[1].schema.openAPIV3Schema.properties[y].type",
      ])
    let partial = try Self.definition([["type": "object"], nil])
    #expect(
      CustomDefinitionTests.causes(partial) == [
        "Required spec.versions[1].schema.openAPIV3Schema"
      ])
  }

  @Test("a schema that versions have in common serves the status of each")
  func commonStatus() throws {
    let root: Document = ["type": "object", "maxProperties": 3]
    var alike = try Self.definition([root, root])
    #expect(CustomDefinitionTests.causes(alike) == [])
    alike["spec"]?["versions"]?[1]["subresources"] = ["status": [:]]
    #expect(CustomDefinitionTests.causes(alike) == ["Invalid spec.validation.openAPIV3Schema"])
  }

  @Test("fields that versions select alike are held to the schema of each")
  func commonFields() throws {
    let text: Document = ["type": "object", "properties": ["a": ["type": "string"]]]
    let list: Document = ["type": "object", "properties": ["a": ["type": "number"]]]
    for (other, causes) in [
      (text, []), (list, ["Invalid spec.selectableFields[0].jsonPath"]),
    ] as [(Document, [String])] {
      var definition = try Self.definition([text, other])
      for position in 0..<2 {
        definition["spec"]?["versions"]?[position]["selectableFields"] = [["jsonPath": ".a"]]
      }
      #expect(CustomDefinitionTests.causes(definition) == causes)
    }
  }

  @Test("the first version's name is told of twice")
  func name() throws {
    var definition = try Self.definition([["type": "object"], ["type": "object"]])
    definition["spec"]?["versions"]?[1]["name"] = "V2"
    #expect(CustomDefinitionTests.causes(definition) == ["Invalid spec.versions[1].name"])
    definition["spec"]?["versions"]?[0]["name"] = "1v"
    definition["status"] = ["storedVersions": ["1v"]]
    #expect(
      CustomDefinitionTests.causes(definition) == [
        "Invalid spec.version", "Invalid spec.versions[0].name", "Invalid spec.versions[1].name",
      ])
  }
}
