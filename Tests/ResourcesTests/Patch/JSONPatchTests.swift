import Resources
import Testing

@Suite struct JSONPatchTests {
  private let original: Document = ["a": ["b": [1, 2, 3]], "x/y": "s"]

  private func patched(_ patch: Document) throws -> Document {
    try JSONPatch(patch).applied(to: original)
  }

  @Test("each operation does what RFC 6902 says")
  func operations() throws {
    #expect(
      try patched([["op": "add", "path": "/a/b/1", "value": 9]])[path: "a", "b"] == [1, 9, 2, 3])
    #expect(
      try patched([["op": "add", "path": "/a/b/-", "value": 9]])[path: "a", "b"] == [1, 2, 3, 9])
    #expect(try patched([["op": "remove", "path": "/a/b/0"]])[path: "a", "b"] == [2, 3])
    #expect(
      try patched([["op": "replace", "path": "/a/b/2", "value": 0]])[path: "a", "b"] == [1, 2, 0])
    #expect(try patched([["op": "replace", "path": "/x~1y", "value": "t"]])["x/y"] == "t")
    // As upstream has it, though not RFC 6902: a member that is not there is added.
    #expect(try patched([["op": "replace", "path": "/a/new", "value": 1]])[path: "a", "new"] == 1)
    #expect(try patched([["op": "move", "from": "/a/b", "path": "/c"]])["c"] == [1, 2, 3])
    let copied = try patched([["op": "copy", "from": "/x~1y", "path": "/a/z"]])
    #expect(copied[path: "a", "z"] == "s" && copied["x/y"] == "s")
    #expect(try patched([["op": "test", "path": "/a/b/0", "value": 1]]) == original)
  }

  @Test(
    "an operation that does not fit is refused",
    arguments: [
      ["op": "test", "path": "/a/b/0", "value": 2], ["op": "remove", "path": "/missing"],
      ["op": "replace", "path": "/a/b/3", "value": 1], ["op": "add", "path": "/m/n", "value": 1],
      ["op": "replace", "path": "/m/n", "value": 1],
      ["op": "replace", "path": "/a/b/-", "value": 1],
      ["op": "add", "path": "/a/b/4", "value": 1], ["op": "add", "path": "/a/b/01", "value": 1],
      ["op": "move", "from": "/a", "path": "/a/b"],
    ] as [Document])
  func inapplicable(_ operation: Document) throws {
    let patch = try JSONPatch([operation])
    #expect(throws: PatchError.self) { try patch.applied(to: original) }
  }

  @Test(
    "what is no patch is refused",
    arguments: [
      ["op": "add"], [["op": "mix", "path": "/a"]], [["op": "add", "path": "/a"]],
      [["op": "add", "path": "a", "value": 1]], [["op": "move", "path": "/a"]],
    ] as [Document])
  func malformed(_ patch: Document) {
    #expect(throws: PatchError.self) { try JSONPatch(patch) }
  }

  @Test("a merge patch sets, removes by null and replaces lists")
  func mergePatch() {
    #expect(
      original.merging(["a": ["b": [4], "c": ["d": .null, "e": 1]], "x/y": .null])
        == ["a": ["b": [4], "c": ["e": 1]]])
  }
}
