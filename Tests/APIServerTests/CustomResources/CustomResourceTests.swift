import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

/// CustomResourceDefinitions and what they define, through a listening server.
@Suite("Custom resources", .timeLimit(.minutes(5)))
struct CustomResourceTests {
  private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  private static let name = "crontabs.stable.example.com"
  private static let objects = "/apis/stable.example.com/v1/namespaces/default/crontabs"

  private static let schema =
    #"""
    {"type":"object","properties":{
      "spec":{"type":"object","required":["cronSpec"],"properties":{
        "cronSpec":{"type":"string","pattern":"^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$"},
        "image":{"type":"string","default":"none"},
        "replicas":{"type":"integer","minimum":1,"maximum":10},
        "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port"],
          "items":{"type":"object","required":["port"],"properties":{
            "port":{"type":"integer"},"name":{"type":"string"}}}}}},
      "status":{"type":"object","properties":{
        "replicas":{"type":"integer"},"selector":{"type":"string"}}}}}
    """#

  private static func definition(
    schema: String = schema, versions: String? = nil, conversion: String = ""
  ) -> String {
    let one =
      #"""
      {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":\#(schema)},
       "subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas",
         "statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}},
       "selectableFields":[{"jsonPath":".spec.image"}],
       "additionalPrinterColumns":[{"name":"Spec","type":"string","jsonPath":".spec.cronSpec"},
         {"name":"Replicas","type":"integer","jsonPath":".spec.replicas"}]}
      """#
    return #"""
      {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
       "metadata":{"name":"\#(name)"},
       "spec":{"group":"stable.example.com","scope":"Namespaced",
        "names":{"plural":"crontabs","kind":"CronTab","shortNames":["ct"],"categories":["all"]},
        "versions":[\#(versions ?? one)]}}
      """#
  }

  private static func object(_ name: String, _ spec: String, version: String = "v1") -> String {
    #"{"apiVersion":"stable.example.com/\#(version)","kind":"CronTab","metadata":{"name":"\#(name)"},"#
      + #""spec":\#(spec)}"#
  }

  /// Runs with a definition that is established.
  private func withDefinition(
    _ definition: String = definition(),
    _ body: (TestAPIServer, TestAPIClient) async throws -> Void
  ) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(Self.definitions, definition)
      try #require(made.status == 201, "\(made.text)")
      try await established(client)
      try await body(server, client)
    }
  }

  private func established(_ client: TestAPIClient) async throws {
    try await eventually {
      let read = try await client.get(Self.definitions + "/" + Self.name)
      return CustomConditions(read.object[path: "status", "conditions"]).isTrue("Established")
    }
  }

  /// What has to come true soon. Bounded by ten seconds.
  private func eventually(_ isTrue: () async throws -> Bool) async throws {
    for _ in 0..<1000 {
      if try await isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true within ten seconds")
  }

  // MARK: Objects

  @Test("an object is stored with its defaults, and read, listed, patched and deleted")
  func objects() async throws {
    try await withDefinition { _, client in
      let made = try await client.post(
        Self.objects, Self.object("a", #"{"cronSpec":"* * * * */5","replicas":2}"#))
      #expect(made.status == 201, "\(made.text)")
      #expect(made.object[path: "spec", "image"]?.string == "none")
      #expect(made.object["status"] == nil)
      #expect(made.object[path: "metadata", "generation"]?.integer == 1)
      let patched = try await client.patch(
        Self.objects + "/a", .merge, #"{"spec":{"image":"x"}}"#)
      #expect(patched.object[path: "spec", "image"]?.string == "x")
      #expect(patched.object[path: "metadata", "generation"]?.integer == 2)
      let strategic = try await client.patch(Self.objects + "/a", .strategic, "{}")
      #expect(strategic.status == 415)
      let selected = try await client.get(Self.objects + "?fieldSelector=spec.image%3Dx")
      #expect(selected.object["items"]?.count == 1)
      let none = try await client.get(Self.objects + "?fieldSelector=spec.image%3Dy")
      #expect(none.object["items"]?.count == 0)
      #expect(try await client.delete(Self.objects + "/a").status == 200)
      #expect(try await client.get(Self.objects + "/a").status == 404)
    }
  }

  @Test("what the schema does not allow is refused with each field's problem")
  func invalid() async throws {
    try await withDefinition { _, client in
      let answer = try await client.post(
        Self.objects, Self.object("a", #"{"cronSpec":"never","replicas":99}"#))
      #expect(answer.status == 422)
      #expect(
        answer.causes == ["FieldValueInvalid spec.cronSpec", "FieldValueInvalid spec.replicas"])
      #expect(
        answer.message.hasPrefix(#"CronTab.stable.example.com "a" is invalid: "#),
        "\(answer.message)")
      let wrongType = try await client.post(
        Self.objects, Self.object("a", #"{"cronSpec":"* * * * *","replicas":"two"}"#))
      #expect(wrongType.status == 422)
      #expect(wrongType.message.contains("spec.replicas in body must be of type integer"))
    }
  }

  @Test("unknown and duplicate fields are dropped, told or refused, as the client asks")
  func fieldValidation() async throws {
    try await withDefinition { _, client in
      let body = Self.object(
        "a", #"{"cronSpec":"* * * * *","cronSpec":"1 * * * *","odd":1}"#)
      let strict = try await client.post(Self.objects + "?fieldValidation=Strict", body)
      #expect(strict.status == 400)
      #expect(
        strict.message.contains(
          #"strict decoding error: duplicate field "spec.cronSpec", unknown field "spec.odd""#))
      let warned = try await client.post(Self.objects + "?fieldValidation=Warn", body)
      #expect(warned.status == 201)
      #expect(warned.object[path: "spec", "odd"] == nil)
      #expect(warned.headers.values(of: "warning").contains { $0.contains("unknown field") })
      let apply = try await client.send(
        .patch, Self.objects + "/b?fieldManager=m",
        Array(Self.object("b", #"{"cronSpec":"* * * * *","odd":1}"#).utf8),
        contentType: "application/apply-patch+yaml")
      #expect(apply.status == 400)
      #expect(apply.message.contains(".spec.odd: field not declared in schema"))
      let twice = try await client.send(
        .patch, Self.objects + "/b?fieldManager=m&fieldValidation=Strict",
        Array(
          """
          apiVersion: stable.example.com/v1
          kind: CronTab
          metadata: {name: b}
          spec:
            image: a
            image: b
          """.utf8), contentType: "application/apply-patch+yaml")
      #expect(twice.message.contains(#"line 6: key "image" already set in map"#))
    }
  }

  @Test("applies merge keyed lists, and tell whose field they would take")
  func apply() async throws {
    try await withDefinition { _, client in
      func apply(_ manager: String, _ spec: String) async throws -> TestAPIClient.Answer {
        try await client.send(
          .patch, Self.objects + "/a?fieldManager=\(manager)",
          Array(Self.object("a", spec).utf8), contentType: "application/apply-patch+yaml")
      }
      let first = try await apply(
        "one", #"{"cronSpec":"* * * * *","ports":[{"port":1,"name":"x"}]}"#)
      #expect(first.status == 201, "\(first.text)")
      let second = try await apply("two", #"{"ports":[{"port":2}]}"#)
      #expect(second.object[path: "spec", "ports"]?.count == 2, "\(second.text)")
      let third = try await apply("two", #"{"ports":[{"port":1,"name":"y"}]}"#)
      #expect(third.status == 409)
      #expect(third.message.contains(#".spec.ports[port=1].name"#))
    }
  }

  @Test("status and scale are written on their own")
  func subresources() async throws {
    try await withDefinition { _, client in
      _ = try await client.post(
        Self.objects, Self.object("a", #"{"cronSpec":"* * * * *","replicas":2}"#))
      let status = try await client.patch(
        Self.objects + "/a/status", .merge,
        #"{"spec":{"image":"no"},"status":{"replicas":1,"selector":"a=b"}}"#)
      #expect(status.object[path: "status", "replicas"]?.integer == 1)
      #expect(status.object[path: "spec", "image"]?.string == "none")
      let main = try await client.patch(
        Self.objects + "/a", .merge, #"{"status":{"replicas":7}}"#)
      #expect(main.object[path: "status", "replicas"]?.integer == 1)
      let scale = try await client.get(Self.objects + "/a/scale")
      #expect(scale.object[path: "spec", "replicas"]?.integer == 2)
      #expect(scale.object["status"]?.jsonText == #"{"replicas":1,"selector":"a=b"}"#)
      let scaled = try await client.patch(
        Self.objects + "/a/scale", .merge, #"{"spec":{"replicas":3}}"#)
      #expect(scaled.status == 200, "\(scaled.text)")
      let read = try await client.get(Self.objects + "/a")
      #expect(read.object[path: "spec", "replicas"]?.integer == 3)
    }
  }

  @Test("tables have the columns of the definition, and there is no protobuf")
  func forms() async throws {
    try await withDefinition { _, client in
      _ = try await client.post(
        Self.objects, Self.object("a", #"{"cronSpec":"* * * * *","replicas":2}"#))
      let table = try await client.send(
        .get, Self.objects,
        headers: ["accept": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"])
      #expect(
        table.object["columnDefinitions"]?.elements.compactMap { $0["name"]?.string }
          == ["Name", "Spec", "Replicas"])
      #expect(table.object["rows"]?[0]["cells"]?.jsonText == #"["a","* * * * *",2]"#)
      let binary = try await client.send(
        .get, Self.objects, headers: ["accept": "application/vnd.kubernetes.protobuf"])
      #expect(binary.status == 406)
      let both = try await client.send(
        .get, Self.objects,
        headers: ["accept": "application/vnd.kubernetes.protobuf,application/json"])
      #expect(both.status == 200)
    }
  }

  @Test("rules refuse what they do not hold for, and let stand what did not change")
  func rules() async throws {
    let schema =
      #"""
      {"type":"object","properties":{"spec":{"type":"object",
        "x-kubernetes-validations":[{"rule":"self.x <= self.y","message":"x is more than y"}],
        "properties":{"x":{"type":"integer","maximum":100},"y":{"type":"integer"},
          "fixed":{"type":"string","x-kubernetes-validations":[
            {"rule":"self == oldSelf","reason":"FieldValueForbidden",
             "messageExpression":"'was ' + oldSelf"}]}}}}}
      """#
    let version =
      #"{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":\#(schema)}}"#
    try await withDefinition(Self.definition(versions: version)) { _, client in
      let refused = try await client.post(Self.objects, Self.object("a", #"{"x":2,"y":1}"#))
      #expect(refused.status == 422)
      #expect(
        refused.message == #"CronTab.stable.example.com "a" is invalid: "#
          + "spec: Invalid value: x is more than y", "\(refused.text)")
      let unchecked = try await client.post(Self.objects, Self.object("a", #"{"x":"2","y":1}"#))
      #expect(unchecked.causes.first == "FieldValueTypeInvalid spec.x")
      #expect(unchecked.message.contains("some validation rules were not checked"))
      let made = try await client.post(
        Self.objects, Self.object("a", #"{"x":1,"y":1,"fixed":"a"}"#))
      #expect(made.status == 201, "\(made.text)")
      let changed = try await client.patch(
        Self.objects + "/a", .merge, #"{"spec":{"fixed":"b"}}"#)
      #expect(changed.causes == ["FieldValueForbidden spec.fixed"])
      #expect(changed.message.hasSuffix("spec.fixed: Forbidden: was a"), "\(changed.text)")

      let stricter = schema.replacing("self.x <= self.y", with: "self.x < self.y")
      let rule = try Document(json: Array(stricter.utf8))
      let written = try await client.patch(
        Self.definitions + "/" + Self.name, .json,
        #"[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema","value":"#
          + rule.jsonText + "}]")
      #expect(written.status == 200, "\(written.text)")
      try await eventually {
        try await client.post(Self.objects, Self.object("b", #"{"x":1,"y":1}"#)).status == 422
      }
      let labelled = try await client.patch(
        Self.objects + "/a", .merge, #"{"metadata":{"labels":{"a":"b"}}}"#)
      #expect(labelled.status == 200, "\(labelled.text)")
      let worse = try await client.patch(Self.objects + "/a", .merge, #"{"spec":{"x":-1,"y":-1}}"#)
      #expect(worse.causes == ["FieldValueInvalid spec"], "\(worse.text)")
    }
  }

  @Test(
    "a definition whose rules do not compile, or may cost too much, is refused",
    arguments: [
      ("self.z > 1", "undefined field 'z'"), ("self.x +", "Syntax error"),
      ("self.x.all(a, self.x.all(b, a == b))", "estimated rule cost exceeds budget by factor of"),
    ])
  func badRules(_ rule: String, _ message: String) async throws {
    let schema =
      #"""
      {"type":"object","properties":{"spec":{"type":"object",
        "x-kubernetes-validations":[{"rule":"\#(rule)"}],
        "properties":{"x":{"type":"array","items":{"type":"string"}}}}}}
      """#
    let version =
      #"{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":\#(schema)}}"#
    try await TestAPIServer.run { server in
      let client = try server.client()
      let answer = try await client.post(Self.definitions, Self.definition(versions: version))
      #expect(answer.status == 422)
      #expect(answer.message.contains(message), "\(answer.text)")
    }
  }

  @Test(
    "rules are looked at where the schema and its defaults are sound, whatever else is wrong",
    arguments: [
      (#""type":"string""#, "stable.example.com", [".rule"]),
      (#""type":"string""#, "x", [".rule", "group", "name"]),
      (#""type":"string","default":1"#, "stable.example.com", [".default"]),
      (#""type":"string","maxLength":2,"default":"a""#, "stable.example.com", [".default"]),
    ])
  func beside(_ property: String, _ group: String, _ places: [String]) async throws {
    let schema =
      #"""
      {"type":"object","properties":{"p":{\#(property),
        "x-kubernetes-validations":[{"rule":"self == odd"}]}}}
      """#
    let version =
      #"{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":\#(schema)}}"#
    try await TestAPIServer.run { server in
      let definition = Self.definition(versions: version).replacing(
        #""group":"stable.example.com""#, with: #""group":"\#(group)""#)
      let answer = try await server.client().post(Self.definitions, definition)
      #expect(answer.status == 422)
      #expect(answer.causes.count == places.count, "\(answer.text)")
      #expect(places.allSatisfy { place in answer.causes.contains { $0.hasSuffix(place) } })
    }
  }

  @Test("a watch selects by the fields of its own version")
  func selectableFields() async throws {
    let versions = ["v1", "v2"].map { name in
      #"""
      {"name":"\#(name)","served":true,"storage":\#(name == "v2"),
       "selectableFields":[{"jsonPath":".spec.\#(name)"}],
       "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object",
         "properties":{"v1":{"type":"string"},"v2":{"type":"string"}}}}}}}
      """#
    }
    try await withDefinition(Self.definition(versions: versions.joined(separator: ","))) {
      _, client in
      for name in ["a", "b"] {
        _ = try await client.post(
          Self.objects, Self.object(name, #"{"v1":"\#(name)","v2":"\#(name)"}"#))
      }
      for version in ["v1", "v2"] {
        let objects = Self.objects.replacing("/v1/", with: "/\(version)/")
        let watched = try await client.get(
          objects + "?watch=1&timeoutSeconds=1&fieldSelector=spec.\(version)%3Db")
        #expect(watched.status == 200, "\(watched.text)")
        #expect(watched.text.split(separator: "\n").count == 1)
        let other = version == "v1" ? "v2" : "v1"
        let refused = try await client.get(
          objects + "?watch=1&timeoutSeconds=1&fieldSelector=spec.\(other)%3Db")
        #expect(refused.status == 400)
      }
    }
  }

  // MARK: Definitions

  @Test(
    "discovery and OpenAPI tell of the kind as soon as it is established, and their tags change")
  func published() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let accept: HeaderFields = [
        "accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
      ]
      let before = try await client.send(.get, "/apis", headers: accept)
      let page = try await client.get("/openapi/v3/apis/apps/v1")
      _ = try await client.post(Self.definitions, Self.definition())
      try await established(client)
      let after = try await client.send(.get, "/apis", headers: accept)
      #expect(before.headers["etag"] != after.headers["etag"])
      let group = after.object["items"]?.elements.first {
        $0[path: "metadata", "name"]?.string == "stable.example.com"
      }
      let resource = group?["versions"]?[0]["resources"]?[0]
      #expect(resource?["resource"]?.string == "crontabs")
      #expect(resource?["shortNames"]?.jsonText == #"["ct"]"#)
      #expect(resource?["subresources"]?.count == 2)
      let list = try await client.get("/apis/stable.example.com/v1")
      #expect(
        list.object["resources"]?.elements.compactMap { $0["name"]?.string }
          == ["crontabs", "crontabs/scale", "crontabs/status"])

      let other = try await client.get("/openapi/v3/apis/apps/v1")
      #expect(other.headers["etag"] == page.headers["etag"])
      let own = try await client.get("/openapi/v3/apis/stable.example.com/v1")
      let name = "com.example.stable.v1.CronTab"
      let type = own.object[path: "components", "schemas", name]
      #expect(type?[path: "properties", "spec", "properties", "cronSpec"] != nil)
      #expect(type?["x-kubernetes-selectable-fields"]?[0]["fieldPath"]?.string == "spec.image")
      #expect(
        type?[path: "properties", "apiVersion", "description"]?.string?.hasPrefix(
          "APIVersion defines") == true)
      #expect(type?["x-kubernetes-group-version-kind"]?[0]["kind"]?.string == "CronTab")
      let version2 = try await client.get("/openapi/v2")
      #expect(version2.object[path: "definitions", name, "properties", "metadata"] != nil)
    }
  }

  @Test("defaults that come with a new schema are there for what was stored before")
  func defaultsFromStorage() async throws {
    try await withDefinition { _, client in
      _ = try await client.post(Self.objects, Self.object("a", #"{"cronSpec":"* * * * *"}"#))
      let schema = Self.schema.replacing(
        #""replicas":{"type":"integer","minimum":1,"maximum":10}"#,
        with: #""replicas":{"type":"integer","default":4}"#)
      let definition = try #require(
        try Document(json: Array(schema.utf8)) as Document?)
      let changed = try await client.patch(
        Self.definitions + "/" + Self.name, .json,
        #"[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema","value":"#
          + definition.jsonText + "}]")
      #expect(changed.status == 200, "\(changed.text)")
      try await eventually {
        let read = try await client.get(Self.objects + "/a")
        return read.object[path: "spec", "replicas"]?.integer == 4
      }
      let listed = try await client.get(Self.objects)
      #expect(listed.object["items"]?[0][path: "spec", "replicas"]?.integer == 4)
    }
  }

  @Test("an object reads in each served version, and a version that is not served is not there")
  func versions() async throws {
    let open = #"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#
    let versions = ["v1", "v2", "v3"].map { name in
      #"{"name":"\#(name)","served":\#(name != "v3"),"storage":\#(name == "v2"),"#
        + #""schema":{"openAPIV3Schema":\#(open)}}"#
    }
    try await withDefinition(Self.definition(versions: versions.joined(separator: ","))) {
      _, client in
      let made = try await client.post(Self.objects, Self.object("a", #"{"x":1}"#))
      #expect(made.object["apiVersion"]?.string == "stable.example.com/v1", "\(made.text)")
      let newer = "/apis/stable.example.com/v2/namespaces/default/crontabs/a"
      let read = try await client.get(newer)
      #expect(read.object["apiVersion"]?.string == "stable.example.com/v2")
      #expect(read.object[path: "spec", "x"]?.integer == 1)
      let unserved = "/apis/stable.example.com/v3/namespaces/default/crontabs/a"
      #expect(try await client.get(unserved).status == 404)
    }
  }

  @Test("a definition that is deleted takes its instances with it, and is then gone")
  func deletion() async throws {
    try await withDefinition { _, client in
      _ = try await client.post(Self.objects, Self.object("a", #"{"cronSpec":"* * * * *"}"#))
      let held = Self.object("b", #"{"cronSpec":"* * * * *"}"#).replacing(
        #""name":"b""#, with: #""name":"b","finalizers":["example.com/wait"]"#)
      _ = try await client.post(Self.objects, held)
      #expect(try await client.delete(Self.definitions + "/" + Self.name).status == 200)
      try await eventually { try await client.get(Self.objects + "/a").status == 404 }
      let refused = try await client.post(
        Self.objects, Self.object("c", #"{"cronSpec":"* * * * *"}"#))
      #expect(refused.status == 405, "\(refused.text)")
      #expect(try await client.get(Self.definitions + "/" + Self.name).status == 200)
      _ = try await client.patch(
        Self.objects + "/b", .merge, #"{"metadata":{"finalizers":null}}"#)
      try await eventually {
        try await client.get(Self.definitions + "/" + Self.name).status == 404
      }
      try await eventually {
        try await client.get("/apis/stable.example.com/v1").status == 404
      }
      // The name is free again, and nothing of before is left.
      _ = try await client.post(Self.definitions, Self.definition())
      try await established(client)
      #expect(try await client.get(Self.objects).object["items"]?.count == 0)
    }
  }

  @Test("what was established before is served from the start of a server")
  func restart() async throws {
    try await withDefinition { server, client in
      _ = try await client.post(Self.objects, Self.object("a", #"{"cronSpec":"* * * * *"}"#))
      let again = try await server.reopened()
      #expect(again.registry.resource("stable.example.com", "v1", "crontabs") != nil)
      let type = ResourceType(
        group: "stable.example.com", plural: "crontabs", kind: "CronTab")
      let read = try await again.client.get(type, namespace: "default", name: "a")
      #expect(read[path: "spec", "image"]?.string == "none")
    }
  }
}
