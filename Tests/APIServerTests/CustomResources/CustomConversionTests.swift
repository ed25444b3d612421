import MartletTesting
import Networking
import Resources
import Store
import Testing

@testable import APIServer

/// Custom resources whose versions a webhook converts, through a listening server. `v1` has
/// `spec.hostPort`, `v2` has `spec.host` and `spec.port`.
@Suite("Custom resources converted by a webhook", .timeLimit(.minutes(5)))
struct CustomConversionTests {
  private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  private static let name = "places.stable.example.com"

  private static func objects(_ version: String) -> String {
    "/apis/stable.example.com/\(version)/namespaces/default/places"
  }

  private static func object(
    _ name: String, _ version: String, _ spec: String, metadata: String = ""
  ) -> String {
    #"{"apiVersion":"stable.example.com/\#(version)","kind":"Place","#
      + #""metadata":{"name":"\#(name)"\#(metadata)},"spec":\#(spec)}"#
  }

  private static func definition(_ clientConfig: Document, storage: String = "v1") -> String {
    let schemas = [
      "v1": #"{"hostPort":{"type":"string"}}"#,
      "v2": #"{"host":{"type":"string"},"port":{"type":"string","default":"80"}}"#,
    ]
    let selectable = ["v1": ".spec.hostPort", "v2": ".spec.host"]
    let versions = schemas.keys.sorted().map { version in
      #"""
      {"name":"\#(version)","served":true,"storage":\#(version == storage),
       "subresources":{"status":{}},
       "selectableFields":[{"jsonPath":"\#(selectable[version] ?? "")"}],
       "schema":{"openAPIV3Schema":{"type":"object","properties":{
         "spec":{"type":"object","properties":\#(schemas[version] ?? "")},
         "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}
      """#
    }
    return #"""
      {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
       "metadata":{"name":"\#(name)"},
       "spec":{"group":"stable.example.com","scope":"Namespaced",
        "names":{"plural":"places","singular":"place","kind":"Place","listKind":"PlaceList"},
        "conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],
          "clientConfig":\#(clientConfig.jsonText)}},
        "versions":[\#(versions.joined(separator: ","))]}}
      """#
  }

  /// Converts as a good webhook does; refuses objects that are named `bad`.
  private static func convert(_ request: Document) -> FakeWebhook.Reply {
    var converted: [Document] = []
    for object in (request["objects"] ?? .emptyArray).elements {
      if object[path: "metadata", "name"]?.string == "bad" {
        return .response(["result": ["status": "Failed", "message": "not this one"]])
      }
      var result = object
      result["apiVersion"] = request["desiredAPIVersion"]
      if request["desiredAPIVersion"]?.string == "stable.example.com/v2" {
        let parts = (object[path: "spec", "hostPort"]?.string ?? "").split(separator: ":")
        result["spec"] = .emptyObject
        if parts.count > 0 { result.set(Document(String(parts[0])), at: ["spec", "host"]) }
        if parts.count > 1 { result.set(Document(String(parts[1])), at: ["spec", "port"]) }
      } else {
        let host = object[path: "spec", "host"]?.string ?? ""
        let port = object[path: "spec", "port"]?.string ?? ""
        result["spec"] = ["hostPort": Document("\(host):\(port)")]
      }
      converted.append(result)
    }
    return .response([
      "result": ["status": "Success"], "convertedObjects": Document(converted),
    ])
  }

  private func withDefinition(
    _ body: (TestAPIServer, TestAPIClient, FakeWebhook) async throws -> Void
  ) async throws {
    try await FakeWebhook.run { request, _ in
      Self.convert(request)
    } _: { hook in
      try await TestAPIServer.run { server in
        let client = try server.client()
        let made = try await client.post(Self.definitions, Self.definition(hook.clientConfig()))
        try #require(made.status == 201, "\(made.text)")
        try await eventually {
          let read = try await client.get(Self.definitions + "/" + Self.name)
          return CustomConditions(read.object[path: "status", "conditions"]).isTrue("Established")
        }
        try await body(server, client, hook)
      }
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

  /// The frames of a watch that ends after a second.
  private func watch(_ client: TestAPIClient, _ target: String) async throws -> [Document] {
    let answer = try await client.get(target + "&watch=1&timeoutSeconds=1")
    return try answer.text.split(separator: "\n").map { try Document(json: Array($0.utf8)) }
  }

  @Test("an object reads in the version it is asked for, and one question answers all who ask")
  func reads() async throws {
    try await withDefinition { _, client, hook in
      for name in ["a", "b", "c"] {
        let made = try await client.post(
          Self.objects("v1"), Self.object(name, "v1", #"{"hostPort":"\#(name):1"}"#))
        #expect(made.status == 201, "\(made.text)")
      }
      #expect(hook.requests.isEmpty)
      let list = try await client.get(Self.objects("v2"))
      #expect(
        list.object["items"]?.elements.compactMap { $0[path: "spec", "host"]?.string }
          == ["a", "b", "c"], "\(list.text)")
      #expect(hook.requests.map { $0["objects"]?.count } == [3])
      let read = try await client.get(Self.objects("v2") + "/a")
      #expect(read.object["apiVersion"]?.string == "stable.example.com/v2")
      #expect(read.object[path: "spec", "port"]?.string == "1")
      let table = try await client.send(
        .get, Self.objects("v2"),
        headers: ["accept": "application/json;as=Table;v=v1;g=meta.k8s.io"])
      #expect(table.object["rows"]?.count == 3)
      let selected = try await client.get(Self.objects("v2") + "?fieldSelector=spec.host%3Db")
      #expect(selected.object["items"]?.count == 1, "\(selected.text)")
      let frames = try await watch(client, Self.objects("v2") + "?fieldSelector=spec.host%3Db")
      #expect(
        frames.map { $0["object"]?[path: "metadata", "name"]?.string } == ["b"], "\(frames)")
      #expect(hook.requests.count == 1)
      _ = try await client.post(
        Self.objects("v1"), Self.object("d", "v1", #"{"hostPort":"d:1"}"#))
      try await withThrowingTaskGroup { group in
        for _ in 0..<10 {
          group.addTask { try await client.get(Self.objects("v2") + "/d").status }
        }
        for try await status in group { #expect(status == 200) }
      }
      #expect(hook.requests.count == 2)
      let stored = try await client.get(Self.objects("v1") + "?fieldSelector=spec.host%3Db")
      #expect(stored.status == 400)
    }
  }

  @Test("writes of another version are stored converted, with its defaults and its owners")
  func writes() async throws {
    try await withDefinition { _, client, _ in
      let made = try await client.post(
        Self.objects("v2"), Self.object("a", "v2", #"{"host":"h","odd":1}"#))
      #expect(made.status == 201, "\(made.text)")
      #expect(made.object["spec"] == ["host": "h", "port": "80"])
      let stored = try await client.get(Self.objects("v1") + "/a")
      #expect(stored.object["spec"] == ["hostPort": "h:80"], "\(stored.text)")
      let patched = try await client.patch(
        Self.objects("v2") + "/a", .merge, #"{"spec":{"port":"81"}}"#)
      #expect(patched.object["spec"] == ["host": "h", "port": "81"], "\(patched.text)")
      #expect(patched.object[path: "metadata", "generation"]?.integer == 2)
      let status = try await client.patch(
        Self.objects("v2") + "/a/status", .merge, #"{"status":{"x":1}}"#)
      #expect(status.object[path: "status", "x"]?.integer == 1, "\(status.text)")
      let applied = try await client.send(
        .patch, Self.objects("v1") + "/a?fieldManager=m&force=true",
        Array(Self.object("a", "v1", #"{"hostPort":"i:82"}"#).utf8),
        contentType: "application/apply-patch+yaml")
      #expect(applied.status == 200, "\(applied.text)")
      let conflict = try await client.send(
        .patch, Self.objects("v2") + "/a?fieldManager=n",
        Array(Self.object("a", "v2", #"{"host":"j"}"#).utf8),
        contentType: "application/apply-patch+yaml")
      #expect(conflict.status == 409, "\(conflict.text)")
      #expect(conflict.message.contains(#"conflict with "m": .spec.hostPort"#))
      let wrong = try await client.patch(
        Self.objects("v2") + "/a", .merge, Self.object("a", "v2", #"{"host":1}"#))
      #expect(wrong.status == 422)
      let dry = try await client.post(
        Self.objects("v2") + "?dryRun=All", Self.object("a", "v2", "{}"))
      #expect(dry.status == 409)
      let deleted = try await client.delete(Self.objects("v2") + "/a")
      #expect(deleted.status == 200, "\(deleted.text)")
    }
  }

  @Test("watches show events in their version, in order")
  func watches() async throws {
    try await withDefinition { _, client, _ in
      let list = try await client.get(Self.objects("v2"))
      let start = list.object[path: "metadata", "resourceVersion"]?.string ?? ""
      let path = Self.objects("v2") + "?resourceVersion=\(start)"
      async let all = watch(client, path)
      async let some = watch(client, path + "&fieldSelector=spec.host%3Da")
      _ = try await client.post(
        Self.objects("v1"), Self.object("x", "v1", #"{"hostPort":"a:1"}"#))
      _ = try await client.patch(
        Self.objects("v1") + "/x", .merge, #"{"spec":{"hostPort":"b:1"}}"#)
      _ = try await client.delete(Self.objects("v1") + "/x")
      let frames = try await all
      #expect(frames.map { $0["type"]?.string } == ["ADDED", "MODIFIED", "DELETED"])
      #expect(
        frames.map { $0["object"]?[path: "spec", "host"]?.string } == ["a", "b", "b"])
      #expect(try await some.map { $0["type"]?.string } == ["ADDED", "DELETED"])
    }
  }

  @Test("what the webhook refuses fails alone, and ends the watches that show it")
  func failures() async throws {
    try await withDefinition { _, client, _ in
      for name in ["a", "bad"] {
        _ = try await client.post(
          Self.objects("v1"), Self.object(name, "v1", #"{"hostPort":"\#(name):1"}"#))
      }
      let read = try await client.get(Self.objects("v2") + "/bad")
      #expect(read.status == 500)
      #expect(
        read.message == "Internal error occurred: conversion webhook for stable.example.com/v1, "
          + "Kind=Place failed: not this one", "\(read.text)")
      #expect(try await client.get(Self.objects("v2")).status == 500)
      #expect(try await client.get(Self.objects("v2") + "/a").status == 200)
      #expect(try await client.get(Self.objects("v1")).status == 200)
      let frames = try await watch(client, Self.objects("v2") + "?resourceVersion=0")
      #expect(frames.map { $0["type"]?.string } == ["ERROR"], "\(frames)")
      #expect(frames.first?["object"]?["code"]?.integer == 500)
      let refused = try await client.post(
        Self.objects("v2"), Self.object("bad", "v2", #"{"host":"h"}"#))
      #expect(refused.status == 500)
    }
  }

  @Test("objects of an earlier storage version are converted, and stored anew by any write")
  func storageVersions() async throws {
    try await withDefinition { server, client, hook in
      _ = try await client.post(
        Self.objects("v1"), Self.object("old", "v1", #"{"hostPort":"a:1"}"#))
      let changed = try await client.patch(
        Self.definitions + "/" + Self.name, .merge,
        Self.definition(hook.clientConfig(), storage: "v2"))
      #expect(changed.status == 200, "\(changed.text)")
      try await eventually {
        _ = try await client.post(
          Self.objects("v2"), Self.object("new", "v2", #"{"host":"b"}"#))
        let read = try await client.get(Self.objects("v2"))
        return read.object["items"]?.count == 2
      }
      for version in ["v1", "v2"] {
        let list = try await client.get(Self.objects(version))
        #expect(
          list.object["items"]?.elements.allSatisfy {
            $0["apiVersion"]?.string == "stable.example.com/\(version)"
          } == true)
      }
      let collection = try #require(
        server.api.registry.resource("stable.example.com", "v2", "places")?.collection)
      #expect(
        collection.cache.object(namespace: "default", name: "old")?.document["apiVersion"]
          == "stable.example.com/v1")
      let same = try await client.patch(Self.objects("v1") + "/old", .merge, "{}")
      #expect(same.status == 200, "\(same.text)")
      #expect(
        collection.cache.object(namespace: "default", name: "old")?.document["apiVersion"]
          == "stable.example.com/v2")
    }
  }

  @Test("a definition and its instances go, whatever became of the webhook")
  func removal() async throws {
    try await withDefinition { _, client, hook in
      _ = try await client.post(
        Self.objects("v1"), Self.object("bad", "v1", #"{"hostPort":"a:1"}"#))
      let changed = try await client.patch(
        Self.definitions + "/" + Self.name, .merge,
        Self.definition(hook.clientConfig(), storage: "v2"))
      #expect(changed.status == 200, "\(changed.text)")
      #expect(try await client.delete(Self.definitions + "/" + Self.name).status == 200)
      try await eventually {
        try await client.get(Self.definitions + "/" + Self.name).status == 404
      }
    }
  }
}
