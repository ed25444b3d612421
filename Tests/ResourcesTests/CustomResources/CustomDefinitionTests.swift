import Foundations
import Testing

@testable import Resources

@Suite("Custom resource definitions") struct CustomDefinitionTests {
  static func definition(
    plural: String = "crontabs", kind: String = "CronTab", group: String = "stable.example.com",
    schema: String = #"{"type":"object"}"#, more: String = ""
  ) throws -> Document {
    var definition = try Document(
      json: Array(
        """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"\(plural).\(group)"},
         "spec":{"group":"\(group)","scope":"Namespaced",
          "names":{"plural":"\(plural)","singular":"\(kind.lowercased())","kind":"\(kind)",
                   "listKind":"\(kind)List","shortNames":["ct"]},
          "versions":[{"name":"v1","served":true,"storage":true\(more),
                       "schema":{"openAPIV3Schema":\(schema)}}]}}
        """.utf8))
    CustomDefinition.noteStorageVersion(of: &definition)
    return definition
  }

  /// The reasons and places of what is wrong with a definition, in order and each once.
  static func causes(_ definition: Document, replacing old: Document? = nil) -> [String] {
    let causes = CustomDefinitionValidation.errors(definition, replacing: old).map(\.cause)
    return Set(causes.map { "\($0.reason.dropFirst("FieldValue".count)) \($0.field)" }).sorted()
  }

  /// The same of a schema alone, without the place that all have in common.
  static func schemaCauses(_ schema: String, more: String = "") throws -> [String] {
    causes(try definition(schema: schema, more: more)).map { cause in
      let parts = cause.split(separator: " ", maxSplits: 1)
      let place = parts[1].dropFirst("spec.validation.openAPIV3Schema".count)
      return place.isEmpty ? String(parts[0]) : "\(parts[0]) \(place)"
    }
  }

  // MARK: Names

  @Test("names that nobody has are accepted, and the definition is established")
  func accepted() throws {
    let status = CustomNames(try Self.definition(), among: []).status(now: "t")
    #expect(status[path: "acceptedNames", "kind"]?.string == "CronTab")
    #expect(status["storedVersions"]?.jsonText == #"["v1"]"#)
    let conditions = CustomConditions(status["conditions"])
    #expect(conditions.isTrue("NamesAccepted") && conditions.isTrue("Established"))
  }

