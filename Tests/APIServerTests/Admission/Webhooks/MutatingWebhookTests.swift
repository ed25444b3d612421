import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Mutating webhooks", .timeLimit(.minutes(5)))
struct MutatingWebhookTests {
  @Test(
    "patches are applied in the order of the configurations' names, and validation sees the end")
  func order() async throws {
    try await WebhookFixture.run { request, path in
      switch path {
      case "/first": .patch(#"[{"op":"add","path":"/data","value":{"first":"1"}}]"#)
      case "/second":
        request[path: "object", "data", "first"] == "1"
          ? .patch(#"[{"op":"add","path":"/data/second","value":"2"}]"#) : .allowed
      default:
        request[path: "object", "data"] == ["first": "1", "second": "2"]
          ? .allowed : .denied(["message": "not what is stored"])
      }
    } _: { fixture in
      try await fixture.configure(.mutating, named: "b", path: "/second")
      try await fixture.configure(.mutating, named: "a", path: "/first")
      try await fixture.configure(.validating, named: "c", path: "/check")
      let made = try await fixture.createMap("m")
      #expect(made.status == 201, "\(made.text)")
      #expect(made.object["data"] == ["first": "1", "second": "2"])
    }
  }

  @Test("what a webhook adds gets its defaults, and what it may not set stays as it was")
  func defaults() async throws {
    try await WebhookFixture.run { _, _ in
      .patch(
        """
        [{"op":"add","path":"/spec/initContainers","value":[{"name":"i","image":"x"}]},
         {"op":"replace","path":"/metadata/uid","value":"mine"},
         {"op":"add","path":"/metadata/unknown","value":"x"},
         {"op":"replace","path":"/metadata/managedFields","value":[]},
         {"op":"add","path":"/status","value":{"phase":"Running"}}]
        """)
    } _: { fixture in
      try await fixture.configure(.mutating, rule: ["resources": ["pods"]])
      let made = try await fixture.client.post(
        "/api/v1/namespaces/default/pods",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#)
      #expect(made.status == 201, "\(made.text)")
      let added = try #require(made.object[path: "spec", "initContainers"]?[0])
      #expect(added["terminationMessagePath"] == "/dev/termination-log")
      #expect(added["imagePullPolicy"] == "Always")
      #expect(made.object[path: "metadata", "uid"] != "mine")
      #expect(made.object[path: "metadata", "unknown"] == nil)
      #expect(made.object[path: "metadata", "managedFields"]?.isEmpty == false)
      #expect(made.object[path: "status", "phase"] == "Pending")
      // The server's own plugins saw the new container: it has the token as all have.
      #expect(added["volumeMounts"]?.isEmpty == false)
    }
  }

  @Test(
    "a webhook is asked again, once, where another changed the object after it and it wishes so")
  func reinvocation() async throws {
    try await WebhookFixture.run { request, path in
      guard path == "/late", request[path: "object", "data", "late"] == nil else {
        return .allowed
      }
      return .patch(#"[{"op":"add","path":"/data","value":{"late":"1"}}]"#)
    } _: { fixture in
      try await fixture.configure(
        .mutating, named: "a", path: "/a", rule: ["operations": ["CREATE"]],
        ["reinvocationPolicy": "IfNeeded"])
      try await fixture.configure(
        .mutating, named: "b", path: "/b", rule: ["operations": ["CREATE"]])
      try await fixture.configure(
        .mutating, named: "c", path: "/late", ["reinvocationPolicy": "IfNeeded"])
      let made = try await fixture.createMap("m")
      #expect(made.object["data"] == ["late": "1"])
      // a, b, c, and a again: b does not wish it, and c itself made the last change.
      #expect(fixture.hook.requests.count == 4)
      #expect(fixture.hook.requests.last?[path: "object", "data", "late"] == "1")
    }
  }

  @Test("updates, status and scale are patched in their own part only")
  func parts() async throws {
    try await WebhookFixture.run { request, _ in
      switch request["subResource"]?.string {
      case "scale": .patch(#"[{"op":"replace","path":"/spec/replicas","value":5}]"#)
      case "status":
        .patch(
          """
          [{"op":"add","path":"/status/observedGeneration","value":9},
           {"op":"replace","path":"/spec/replicas","value":50}]
          """)
      default:
        request["operation"] == "UPDATE"
          ? .patch(#"[{"op":"replace","path":"/spec/paused","value":true}]"#) : .allowed
      }
    } _: { fixture in
      try await fixture.configure(
        .mutating, rule: ["apiGroups": ["apps"], "resources": ["deployments/*"]])
      let path = "/apis/apps/v1/namespaces/default/deployments"
      let made = try await fixture.client.post(
        path,
        """
        {"metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
        "template":{"metadata":{"labels":{"a":"b"}},
        "spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """)
      #expect(made.status == 201)
      let scaled = try await fixture.client.patch(
        path + "/d/scale", .merge, #"{"spec":{"replicas":3}}"#)
      #expect(scaled.object[path: "spec", "replicas"] == 5, "\(scaled.text)")
      let status = try await fixture.client.patch(
        path + "/d/status", .merge, #"{"status":{"replicas":1}}"#)
      #expect(status.object[path: "status", "observedGeneration"] == 9, "\(status.text)")
      #expect(status.object[path: "spec", "replicas"] == 5)
    }
  }

  @Test("a patch that does not fit, and one of a delete, fail the request")
  func unfit() async throws {
    try await WebhookFixture.run { request, _ in
      switch request["name"]?.string {
      case "kind": .patch(#"[{"op":"replace","path":"/kind","value":"Secret"}]"#)
      case "type": .patch(#"[{"op":"add","path":"/data","value":["no"]}]"#)
      case "path": .patch(#"[{"op":"remove","path":"/nowhere/at/all"}]"#)
      case "text": .patch("no patch")
      case "name": .patch(#"[{"op":"replace","path":"/metadata/name","value":"other"}]"#)
      case "invalid": .patch(#"[{"op":"add","path":"/data","value":{"a b":"c"}}]"#)
      default:
        request["operation"] == "DELETE"
          ? .patch(#"[{"op":"add","path":"/data","value":{}}]"#) : .allowed
      }
    } _: { fixture in
      try await fixture.configure(.mutating)
      for (name, status) in [
        ("kind", 500), ("type", 500), ("path", 500), ("text", 500), ("name", 400),
        ("invalid", 422),
      ] {
        let answer = try await fixture.createMap(name)
        #expect(answer.status == status, "\(name): \(answer.text)")
      }
      #expect(try await fixture.createMap("good").status == 201)
      let deleted = try await fixture.client.delete(WebhookFixture.configMaps + "/good")
      #expect(deleted.status == 500)
      #expect(deleted.message.contains("attempted to modify the object"))
    }
  }
}
