import MartletTesting
import Networking
import Resources
import Testing

/// What the API promises of requests whatever their kind, compared with kube-apiserver's answers.
@Suite("Rules of requests", .timeLimit(.minutes(5)))
struct ProtocolRuleTests {
  private static let core = "/api/v1/namespaces/default/"
  private static let apps = "/apis/apps/v1/namespaces/default/"
  private static let apply = "application/apply-patch+yaml"

  @Test(
    "an update of what several write names the version that it replaces",
    arguments: [
      (
        "/apis/coordination.k8s.io/v1/namespaces/default/leases",
        #"{"metadata":{"name":"x"},"spec":{"holderIdentity":"a"}}"#
      ),
      ("/apis/node.k8s.io/v1/runtimeclasses", #"{"metadata":{"name":"x"},"handler":"h"}"#),
      (
        "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
        #"{"metadata":{"name":"x"},"spec":{"minAvailable":1,"selector":{}}}"#
      ),
      (
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        #"{"metadata":{"name":"x"}}"#
      ),
    ])
  func versions(path: String, object: String) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(path, object)
      #expect(made.status == 201, "\(made.text)")
      let blind = try await client.put(path + "/x", object)
      #expect(blind.status == 422 && blind.reason == "Invalid", "\(blind.text)")
      #expect(blind.causes == ["FieldValueInvalid metadata.resourceVersion"])
      #expect(blind.message.hasSuffix("Invalid value: 0: must be specified for an update"))
      let seen = try await client.put(path + "/x", made.text)
      #expect(seen.status == 200, "\(seen.text)")
      let patched = try await client.patch(
        path + "/x", .merge, #"{"metadata":{"labels":{"a":"b"}}}"#)
      #expect(patched.status == 200, "\(patched.text)")
    }
  }

  @Test("an update names its object, and makes those that clients make by updating")
  func updates() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let maps = Self.core + "configmaps"
      _ = try await client.post(maps, #"{"metadata":{"name":"m"},"data":{"a":"b"}}"#)
      let nameless = try await client.put(maps + "/m", #"{"data":{}}"#)
      #expect(nameless.status == 400, "\(nameless.text)")
      #expect(
        nameless.message
          == "the name of the object (m based on URL) was undeterminable: name must be provided")
      let limits = Self.core + "limitranges"
      let body = #"{"metadata":{"name":"l"},"spec":{"limits":[]}}"#
      #expect(try await client.put(limits + "/l", body).status == 201)
      #expect(try await client.put(limits + "/l", body).status == 200)
      let everywhere = try await client.post("/api/v1/configmaps", #"{"metadata":{"name":"x"}}"#)
      #expect(everywhere.status == 405 && everywhere.reason == "MethodNotAllowed")
    }
  }

