import Testing

@testable import Resources

@Suite struct InformerIndexTests {
  private let key = ObjectKey(namespace: "default", name: "web")
  private let other = ObjectKey(namespace: "default", name: "db")

  private func index() -> InformerIndex {
    InformerIndex(name: "colour") { $0["colours"]?.elements.compactMap(\.string) ?? [] }
  }

  @Test("an object is found by each of its terms, and moves when they change")
  func terms() {
    var index = index()
    index.replace(nil, with: ["colours": ["red", "blue"]], key)
    index.replace(nil, with: ["colours": ["red"]], other)
    #expect(index["red"] == [key, other] && index["blue"] == [key])
    index.replace(["colours": ["red", "blue"]], with: ["colours": ["blue", "green"]], key)
    #expect(index["red"] == [other] && index["blue"] == [key] && index["green"] == [key])
    index.replace(["colours": ["red"]], with: nil, other)
    #expect(index["red"].isEmpty)
  }

  @Test("a change that says the same leaves an object where it is")
  func unchanged() {
    var index = index()
    index.replace(nil, with: ["colours": ["red"]], key)
    index.replace(["colours": ["red"]], with: ["colours": ["red"], "size": 2], key)
    #expect(index["red"] == [key])
    index.replace(nil, with: ["size": 3], other)
    #expect(index["red"] == [key] && index["blue"].isEmpty)
  }
}
