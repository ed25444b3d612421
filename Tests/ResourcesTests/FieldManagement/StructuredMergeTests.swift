import Resources
import Testing

@Suite struct StructuredMergeTests {
  private static let deployments = StructuredMerge(
    type: Schema.builtin.type(group: "apps", version: "v1", kind: "Deployment"))

  private static let live: Document = [
    "kind": "Deployment", "apiVersion": "apps/v1",
    "metadata": ["name": "web", "labels": ["a": "1"]],
    "spec": [
      "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
      "template": [
        "spec": [
          "containers": [
            ["name": "c", "image": "i", "env": [["name": "A", "value": "1"]]],
            ["name": "d", "image": "j"],
          ]
        ]
      ],
    ],
  ]

  private static func problem(_ part: Document) -> String? {
    do throws(StructuredMerge.Problem) {
      _ = try deployments.merged(part, into: live)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("what a part names is set or merged by its keys, and all else stays")
  func merge() throws {
    let merged = try Self.deployments.merged(
      [
        "metadata": ["labels": ["b": "2"]],
        "spec": [
          "replicas": 5,
          "template": [
            "spec": [
              "containers": [
                ["name": "c", "env": [["name": "B", "value": "2"]]], ["name": "e", "image": "k"],
              ]
            ]
          ],
        ],
      ], into: Self.live)
    #expect(merged[path: "metadata", "labels"] == ["a": "1", "b": "2"])
    #expect(merged[path: "metadata", "name"] == "web")
    #expect(merged[path: "spec", "replicas"] == 5)
    let containers = merged[path: "spec", "template", "spec", "containers"] ?? .null
    #expect(containers.elements.map { $0["name"]?.string } == ["c", "d", "e"])
    #expect(containers[0]["image"] == "i")
    #expect(containers[0]["env"]?.count == 2)
  }

  @Test("a part is of the object's kind, and a container that is null says nothing")
  func header() throws {
    let merged = try Self.deployments.merged(
      ["kind": "Pod", "apiVersion": "v1", "spec": .null, "metadata": ["labels": .null]],
      into: Self.live)
    #expect(merged == Self.live)
  }

  @Test("what is replaced as a whole is refused, since a part does not name all of it")
  func atomic() {
    #expect(
      Self.problem(["spec": ["selector": ["matchLabels": ["x": "y"]]]])
        == "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
        + ".spec.selector")
    #expect(
      Self.problem([
        "spec": [
          "template": ["spec": ["containers": [["name": "c", "args": ["a"]]]]]
        ]
      ])
        == "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
        + ".spec.template.spec.containers[0].args")
  }

  @Test("what is not of the type is refused, by its path")
  func types() {
    let head = "failed to convert patch object to typed object: "
    #expect(
      Self.problem(["spec": ["foo": 1]]) == head + ".spec.foo: field not declared in schema")
    #expect(
      Self.problem(["spec": ["replicas": "many"]])
        == head + ".spec.replicas: expected numeric (int or float), got string")
    #expect(
      Self.problem(["spec": ["foo": 1, "bar": 1]])
        == head
        + "errors:\n  .spec.foo: field not declared in schema\n"
        + "  .spec.bar: field not declared in schema")
    #expect(
      Self.problem(["spec": ["template": ["spec": ["containers": [["image": "x"]]]]]])
        == head + ".spec.template.spec.containers: element 0: associative list with keys has an "
        + "element that omits key field \"name\" (and doesn't have default value)")
    let twice: Document = [["name": "x"], ["name": "x"]]
    #expect(
      Self.problem(["spec": ["template": ["spec": ["containers": twice]]]])
        == head
        + ".spec.template.spec.containers: duplicate entries for key [name=\"x\"]")
  }

  @Test("without a schema objects are merged by member, and lists are a whole")
  func untyped() throws {
    let merge = StructuredMerge(type: nil)
    #expect(try merge.merged(["a": ["c": 2]], into: ["a": ["b": 1]]) == ["a": ["b": 1, "c": 2]])
    #expect(throws: StructuredMerge.Problem.self) {
      try merge.merged(["a": [1]], into: ["a": ["b": 1]])
    }
  }
}
