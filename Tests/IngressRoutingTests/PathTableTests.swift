import IngressRouting
import Testing

/// Rows of Kubernetes' documentation, "Ingress", "Examples" of path types, and what it leaves open.
@Suite struct PathTableTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let type: String
    let paths: [String]
    let request: String
    /// Which of `paths`.
    let expected: Int?
    var testDescription: String { "\(type) \(paths) \(request)" }

    init(_ type: String, _ paths: [String], _ request: String, _ expected: Int?) {
      self.type = type
      self.paths = paths
      self.request = request
      self.expected = expected
    }
  }

  static let documented = [
    Row("Prefix", ["/"], "/anything/at/all", 0),
    Row("Exact", ["/foo"], "/foo", 0),
    Row("Exact", ["/foo"], "/bar", nil),
    Row("Exact", ["/foo"], "/foo/", nil),
    Row("Exact", ["/foo/"], "/foo", nil),
    Row("Prefix", ["/foo"], "/foo", 0),
    Row("Prefix", ["/foo"], "/foo/", 0),
    Row("Prefix", ["/foo/"], "/foo", 0),
    Row("Prefix", ["/foo/"], "/foo/", 0),
    Row("Prefix", ["/aaa/bb"], "/aaa/bbb", nil),
    Row("Prefix", ["/aaa/bbb"], "/aaa/bbb", 0),
    Row("Prefix", ["/aaa/bbb/"], "/aaa/bbb", 0),
    Row("Prefix", ["/aaa/bbb"], "/aaa/bbb/", 0),
    Row("Prefix", ["/aaa/bbb"], "/aaa/bbb/ccc", 0),
    Row("Prefix", ["/aaa/bbb"], "/aaa/bbbxyz", nil),
    Row("Prefix", ["/", "/aaa"], "/aaa/ccc", 1),
    Row("Prefix", ["/", "/aaa"], "/ccc", 0),
    Row("Prefix", ["/", "/aaa", "/aaa/bbb"], "/aaa/bbb", 2),
    Row("Prefix", ["/aaa"], "/ccc", nil),
    Row("Prefix", ["/aaa"], "/AAA", nil),
    Row("ImplementationSpecific", ["/aaa"], "/aaa/b", 0),
    Row("ImplementationSpecific", [""], "/", 0),
    Row("Prefix", ["/a/b/c"], "/a/b/c/d/e/f", 0),
    Row("Prefix", ["/a/b/c"], "/a/b", nil),
  ]

  @Test("the longest path that fits wins", arguments: documented)
  func rows(_ row: Row) {
    var table = PathTable<Int>()
    for (index, path) in row.paths.enumerated() {
      table.add(PathPattern(path, type: row.type), index)
    }
    #expect(table.target(of: row.request) == row.expected)
  }

  @Test("of two as long, the exact one wins; the first of two equal ones stays")
  func precedence() {
    var table = PathTable<Int>()
    table.add(PathPattern("/foo", type: "Prefix"), 1)
    table.add(PathPattern("/foo", type: "Exact"), 2)
    #expect(table.add(PathPattern("/foo/", type: "Prefix"), 3) == 1)
    #expect(table.target(of: "/foo") == 2)
    #expect(table.target(of: "/foo/") == 1)
  }

  @Test("a path of very many elements costs no more than the rules have")
  func manyElements() {
    var table = PathTable<Int>()
    table.add(PathPattern("/a/b", type: "Prefix"), 1)
    let path = "/a/b" + String(repeating: "/x", count: 30_000)
    let start = ContinuousClock.now
    for _ in 0..<1_000 { #expect(table.target(of: path) == 1) }
    // Quadratic would be minutes.
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}
