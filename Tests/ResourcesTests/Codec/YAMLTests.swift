import Resources
import Testing

@Suite struct YAMLTests {
  private func json(_ yaml: String) throws -> [String] {
    try Document.documents(yaml: yaml).map(\.jsonText)
  }

  @Test(
    "scalars are what Kubernetes takes them for",
    arguments: [
      ("a", "\"a\""), ("'1'", "\"1\""), ("\"1\"", "\"1\""), ("1", "1"), ("-1", "-1"),
      ("1.5", "1.5"),
      ("1.0", "1"), ("1e3", "1000"), ("0644", "420"), ("0x1F", "31"), ("0b11", "3"), ("0o17", "15"),
      ("1_000", "1000"), ("08", "8"), ("true", "true"), ("yes", "true"), ("off", "false"),
      ("y", "true"), ("n", "false"), ("null", "null"), ("~", "null"), ("", "null"),
      ("2001-01-01", "\"2001-01-01\""), ("1.2.3", "\"1.2.3\""), ("12:30", "\"12:30\""),
      ("!!str 1", "\"1\""), ("! 1", "\"1\""), ("500m", "\"500m\""),
      ("+1", "1"), (".5", "0.5"), ("1.", "1"), ("9223372036854775807", "9223372036854775807"),
      ("|\n  a\n  b", "\"a\\nb\\n\""), (">-\n  a\n  b", "\"a b\""), ("0", "0"), ("-0x10", "-16"),
      ("1e", "\"1e\""), ("0xg", "\"0xg\""), ("1__", "1"), ("é", "\"é\""),
    ])
  func scalars(_ text: String, _ expected: String) throws {
    #expect(try json("k: \(text)\n") == ["{\"k\":\(expected)}"])
  }

  @Test("keys become text")
  func keys() throws {
    #expect(
      try json("1: a\ntrue: b\n1.5: c\n\"2\": d\n? x\n: e\n")
        == [#"{"1":"a","true":"b","1.5":"c","2":"d","x":"e"}"#])
    #expect(throws: YAMLError.self) { try json("? [a]\n: b") }
    #expect(throws: YAMLError.self) { try json("? {a: b}\n: c") }
  }

  @Test("a stream holds several documents, and empty ones are none")
  func streams() throws {
    #expect(
      try json("---\n# nothing\n---\na: 1\n---\n- b\n...\n---\n") == ["{\"a\":1}", "[\"b\"]"])
    #expect(try json("") == [])
    #expect(try json("{\"a\": [1, {\"b\": null}]}") == [#"{"a":[1,{"b":null}]}"#])
  }

  @Test("aliases repeat, and merge keys add what is not there")
  func aliases() throws {
    #expect(
      try json("a: &x {k: 1, l: 2}\nb: *x\nc:\n  <<: *x\n  k: 3\nd:\n  <<: [*x, {m: 4, k: 5}]\n")
        == [#"{"a":{"k":1,"l":2},"b":{"k":1,"l":2},"c":{"k":3,"l":2},"d":{"k":1,"l":2,"m":4}}"#])
    #expect(throws: YAMLError.self) { try json("a: *nowhere") }
    #expect(throws: YAMLError.self) { try json("a: &x [*x]") }
    #expect(throws: YAMLError.self) { try json("a: &x 1\nb:\n  <<: *x\n") }
  }

  @Test("an alias bomb is refused before it goes off")
  func bomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let references = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(references)]\n"
    }
    #expect(throws: YAMLError.self) { try json(text) }
  }

  @Test("nesting is bounded")
  func depth() throws {
    #expect(throws: YAMLError.self) { try json(String(repeating: "[", count: 100_000)) }
    #expect(throws: YAMLError.self) { try json(String(repeating: "{a: ", count: 2_000)) }
    #expect(throws: YAMLError.self) { try json(String(repeating: "- ", count: 2_000)) }
  }

  @Test(
    "text that is no YAML is refused with its line",
    arguments: [
      ("a: [1", 2), ("a: 1\n b: 2", 2), ("a: b: c", 1), ("a:\n\t- 1", 2), ("'a", 1), ("%x\n", 1),
      ("a: .nan", 1), ("a: &x", 1),
    ])
  func malformed(_ text: String, _ line: Int) throws {
    if text == "a: &x" {
      #expect(try json(text) == ["{\"a\":null}"])
      return
    }
    let error = #expect(throws: YAMLError.self) { try json(text) }
    #expect((error?.line ?? 0) >= 1 && abs((error?.line ?? 0) - line) <= 1)
  }

  @Test("bytes that are no UTF-8 are refused")
  func invalidUTF8() {
    #expect(throws: YAMLError.self) { try Document.documents(yaml: [0x61, 0x3A, 0x20, 0xFF]) }
    #expect(throws: YAMLError.self) { try Document.documents(yaml: [0x00]) }
  }

  @Test("a manifest reads as its type, with the same checks as JSON")
  func guided() throws {
    let yaml = """
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        containers:
        - name: a
          image: x
          resources: {limits: {cpu: 0.5}}
        volumes:
        - name: v
          configMap: {name: c, defaultMode: 0644}
      """
    let type = try #require(Schema.builtin.type(named: "io.k8s.api.core.v1.Pod"))
    let pod = try DocumentParser.parse(yaml: Array(yaml.utf8), as: type).document
    #expect(pod["spec"]?["volumes"]?[0][path: "configMap", "defaultMode"]?.integer == 420)
    #expect(pod["spec"]?["containers"]?[0][path: "resources", "limits", "cpu"]?.string == "500m")
    let duplicate = yaml + "\nkind: Pod\n"
    #expect(throws: DocumentError.strict([FieldProblem(.duplicate, path: "kind")])) {
      try DocumentParser.parse(yaml: Array(duplicate.utf8), as: type)
    }
    #expect(throws: DocumentError.self) {
      try DocumentParser.parse(yaml: Array("a: 1\n---\nb: 2".utf8), as: type)
    }
  }

  @Test("documents are written in block style, members by name, texts quoted where they must be")
  func writing() {
    let document: Document = [
      "b": ["x": "true", "y": "a: b", "z": "plain text"], "a": [1, ["k": "v", "a": []], [2]],
      "c": .emptyObject, "d": "line\nline\n", "e": "", "f": .null, "g": "0644", "h": "line\nline",
    ]
    #expect(
      document.yaml == """
        a:
        - 1
        - a: []
          k: v
        -
          - 2
        b:
          x: "true"
          "y": "a: b"
          z: plain text
        c: {}
        d: |
          line
          line
        e: ""
        f: null
        g: "0644"
        h: |-
          line
          line

        """)
  }
}