  @Test("a name that another definition of the group has is refused, and of another group is not")
  func conflict() throws {
    var other = try Self.definition(plural: "crons", kind: "Cron")
    other["status"] = CustomNames(other, among: []).status(now: "t")
    let mine = try Self.definition()
    let status = CustomNames(mine, among: [other, mine]).status(now: "t")
    #expect(status[path: "acceptedNames", "shortNames"] == nil)
    let condition = status["conditions"]?.elements.first { $0["type"]?.string == "NamesAccepted" }
    #expect(condition?["reason"]?.string == "ShortNamesConflict")
    #expect(condition?["message"]?.string == #""ct" is already in use"#)
    #expect(!CustomConditions(status["conditions"]).isTrue("Established"))
    let elsewhere = try Self.definition(group: "other.example.com")
    #expect(
      CustomConditions(CustomNames(elsewhere, among: [other]).status(now: "t")["conditions"])
        .isTrue("Established"))
  }

  @Test("a status that holds changes nothing more, not even its times")
  func stable() throws {
    var definition = try Self.definition()
    definition["status"] = CustomNames(definition, among: []).status(now: "t")
    #expect(CustomNames(definition, among: []).status(now: "u") == definition["status"])
  }

  // MARK: Validation

  private func problems(_ definition: Document, old: Document? = nil) -> [String] {
    CustomDefinitionValidation.errors(definition, replacing: old).map(\.description)
  }

  @Test("a definition as it should be is let in")
  func good() throws {
    #expect(problems(try Self.definition()) == [])
  }

  @Test(
    "a schema that is not structural is refused, in upstream's words",
    arguments: [
      (
        #"{"type":"object","properties":{"a":{}}}"#,
        ".properties[a].type: Required value: must not be empty for specified object fields"
      ),
      (
        #"{"type":"string"}"#, #".type: Invalid value: "string": must be object at the root"#
      ),
      (
        #"{"type":"object","properties":{"a":{"type":"array"}}}"#,
        ".properties[a].items: Required value: must be specified"
      ),
      (
        #"{"type":"object","properties":{"a":{"type":"string","pattern":"("}}}"#,
        #".properties[a].pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(`"#
      ),
      (
        #"{"type":"object","properties":{"a":{"type":"integer","default":"x"}}}"#,
        #".properties[a].default: Invalid value: "string":  in body must be of type integer: "string""#
      ),
      (
        #"{"type":"object","anyOf":[{"type":"object"}]}"#,
        ".anyOf[0].type: Forbidden: must be empty to be structural"
      ),
      (
        #"{"type":"object","properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object"}}}}}"#,
        ".properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified"
      ),
      (
        #"{"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"map","items":{"type":"object"}}}}"#,
        ".properties[l].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map"
      ),
      (
        #"{"type":"object","properties":{"l":{"type":"array","uniqueItems":true,"items":{"type":"string"}}}}"#,
        ".properties[l].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
      ),
    ])
  func structural(schema: String, problem: String) throws {
    let found = problems(try Self.definition(schema: schema))
    #expect(found == ["spec.validation.openAPIV3Schema" + problem])
  }

  @Test("names, group and versions follow the rules")
  func names() throws {
    var definition = try Self.definition()
    definition.set("wrong.example.com", at: ["metadata", "name"])
    definition.set("nodots", at: ["spec", "group"])
    definition.set("Plural", at: ["spec", "names", "plural"])
    definition["spec"]?["versions"]?[0]["storage"] = false
    let found = Set(
      CustomDefinitionValidation.errors(definition, replacing: nil).map(\.field))
    #expect(
      found == ["metadata.name", "spec.group", "spec.names.plural", "spec.versions"])
  }

  @Test("what names the stored objects does not change, and no stored version goes")
  func changes() throws {
    var old = try Self.definition()
    old["status"] = CustomNames(old, among: []).status(now: "t")
    var new = old
    new.set("Cluster", at: ["spec", "scope"])
    new["spec"]?["versions"]?[0]["name"] = "v2"
    CustomDefinition.noteStorageVersion(of: &new)
    let found = CustomDefinitionValidation.errors(new, replacing: old).map(\.field)
    #expect(found.sorted() == ["spec.scope", "status.storedVersions[0]"])
  }

  @Test("a group of the Kubernetes community wants its approval")
  func approval() throws {
    var definition = try Self.definition(group: "x.k8s.io")
    let field = "metadata.annotations[api-approved.kubernetes.io]"
    #expect(
      CustomDefinitionValidation.errors(definition, replacing: nil).map(\.field) == [field])
    definition.set(
      "unapproved, testing", at: ["metadata", "annotations", "api-approved.kubernetes.io"])
    #expect(problems(definition) == [])
  }

  @Test("an approval that was missing may stay so, and may not become one that is none")
  func formerApproval() throws {
    let missing = try Self.definition(group: "x.k8s.io")
    var invalid = missing
    invalid.set("yes", at: ["metadata", "annotations", "api-approved.kubernetes.io"])
    let field = "metadata.annotations[api-approved.kubernetes.io]"
    #expect(Self.causes(missing, replacing: missing) == [])
    #expect(Self.causes(invalid, replacing: missing) == ["Invalid \(field)"])
    #expect(Self.causes(missing, replacing: invalid) == ["Required \(field)"])
  }

  @Test("the storage version is among those that are stored, and each of these is a version")
  func storedVersions() throws {
    var definition = try Self.definition()
    #expect(Self.causes(definition) == [])
    definition["status"] = ["storedVersions": []]
    #expect(Self.causes(definition) == ["Invalid status.storedVersions"])
    definition["status"] = ["storedVersions": ["v0"]]
    #expect(
      Self.causes(definition) == [
        "Invalid status.storedVersions", "Invalid status.storedVersions[0]",
      ])
  }

  @Test("names are labels that begin with a letter; those of kinds in any case")
  func oddNames() throws {
    var definition = try Self.definition()
    let names: Document = [
      "plural": "crontabs", "singular": "1tab", "kind": "1Tab", "listKind": "Tab_L",
      "shortNames": ["1", "a"], "categories": ["All", "all"],
    ]
    definition["spec"]?["names"] = names
    #expect(
      Self.causes(definition) == [
        "Invalid spec.names.categories[0]", "Invalid spec.names.kind",
        "Invalid spec.names.listKind", "Invalid spec.names.shortNames[0]",
        "Invalid spec.names.singular",
      ])
  }

  @Test("what an earlier definition let into a set may stay")
  func formerSets() throws {
    let loose = try Self.definition(
      schema:
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"object"}}}}"#
    )
    #expect(Self.causes(loose).count == 1)
    #expect(Self.causes(loose, replacing: loose) == [])
    #expect(Self.causes(loose, replacing: try Self.definition()).count == 1)
    let nullable = try Self.definition(
      schema:
        #"{"type":"object","properties":{"p":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string","nullable":true}}}}"#
    )
    #expect(Self.causes(nullable, replacing: nullable) == [])
    #expect(Self.causes(nullable, replacing: loose).count == 1)
  }

  // MARK: Paths and columns

  @Test(
    "a path leads to its values",
    arguments: [
      (".spec.a", ["1"]), (".spec.l[0]", ["x"]), (".spec.l[-1]", ["y"]),
      (".spec.l[*]", ["x", "y"]),
      (".metadata.labels['a.b/c']", ["d"]), (".metadata.labels.a\\.b/c", ["d"]),
      (#".status.conditions[?(@.type=="Ready")].status"#, ["True"]),
      (".status.conditions[?(@.type!='Ready')].status", ["False"]), (".spec.none.x", []),
      ("{.spec.a}", ["1"]),
    ])
  func paths(path: String, values: [String]) throws {
    let object: Document = [
      "spec": ["a": 1, "l": ["x", "y"]], "metadata": ["labels": ["a.b/c": "d"]],
      "status": [
        "conditions": [
          ["type": "Ready", "status": "True"], ["type": "Other", "status": "False"],
        ]
      ],
    ]
    let found = try #require(JSONPath(path)).values(in: object)
    #expect(found.map { $0.string ?? $0.jsonText } == values)
  }

  @Test("what is no path is none", arguments: ["spec", ".a[", ".a[x]", "..", ".a[?(b)]"])
  func noPath(text: String) { #expect(JSONPath(text) == nil) }

  @Test("columns show values of their type; others and absent ones are left out")
  func columns() throws {
    let columns = CustomColumns([
      "name": "v1",
      "additionalPrinterColumns": [
        ["name": "N", "type": "integer", "jsonPath": ".n"],
        ["name": "S", "type": "string", "jsonPath": ".s", "priority": 1],
        ["name": "T", "type": "date", "jsonPath": ".t"],
        ["name": "B", "type": "boolean", "jsonPath": ".n"],
      ],
    ])
    #expect(columns.columns.map(\.name) == ["Name", "N", "S", "T", "B"])
    let now = try #require(Timestamp("2026-01-01T00:01:00Z"))
    let row = columns.row(
      [
        "metadata": ["name": "o"], "n": 1e30, "s": ["a": 1], "t": "2026-01-01T00:00:00Z",
      ], now: now)
    #expect(Document(row).jsonText == #"["o",null,"{\"a\":1}","60s",null]"#)
  }

  // MARK: Reading

  @Test("an object is read with its defaults, and what nobody knows is told or refused")
  func reading() throws {
    let version = CustomVersion(
      group: "g.example", kind: "K",
      version: [
        "name": "v1",
        "schema": [
          "openAPIV3Schema": [
            "type": "object",
            "properties": [
              "spec": [
                "type": "object",
                "properties": ["a": ["type": "string", "default": "x"], "b": ["type": "string"]],
              ]
            ],
          ]
        ],
      ])
    let body = Array(
      #"{"metadata":{"name":"n","odd":1},"spec":{"b":"1","b":"2","c":3}}"#.utf8)
    let reading = try version.read(json: body, .warn)
    #expect(
      reading.problems.map(\.description) == [
        #"duplicate field "spec.b""#, #"unknown field "metadata.odd""#,
        #"unknown field "spec.c""#,
      ])
    #expect(reading.document["spec"]?.jsonText == #"{"b":"2","a":"x"}"#)
    #expect(throws: DocumentError.self) { try version.read(json: body, .strict) }
    #expect(throws: DocumentError.self) {
      try version.read(json: Array(#"{"metadata":{"labels":[]}}"#.utf8), .ignore)
    }
  }

  @Test("the table of a schema has list types, free maps and the members of every object")
  func table() throws {
    let schema = StructuralSchema([
      "type": "object",
      "properties": [
        "spec": [
          "type": "object",
          "properties": [
            "ports": [
              "type": "array", "x-kubernetes-list-type": "map",
              "x-kubernetes-list-map-keys": ["port"],
              "items": ["type": "object", "properties": ["port": ["type": "integer"]]],
            ],
            "map": ["type": "object", "additionalProperties": ["type": "string"]],
            "whole": [
              "type": "object", "x-kubernetes-map-type": "atomic",
              "properties": ["x": ["type": "string"]],
            ],
          ],
        ]
      ],
    ])
    let type = schema.table(of: GroupVersionKind(group: "g", version: "v1", kind: "K"))
    let old: Document = [
      "metadata": ["name": "n"],
      "spec": ["ports": [["port": 1], ["port": 2]], "map": ["a": "1"], "whole": ["x": "1"]],
    ]
    var new = old
    new.set([["port": 1], ["port": 3]], at: ["spec", "ports"])
    new.set("2", at: ["spec", "map", "a"])
    new.set("2", at: ["spec", "whole", "x"])
    let changed = FieldComparison(from: old, to: new, type: type).changed.paths
    #expect(
      Set(changed) == [
        ".spec.ports[port=3]", ".spec.ports[port=3].port", ".spec.map.a", ".spec.whole",
      ])
  }
}