  @Test("a JSON patch may be so long, and holds operations that there are")
  func jsonPatches() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let maps = Self.core + "configmaps"
      _ = try await client.post(maps, #"{"metadata":{"name":"m"},"data":{"a":"b"}}"#)
      func tests(_ count: Int) -> String {
        let one = #"{"op":"test","path":"/data/a","value":"b"}"#
        return "[" + Array(repeating: one, count: count).joined(separator: ",") + "]"
      }
      #expect(try await client.patch(maps + "/m", .json, tests(10_000)).status == 200)
      let long = try await client.patch(maps + "/m", .json, tests(10_001))
      #expect(long.status == 413 && long.reason == "RequestEntityTooLarge", "\(long.text)")
      #expect(
        long.message.hasSuffix(
          "The allowed maximum operations in a JSON patch is 10000, got 10001"))
      for patch in [#"[{"op":"mix","path":"/data/a"}]"#, #"[{"op":"remove"}]"#] {
        let refused = try await client.patch(maps + "/m", .json, patch)
        #expect(refused.status == 422 && refused.reason == "Invalid", "\(refused.text)")
      }
      #expect(try await client.patch(maps + "/m", .json, "{}").status == 400)
    }
  }

  @Test("a read waits for no version that has not come, and its parameters are looked at")
  func reads() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let maps = Self.core + "configmaps"
      _ = try await client.post(maps, #"{"metadata":{"name":"m"}}"#)
      #expect(try await client.get(maps + "/m?resourceVersion=1").status == 200)
      let early = try await client.get(maps + "/m?resourceVersion=99999999")
      #expect(early.status == 504 && early.reason == "Timeout", "\(early.text)")
      #expect(early.causes == ["ResourceVersionTooLarge "])
      #expect(try await client.get(maps + "/m?resourceVersion=x").status == 400)
      #expect(try await client.get(maps + "?timeoutSeconds=x").status == 400)
      let table = try await client.send(
        .get, maps + "?includeObject=All",
        headers: ["accept": "application/json;as=Table;v=v1;g=meta.k8s.io"])
      #expect(table.status == 400, "\(table.text)")
    }
  }

  @Test(
    "options that mean nothing are refused by their name",
    arguments: [
      ("dryRun=", "FieldValueNotSupported dryRun"),
      ("dryRun=Some", "FieldValueNotSupported dryRun"),
      ("fieldManager=%01", "FieldValueInvalid fieldManager"),
      ("fieldManager=" + String(repeating: "x", count: 129), "FieldValueTooLong fieldManager"),
    ])
  func options(query: String, cause: String) async throws {
    try await TestAPIServer.run { server in
      let answer = try await server.client().post(
        Self.core + "configmaps?" + query, #"{"metadata":{"name":"m"}}"#)
      #expect(answer.status == 422 && answer.causes == [cause], "\(answer.text)")
      #expect(answer.message.hasPrefix("CreateOptions.meta.k8s.io \"\" is invalid: "))
    }
  }

  @Test("what is being deleted is held by nobody new, and says what is wrong with how")
  func deletions() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let maps = Self.core + "configmaps"
      _ = try await client.post(maps, #"{"metadata":{"name":"m","finalizers":["a.b/c"]}}"#)
      let both = try await client.delete(
        maps + "/m", #"{"propagationPolicy":"Orphan","orphanDependents":true}"#)
      #expect(both.status == 422 && both.causes == ["FieldValueInvalid propagationPolicy"])
      #expect(try await client.delete(maps + "/m").status == 200)
      let more = try await client.patch(
        maps + "/m", .merge, #"{"metadata":{"finalizers":["a.b/c","d.e/f"]}}"#)
      #expect(more.status == 422 && more.causes == ["FieldValueForbidden metadata.finalizers"])
      #expect(more.message.hasSuffix(#"found new finalizers []string{"d.e/f"}"#), "\(more.text)")
      let fewer = try await client.patch(maps + "/m", .merge, #"{"metadata":{"finalizers":null}}"#)
      #expect(fewer.status == 200, "\(fewer.text)")
      #expect(try await client.get(maps + "/m").status == 404)
    }
  }

  @Test("an apply to the status leaves the labels alone, and nobody comes to own them")
  func statusApplies() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(
        Self.apps + "deployments",
        #"{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":"#
          + #"{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"#
      )
      #expect(made.status == 201, "\(made.text)")
      let applied = try await client.send(
        .patch, Self.apps + "deployments/d/status?fieldManager=s",
        Array(
          #"""
          {"apiVersion":"apps/v1","kind":"Deployment",
           "metadata":{"name":"d","labels":{"x":"y"},"annotations":{"n":"m"}},
           "spec":{"replicas":9},"status":{"replicas":3}}
          """#.utf8), contentType: Self.apply)
      #expect(applied.status == 200, "\(applied.text)")
      #expect(applied.object[path: "metadata", "labels"] == nil)
      #expect(applied.object[path: "metadata", "annotations", "n"] == "m")
      #expect(applied.object[path: "spec", "replicas"] == 1)
      let entry = (applied.object[path: "metadata", "managedFields"] ?? .emptyArray).elements
        .first { $0["manager"] == "s" }
      let owned = entry?["fieldsV1"] ?? .emptyObject
      #expect(
        owned["f:metadata"]?["f:labels"] == nil && owned["f:spec"] == nil, "\(owned.jsonText)")
      #expect(owned["f:status"]?["f:replicas"] != nil)
    }
  }

  @Test("an apply that means one object by its UID makes no other")
  func identities() async throws {
    try await TestAPIServer.run { server in
      let answer = try await server.client().send(
        .patch, Self.core + "configmaps/m?fieldManager=s",
        Array(
          #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","uid":"u"}}"#.utf8),
        contentType: Self.apply)
      #expect(answer.status == 409 && answer.reason == "Conflict", "\(answer.text)")
    }
  }

  @Test("a scale that cannot be is told of the scale")
  func scales() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      _ = try await client.post(
        Self.apps + "replicasets",
        #"{"metadata":{"name":"r"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":"#
          + #"{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"#
      )
      let answer = try await client.patch(
        Self.apps + "replicasets/r/scale", .merge, #"{"spec":{"replicas":-1}}"#)
      #expect(answer.status == 422 && answer.causes == ["FieldValueInvalid spec.replicas"])
      #expect(
        answer.message == "Scale.autoscaling \"r\" is invalid: spec.replicas: Invalid value: -1: "
          + "must be greater than or equal to 0")
    }
  }

  @Test("a pod's status names addresses, and its class stays")
  func podStatuses() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let pod = Self.core + "pods/p"
      _ = try await client.post(
        Self.core + "pods",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#)
      let address = try await client.patch(
        pod + "/status", .merge, #"{"status":{"podIPs":[{"ip":"x"}]}}"#)
      #expect(address.status == 422 && address.causes == ["FieldValueInvalid status.podIPs[0]"])
      let quality = try await client.patch(
        pod + "/status", .merge, #"{"status":{"qosClass":"Guaranteed"}}"#)
      #expect(quality.status == 422 && quality.causes == ["FieldValueInvalid status.qosClass"])
      let good = try await client.patch(
        pod + "/status", .merge, #"{"status":{"podIP":"10.0.0.7","qosClass":null}}"#)
      #expect(good.status == 200, "\(good.text)")
    }
  }

  @Test(
    "a status has from the start what typed clients demand of it",
    arguments: [
      (
        apps + "replicasets",
        #"{"metadata":{"name":"r"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":"#
          + #"{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"#,
        ["replicas"]
      ),
      (
        "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
        #"{"metadata":{"name":"x"},"spec":{"minAvailable":1,"selector":{}}}"#,
        ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"]
      ),
    ])
  func firstStatus(path: String, object: String, members: [String]) async throws {
    try await TestAPIServer.run { server in
      let made = try await server.client().post(path, object)
      for member in members {
        #expect(made.object[path: "status", member] == 0, "\(made.text)")
      }
    }
  }
}
