import Resources
import Testing

@Suite struct StrategicMergePatchTests {
  private let spec: Document = [
    "containers": [
      ["name": "a", "image": "x:1", "env": [["name": "K", "value": "1"]]],
      ["name": "b", "image": "y:1"],
    ],
    "tolerations": [["key": "t1"]],
  ]

  private func patched(_ patch: Document) throws -> Document {
    let type = Schema.builtin.type(of: GroupVersionKind(apiVersion: "v1", kind: "Pod"))
    let pod: Document = ["metadata": ["finalizers": ["f1"]], "spec": spec]
    return try StrategicMergePatch(schema: .builtin).apply(patch, to: pod, type: type)
  }

  @Test("containers and their variables merge by name, and others stay")
  func mergesByKey() throws {
    let result = try patched([
      "spec": [
        "containers": [
          ["name": "a", "image": "x:2", "env": [["name": "L", "value": "2"]]], ["name": "c"],
        ]
      ]
    ])
    #expect(
      result[path: "spec", "containers"] == [
        [
          "name": "a", "image": "x:2",
          "env": [["name": "L", "value": "2"], ["name": "K", "value": "1"]],
        ], ["name": "c"], ["name": "b", "image": "y:1"],
      ])
  }

  @Test("an element is deleted by its key, a list replaced by the directive")
  func directivesInLists() throws {
    let deleted = try patched(["spec": ["containers": [["name": "a", "$patch": "delete"]]]])
    #expect(deleted[path: "spec", "containers"] == [["name": "b", "image": "y:1"]])
    let replaced = try patched(["spec": ["containers": [["name": "z"], ["$patch": "replace"]]]])
    #expect(replaced[path: "spec", "containers"] == [["name": "z"]])
  }

  @Test("a list without a merge key is replaced whole")
  func atomicList() throws {
    let result = try patched(["spec": ["tolerations": [["key": "t2"]]]])
    #expect(result[path: "spec", "tolerations"] == [["key": "t2"]])
  }

  @Test("plain values merge as a set, and leave by $deleteFromPrimitiveList")
  func primitiveList() throws {
    let merged = try patched(["metadata": ["finalizers": ["f2", "f1"]]])
    #expect(merged[path: "metadata", "finalizers"] == ["f2", "f1"])
    let removed = try patched(["metadata": ["$deleteFromPrimitiveList/finalizers": ["f1"]]])
    #expect(removed[path: "metadata", "finalizers"] == .emptyArray)
  }

  @Test("$setElementOrder sorts, with and without changed elements")
  func elementOrder() throws {
    let result = try patched([
      "spec": ["$setElementOrder/containers": [["name": "b"], ["name": "a"]]]
    ])
    let names = result[path: "spec", "containers"]?.elements.compactMap { $0["name"]?.string }
    #expect(names == ["b", "a"])
  }

  @Test("$retainKeys drops what it does not name, and refuses what it forgets")
  func retainKeys() throws {
    let result = try patched(["spec": ["$retainKeys": ["tolerations"]]])
    #expect(result["spec"] == ["tolerations": [["key": "t1"]]])
    #expect(throws: PatchError.self) {
      try patched(["spec": ["$retainKeys": ["tolerations"], "nodeName": "n"]])
    }
  }

  @Test("an element without its merge key is refused, as is an unknown directive")
  func refused() {
    #expect(throws: PatchError.self) { try patched(["spec": ["containers": [["image": "x"]]]]) }
    #expect(throws: PatchError.self) { try patched(["spec": ["$patch": "mix"]]) }
  }
}
