import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Validating webhooks", .timeLimit(.minutes(5)))
struct ValidatingWebhookTests {
  @Test("a denial reaches the client in the webhook's words, with its code, reason and warnings")
  func denial() async throws {
    try await WebhookFixture.run { request, _ in
      switch request["name"]?.string {
      case "mute": .denied(.null)
      case "reason": .denied(["reason": "Invalid", "code": 422])
      case "success": .denied(["code": 200, "status": "Success", "message": "nice try"])
      case "bad":
        .response([
          "allowed": false, "status": ["message": "unwanted", "code": 418, "reason": "Teapot"],
          "warnings": ["think again", "think again"],
        ])
      default: .allowed
      }
    } _: { fixture in
      try await fixture.configure(.validating)
      let bad = try await fixture.createMap("bad")
      #expect(bad.status == 418 && bad.reason == "Teapot")
      #expect(
        bad.message == "admission webhook \"test.example.com\" denied the request: unwanted")
      #expect(bad.headers.values(of: "warning") == ["299 - \"think again\""])
      let mute = try await fixture.createMap("mute")
      #expect(mute.status == 400)
      #expect(
        mute.message
          == "admission webhook \"test.example.com\" denied the request without explanation")
      let reason = try await fixture.createMap("reason")
      #expect(reason.status == 422)
      #expect(
        reason.message == "admission webhook \"test.example.com\" denied the request: Invalid")
      #expect(try await fixture.createMap("success").status == 400)
      #expect(try await fixture.createMap("good").status == 201)
      #expect(
        try await fixture.client.get(WebhookFixture.configMaps + "/bad").status == 404)
    }
  }

  @Test("a review says who asks for what, about which object, and how")
  func review() async throws {
    try await WebhookFixture.run { _, _ in
      .allowed
    } _: { fixture in
      try await fixture.configure(.validating)
      let path = WebhookFixture.configMaps
      _ = try await fixture.createMap("a", query: "?fieldManager=me&dryRun=All")
      _ = try await fixture.createMap("a", query: "?fieldManager=me&fieldValidation=Strict")
      _ = try await fixture.client.patch(path + "/a", .merge, #"{"data":{"x":"1"}}"#)
      _ = try await fixture.client.delete(path + "/a", #"{"gracePeriodSeconds":3}"#)
      let requests = fixture.hook.requests
      try #require(requests.count == 4)
      let kind: Document = ["group": "", "version": "v1", "kind": "ConfigMap"]
      let resource: Document = ["group": "", "version": "v1", "resource": "configmaps"]
      for request in requests {
        #expect(request["kind"] == kind && request["requestKind"] == kind)
        #expect(request["resource"] == resource && request["requestResource"] == resource)
        #expect(request["name"] == "a" && request["namespace"] == "default")
        #expect(request[path: "userInfo", "username"] == "admin")
        #expect(request[path: "userInfo", "groups"] == ["system:masters", "system:authenticated"])
        #expect(request["subResource"] == nil)
      }
      #expect(requests.map { $0["operation"] } == ["CREATE", "CREATE", "UPDATE", "DELETE"])
      #expect(requests.map { $0["dryRun"] } == [true, false, false, false])
      #expect(
        requests[0]["options"] == [
          "kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1", "dryRun": ["All"],
          "fieldManager": "me",
        ])
      #expect(requests[1][path: "options", "fieldValidation"] == "Strict")
      #expect(requests[1]["oldObject"] == .null)
      #expect(requests[1][path: "object", "kind"] == "ConfigMap")
      #expect(requests[2][path: "options", "kind"] == "UpdateOptions")
      #expect(requests[2][path: "object", "data", "x"] == "1")
      #expect(requests[2][path: "oldObject", "metadata", "name"] == "a")
      #expect(requests[3]["object"] == .null)
      #expect(requests[3][path: "oldObject", "data", "x"] == "1")
      #expect(
        requests[3]["options"] == [
          "kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1", "gracePeriodSeconds": 3,
        ])
    }
  }

  @Test("a denied delete, and a denied update, change nothing")
  func deniedChange() async throws {
    try await WebhookFixture.run { request, _ in
      request["operation"] == "CREATE" ? .allowed : .denied(["message": "no"])
    } _: { fixture in
      try await fixture.configure(.validating)
      let made = try await fixture.createMap("a")
      let path = WebhookFixture.configMaps
      let version = made.object[path: "metadata", "resourceVersion"]
      #expect(try await fixture.client.delete(path + "/a").status == 400)
      #expect(
        try await fixture.client.patch(path + "/a", .merge, #"{"data":{"x":"1"}}"#).status == 400)
      let found = try await fixture.client.get(path + "/a")
      #expect(found.object[path: "metadata", "resourceVersion"] == version)
    }
  }

  @Test("labels of the object and of its namespace choose what a webhook hears of")
  func selectors() async throws {
    try await WebhookFixture.run { _, _ in
      .denied(["message": "no"])
    } _: { fixture in
      let client = fixture.client
      for (name, mode) in [("strict", "on"), ("free", "off")] {
        let namespace = try await client.post(
          "/api/v1/namespaces",
          #"{"metadata":{"name":"\#(name)","labels":{"mode":"\#(mode)"}}}"#)
        #expect(namespace.status == 201)
      }
      try await fixture.configure(
        .validating, named: "by-namespace",
        ["namespaceSelector": ["matchLabels": ["mode": "on"]]])
      try await fixture.configure(
        .validating, named: "by-object", ["objectSelector": ["matchLabels": ["watched": "yes"]]])
      func create(_ namespace: String, _ labels: String) async throws -> Int {
        try await client.post(
          "/api/v1/namespaces/\(namespace)/configmaps",
          #"{"metadata":{"generateName":"a-","labels":{\#(labels)}}}"#
        ).status
      }
      #expect(try await create("strict", "") == 400)
      #expect(try await create("free", "") == 201)
      #expect(try await create("free", #""watched":"no""#) == 201)
      #expect(try await create("free", #""watched":"yes""#) == 400)
    }
  }

  @Test("streams, bindings, evictions and scales are told of as what they are")
  func subresources() async throws {
    try await WebhookFixture.run { request, _ in
      request["subResource"] == nil ? .allowed : .denied(["message": "not this way"])
    } _: { fixture in
      try await fixture.configure(
        .validating,
        rule: ["apiGroups": ["*"], "resources": ["pods/*", "*/scale", "serviceaccounts/token"]])
      let client = fixture.client
      let pod = try await client.post(
        "/api/v1/namespaces/default/pods",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#)
      #expect(pod.status == 201)
      let path = "/api/v1/namespaces/default/pods/p"
      let attach = try await client.send(.post, path + "/attach?stdin=true&container=c")
      #expect(attach.status == 400 && attach.message.hasSuffix("not this way"))
      _ = try await client.send(.get, path + "/exec?stdout=1&command=ls&command=-l")
      _ = try await client.post(
        path + "/binding", #"{"metadata":{"name":"p"},"target":{"name":"n"}}"#)
      _ = try await client.post(path + "/eviction", #"{"metadata":{"name":"p"}}"#)
      _ = try await client.get(path + "/proxy/a/b?c=d")
      _ = try await client.post(
        "/api/v1/namespaces/default/serviceaccounts/default/token", #"{"spec":{}}"#)
      let requests = fixture.hook.requests.filter { $0["subResource"] != nil }
      let expected: [(operation: Document, kind: Document, subresource: Document)] = [
        ("CONNECT", "PodAttachOptions", "attach"), ("CONNECT", "PodExecOptions", "exec"),
        ("CREATE", "Binding", "binding"), ("CREATE", "Eviction", "eviction"),
        ("CONNECT", "PodProxyOptions", "proxy"), ("CREATE", "TokenRequest", "token"),
      ]
      try #require(requests.count == expected.count)
      for (request, expected) in zip(requests, expected) {
        #expect(request["operation"] == expected.operation)
        #expect(request[path: "kind", "kind"] == expected.kind)
        #expect(request[path: "object", "kind"] == expected.kind)
        #expect(request["subResource"] == expected.subresource)
      }
      #expect(
        requests[0]["object"] == [
          "stdin": true, "container": "c", "kind": "PodAttachOptions", "apiVersion": "v1",
        ])
      #expect(requests[1][path: "object", "command"] == ["ls", "-l"])
      #expect(requests[4][path: "object", "path"] == "/a/b?c=d")
      #expect(try await client.get(path).object[path: "spec", "nodeName"] == nil)
    }
  }

  @Test("a webhook hears of a kind in the version it asks for, whichever the client speaks")
  func versions() async throws {
    try await WebhookFixture.run { request, path in
      path == "/add"
        ? .patch(#"[{"op":"add","path":"/metadata/labels","value":{"seen":"as-v2"}}]"#) : .allowed
    } _: { fixture in
      let changes: Document = ["matchPolicy": "Equivalent"]
      func rule(_ version: Document) -> Document {
        ["apiGroups": ["autoscaling"], "apiVersions": [version], "resources": ["*"]]
      }
      try await fixture.configure(.mutating, named: "a", path: "/add", rule: rule("v2"), changes)
      try await fixture.configure(.validating, named: "b", rule: rule("v1"))
      try await fixture.configure(
        .validating, named: "c", rule: rule("v2"), ["matchPolicy": "Exact"])
      let made = try await fixture.client.post(
        "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers",
        """
        {"metadata":{"name":"h"},"spec":{"maxReplicas":3,"targetCPUUtilizationPercentage":50,
        "scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}}
        """)
      #expect(made.status == 201, "\(made.text)")
      #expect(made.object["apiVersion"] == "autoscaling/v1")
      #expect(made.object[path: "metadata", "labels", "seen"] == "as-v2")
      let requests = fixture.hook.requests
      try #require(requests.count == 2)
      #expect(requests[0][path: "kind", "version"] == "v2")
      #expect(requests[0][path: "requestKind", "version"] == "v1")
      #expect(requests[0][path: "resource", "version"] == "v2")
      #expect(requests[0][path: "object", "apiVersion"] == "autoscaling/v2")
      #expect(requests[0][path: "object", "spec", "metrics"]?.count == 1)
      #expect(requests[1][path: "kind", "version"] == "v1")
      #expect(requests[1][path: "object", "apiVersion"] == "autoscaling/v1")
      #expect(requests[1][path: "object", "spec", "targetCPUUtilizationPercentage"] == 50)
    }
  }

  @Test("a scale is told of as a Scale, before and after")
  func scale() async throws {
    try await WebhookFixture.run { request, _ in
      request[path: "object", "spec", "replicas"]?.integer == 7
        ? .denied(["message": "too many"]) : .allowed
    } _: { fixture in
      try await fixture.configure(
        .validating, rule: ["apiGroups": ["apps"], "resources": ["deployments/scale"]])
      let path = "/apis/apps/v1/namespaces/default/deployments"
      let made = try await fixture.client.post(
        path,
        """
        {"metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
        "template":{"metadata":{"labels":{"a":"b"}},
        "spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """)
      #expect(made.status == 201)
      let patched = try await fixture.client.patch(
        path + "/d/scale", .merge, #"{"spec":{"replicas":3}}"#)
      #expect(patched.status == 200, "\(patched.text)")
      let refused = try await fixture.client.patch(
        path + "/d/scale", .merge, #"{"spec":{"replicas":7}}"#)
      #expect(refused.status == 400)
      let request = try #require(fixture.hook.requests.first)
      #expect(request[path: "kind"] == ["group": "autoscaling", "version": "v1", "kind": "Scale"])
      #expect(request[path: "resource", "resource"] == "deployments")
      #expect(request["subResource"] == "scale")
      #expect(request[path: "oldObject", "spec", "replicas"] == 2)
      #expect(request[path: "object", "spec", "replicas"] == 3)
      let found = try await fixture.client.get(path + "/d")
      #expect(found.object[path: "spec", "replicas"] == 3)
    }
  }

  @Test(
    "webhooks hear nothing of the configurations of webhooks",
    arguments: WebhookFixture.Kind.allCases)
  func ownConfigurations(_ kind: WebhookFixture.Kind) async throws {
    try await WebhookFixture.run { _, _ in
      .denied(["message": "no"])
    } _: { fixture in
      try await fixture.configure(
        kind, named: "all", rule: ["apiGroups": ["*"], "resources": ["*/*"]])
      let path = "/apis/admissionregistration.k8s.io/v1/\(kind.rawValue)"
      #expect(
        try await fixture.client.patch(
          path + "/all", .merge, #"{"metadata":{"labels":{"a":"b"}}}"#
        ).status == 200)
      #expect(try await fixture.client.delete(path + "/all").status == 200)
      #expect(fixture.hook.requests.isEmpty)
    }
  }

  @Test("what a denied object had taken is free again: its quota, and a Service's port")
  func settled() async throws {
    try await WebhookFixture.run { request, _ in
      request[path: "object", "metadata", "labels", "ok"] == nil
        ? .denied(["message": "no"]) : .allowed
    } _: { fixture in
      try await fixture.configure(.validating, rule: ["resources": ["services", "configmaps"]])
      let client = fixture.client
      let quota = try await client.post(
        "/api/v1/namespaces/default/resourcequotas",
        #"{"metadata":{"name":"q"},"spec":{"hard":{"configmaps":"1"}}}"#)
      #expect(quota.status == 201)
      #expect(try await fixture.createMap("a").status == 400)
      #expect(try await fixture.createMap("b", labels: ["ok": "1"]).status == 201)
      #expect(try await fixture.createMap("c", labels: ["ok": "1"]).status == 403)
      func service(_ name: String, _ labels: String) async throws -> Int {
        try await client.post(
          "/api/v1/namespaces/default/services",
          """
          {"metadata":{"name":"\(name)","labels":{\(labels)}},"spec":{"type":"NodePort",
          "clusterIP":"10.96.7.7","ports":[{"port":80,"nodePort":30333}]}}
          """
        ).status
      }
      #expect(try await service("s", "") == 400)
      #expect(try await service("t", #""ok":"1""#) == 201)
    }
  }
}
