import Resources
import Testing

/// A body read as one of the built-in types.
func parse(
  _ json: String, as name: String = "io.k8s.api.core.v1.Pod",
  _ validation: FieldValidation = .strict
) throws -> DocumentParser.Result {
  let type = try #require(Schema.builtin.type(named: name))
  return try DocumentParser.parse(json: Array(json.utf8), as: type, validation: validation)
}

@Suite struct DocumentParserTests {
  @Test("a valid body reads as it is written")
  func valid() throws {
    let text = #"""
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"}},
      "spec":{"containers":[{"name":"a","image":"x","ports":[{"containerPort":80}],"tty":true}]}}
      """#
    let pod = try parse(text).document
    #expect(pod.jsonText == text.replacing("\n", with: ""))
    #expect(pod == (try Document(json: text)))
  }

  @Test(
    "an unknown member is refused when strict, told when warning, and dropped",
    arguments: [
      (#"{"foo":1}"#, "foo"),
      (#"{"Spec":{}}"#, "Spec"),
      (#"{"spec":{"foo":{"deep":[1,{"a":2}]}}}"#, "spec.foo"),
      (
        #"{"spec":{"containers":[{"name":"a"},{"name":"b","foo":null}]}}"#, "spec.containers[1].foo"
      ),
      (#"{"spec":{"volumes":[{"emptyDir":{"a\u0062":"\n"}}]}}"#, "spec.volumes[0].emptyDir.ab"),
      (#"{"":1}"#, ""),
    ])
  func unknown(_ body: String, _ path: String) throws {
    let problem = FieldProblem(.unknown, path: path)
    #expect(throws: DocumentError.strict([problem])) { try parse(body) }
    let result = try parse(body, .warn)
    #expect(result.problems == [problem])
    #expect(!result.document.jsonText.contains("foo"))
    #expect(try parse(result.document.jsonText).problems.isEmpty)
  }

  @Test(
    "of a member given twice the last counts, and the first is told",
    arguments: [
      (
        #"{"kind":"A","metadata":{"name":"x"},"kind":"B"}"#,
        #"{"metadata":{"name":"x"},"kind":"B"}"#, "kind"
      ),
      (
        #"{"metadata":{"labels":{"a":"1","b":"2","a":"3"}}}"#,
        #"{"metadata":{"labels":{"b":"2","a":"3"}}}"#, "metadata.labels.a"
      ),
      (
        #"{"metadata":{"labels":{"a\n":"1","a\u000a":"3"}}}"#,
        #"{"metadata":{"labels":{"a\n":"3"}}}"#, "metadata.labels.a\n"
      ),
    ])
  func duplicates(_ body: String, _ kept: String, _ path: String) throws {
    let problem = FieldProblem(.duplicate, path: path)
    #expect(throws: DocumentError.strict([problem])) { try parse(body) }
    let result = try parse(body, .ignore)
    #expect(result.document.jsonText == kept)
    #expect(result.problems == [problem])
  }

  @Test("duplicates are found in maps of any size", arguments: [2, 47, 48, 49, 50, 1000])
  func largeMaps(_ count: Int) throws {
    let members = (0..<count).map { #""key\#($0)":"\#($0)""# } + [#""key0":"again""#]
    let body = #"{"data":{\#(members.joined(separator: ","))}}"#
    let result = try parse(body, as: "io.k8s.api.core.v1.ConfigMap", .warn)
    #expect(result.problems.map(\.path) == ["data.key0"])
    #expect(result.document["data"]?.count == count)
    #expect(result.document["data"]?["key0"]?.string == "again")
  }

  @Test("at most a hundred problems are collected")
  func bounded() throws {
    let members = (0..<500).map { "\"x\($0)\":1" }.joined(separator: ",")
    #expect(try parse("{\(members)}", .warn).problems.count == 100)
  }

  @Test("the strict error is worded as upstream words it")
  func wording() {
    let error = DocumentError.strict([
      FieldProblem(.unknown, path: "spec.foo"), FieldProblem(.duplicate, path: "spec.bar"),
    ])
    #expect(
      error.description
        == #"strict decoding error: unknown field "spec.foo", duplicate field "spec.bar""#)
    let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
    let answer = error.apiError(expecting: kind)
    #expect(answer.code == 400 && answer.reason == .badRequest)
    #expect(
      answer.message.hasPrefix(
        #"Deployment in version "v1" cannot be handled as a Deployment: strict decoding error"#))
  }

  @Test(
    "a value of the wrong type is refused with its place, what it holds and what it may hold",
    arguments: [
      (#"{"metadata":{"name":1}}"#, "metadata.name", "a number", "string"),
      (#"{"metadata":{"name":{}}}"#, "metadata.name", "an object", "string"),
      (#"{"metadata":[]}"#, "metadata", "an array", "object"),
      (#"{"spec":{"hostNetwork":"true"}}"#, "spec.hostNetwork", "a string", "boolean"),
      (#"{"spec":{"hostNetwork":1}}"#, "spec.hostNetwork", "a number", "boolean"),
      (#"{"spec":{"priority":true}}"#, "spec.priority", "true", "32-bit integer"),
      (#"{"spec":{"containers":{}}}"#, "spec.containers", "an object", "array"),
      (
        #"{"spec":{"containers":[{},{"args":["a",2]}]}}"#, "spec.containers[1].args[1]", "a number",
        "string"
      ),
      (#"{"metadata":{"labels":{"a":1}}}"#, "metadata.labels.a", "a number", "string"),
      (#"[]"#, "", "an array", "object"),
      (#"null"#, "", "null", "object"),
      (#""x""#, "", "a string", "object"),
    ])
  func wrongType(_ body: String, _ path: String, _ found: String, _ expected: String) {
    #expect(throws: DocumentError.wrongType(path: path, found: found, expected: expected)) {
      try parse(body)
    }
  }

  @Test(
    "whole numbers are held to their range",
    arguments: [
      ("priority", "2147483647", true), ("priority", "2147483648", false),
      ("priority", "-2147483648", true), ("priority", "-2147483649", false),
      ("priority", "1.0", false), ("priority", "1e3", false),
      ("activeDeadlineSeconds", "9223372036854775807", true),
      ("activeDeadlineSeconds", "9223372036854775808", false),
      ("activeDeadlineSeconds", "-9223372036854775808", true),
      ("activeDeadlineSeconds", "0", true), ("activeDeadlineSeconds", "-0", true),
    ])
  func ranges(_ field: String, _ number: String, _ isValid: Bool) throws {
    let body = #"{"spec":{"\#(field)":\#(number)}}"#
    if isValid {
      #expect(try parse(body).document["spec"]?[field]?.integer == Int(number))
    } else {
      #expect(throws: DocumentError.self) { try parse(body) }
    }
  }

  @Test("null is absence in an object, and the zero value in lists and maps of a type")
  func nulls() throws {
    let body = #"""
      {"metadata":{"creationTimestamp":null,"labels":{"a":null}},"status":null,
      "spec":{"nodeSelector":null,"containers":[null,{"args":[null],"tty":null}]}}
      """#
    #expect(
      try parse(body).document.jsonText
        == #"{"metadata":{"labels":{"a":""}},"spec":{"containers":[{},{"args":[""]}]}}"#)
    let revision = #"{"revision":1,"data":{"spec":null}}"#
    let name = "io.k8s.api.apps.v1.ControllerRevision"
    #expect(try parse(revision, as: name).document.jsonText == revision)
  }

  @Test("quantities and times take their canonical spelling")
  func canonical() throws {
    let body = #"""
      {"metadata":{"creationTimestamp":"2024-02-29T23:30:00.5-01:00"},"spec":{"containers":[
      {"name":"a","resources":{"limits":{"cpu":0.5,"memory":"1024Mi","pods":1000,"x":"1e3"}}}]}}
      """#
    let pod = try parse(body).document
    #expect(pod[path: "metadata", "creationTimestamp"]?.string == "2024-03-01T00:30:00Z")
    let limits = try #require(pod["spec"]?["containers"]?[0][path: "resources", "limits"])
    #expect(limits.jsonText == #"{"cpu":"500m","memory":"1Gi","pods":"1k","x":"1e3"}"#)
  }

  @Test(
    "content that a type refuses is refused",
    arguments: [
      ("io.k8s.api.core.v1.Secret", #"{"data":{"a":"b"}}"#, "data.a"),
      ("io.k8s.api.core.v1.Secret", #"{"data":{"a":"b===" }}"#, "data.a"),
      (
        "io.k8s.api.core.v1.Pod", #"{"metadata":{"creationTimestamp":"now"}}"#,
        "metadata.creationTimestamp"
      ),
      ("io.k8s.api.core.v1.Pod", #"{"spec":{"overhead":{"cpu":"1 core"}}}"#, "spec.overhead.cpu"),
      ("io.k8s.api.core.v1.Pod", #"{"spec":{"overhead":{"cpu":""}}}"#, "spec.overhead.cpu"),
    ])
  func wrongContent(_ type: String, _ body: String, _ place: String) throws {
    let error = #expect(throws: DocumentError.self) { try parse(body, as: type) }
    guard case .wrongContent(let path, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == place)
  }

  @Test("ports take numbers and text, and nothing else")
  func intOrString() throws {
    func body(_ port: String) -> String {
      #"{"spec":{"ports":[{"port":1,"targetPort":\#(port)}]}}"#
    }
    let service = "io.k8s.api.core.v1.Service"
    for port in ["80", #""http""#, "-1"] {
      #expect(try parse(body(port), as: service).document.jsonText == body(port))
    }
    for port in ["80.5", "3000000000", "true", "{}"] {
      #expect(throws: DocumentError.self) { try parse(body(port), as: service) }
    }
  }

  @Test("a JSON schema's alternatives are told apart by shape, and checked")
  func unions() throws {
    let name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
    let body = #"""
      {"items":[{"type":"string"}],"additionalProperties":false,"default":{"any":[null]},
      "dependencies":{"a":["b"],"c":{"title":"d"}},"not":{"items":{"minimum":1.5}}}
      """#
    #expect(try parse(body, as: name).document.jsonText == body.replacing("\n", with: ""))
    #expect(throws: DocumentError.self) { try parse(#"{"items":true}"#, as: name) }
    #expect(throws: DocumentError.strict([FieldProblem(.unknown, path: "items.foo")])) {
      try parse(#"{"items":{"foo":1}}"#, as: name)
    }
  }

  @Test(
    "bytes that are no JSON are refused",
    arguments: [
      "", " ", "{", "}", "[", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "{,}", "[1 2]", "tru",
      "nul", "truf", "01", "-", "1.", "1e", "+1", ".5", "\"", "\"\\", "\"\\x\"", "\"\\u12\"",
      "\"\n\"", "{}{}", "{} x", "{1:2}", "'a'", "[1}", "{\"a\":1]", "NaN", "1e999", "\u{FEFF}{}",
    ])
  func malformed(_ text: String) {
    #expect(throws: JSONError.self) { try Document(json: text) }
  }

  @Test(
    "text that is no UTF-8 is refused, wherever it stands",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80], [0x80],
    ] as [[UInt8]])
  func invalidUTF8(_ bytes: [UInt8]) {
    for (before, after) in [
      ("\"", "\""), ("\"abcdefgh", "ijklmnopq\""), ("{\"", "\":1}"),
      ("\"\\n", "\\n\""),
    ] {
      let body = Array(before.utf8) + bytes + Array(after.utf8)
      #expect(throws: JSONError.self) { try Document(json: body) }
    }
  }

  @Test("escapes and text beyond ASCII keep their meaning")
  func escapes() throws {
    let text = #"{"k\u00e9y":"a\"\\\/\b\f\n\r\t\u0041\ud83d\ude00\ud800x","é😀":"é😀 \u003c"}"#
    let document = try Document(json: text)
    #expect(document["kéy"]?.string == "a\"\\/\u{8}\u{C}\n\r\tA😀\u{FFFD}x")
    #expect(document["é😀"]?.string == "é😀 <")
    #expect(try Document(json: document.json) == document)
  }

  @Test("nesting is bounded, on the last level too")
  func depth() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(try Document(json: nested(Document.depthMax)).isArray)
    #expect(throws: JSONError.tooDeep(limit: Document.depthMax)) {
      try Document(json: nested(Document.depthMax + 1))
    }
    #expect(throws: JSONError.tooDeep(limit: Document.depthMax)) {
      try Document(json: String(repeating: "{\"a\":", count: 100_000))
    }
  }

  @Test("a body may be edited after it was read, and keeps its other values")
  func editing() throws {
    var pod = try parse(#"{"metadata":{"name":"a\n"},"spec":{"nodeName":"n"}}"#).document
    let before = pod
    pod["spec"] = ["nodeName": "m", "hostNetwork": true]
    #expect(
      pod.jsonText == #"{"metadata":{"name":"a\n"},"spec":{"nodeName":"m","hostNetwork":true}}"#)
    #expect(before["spec"]?["nodeName"]?.string == "n")
    #expect(pod.compacted() == pod)
  }
}
