import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

/// One object through every version it is served in, through a listening server.
@Suite("Versions of a kind", .timeLimit(.minutes(5)))
struct VersionTests {
  private static let core = "/api/v1/namespaces/default/events"
  private static let newer = "/apis/events.k8s.io/v1/namespaces/default/events"

  private static func moment(_ name: String) -> String {
    #"{"metadata":{"name":"\#(name)","labels":{"l":"x"}},"eventTime":"2026-01-01T00:00:00.000001Z","#
      + #""action":"Do","reason":"R","note":"n","type":"Normal","reportingController":"c","#
      + #""reportingInstance":"i","regarding":{"namespace":"default","name":"p"}}"#
  }

  @Test("an event written in one version is read, listed, selected and deleted in the other")
  func events() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(Self.newer, Self.moment("e"))
      #expect(made.status == 201)
      #expect(made.object["apiVersion"]?.string == "events.k8s.io/v1")
      #expect(made.object["note"]?.string == "n")
      let read = try await client.get(Self.core + "/e")
      #expect(read.object["apiVersion"]?.string == "v1")
      #expect(read.object["message"]?.string == "n")
      #expect(read.object["note"] == nil)
      #expect(read.object["metadata"] == made.object["metadata"])
      // Protobuf is the version's own.
      let binary = try await client.send(
        .get, Self.newer + "/e", headers: ["accept": "application/vnd.kubernetes.protobuf"])
      let type = Schema.builtin.type(group: "events.k8s.io", version: "v1", kind: "Event")
      let decoded = try ProtobufCodec.builtin.decode(binary.body, as: type)
      #expect(decoded["note"]?.string == "n")

      let selected = try await client.get(Self.core + "?fieldSelector=source%3Dc")
      #expect(selected.object["items"]?.count == 1)
      let newer = try await client.get(
        Self.newer + "?fieldSelector=reportingController%3Dc%2Cregarding.name%3Dp")
      #expect(newer.object["items"]?.count == 1)
      #expect(newer.object["items"]?[0]["note"]?.string == "n")
      #expect(newer.object[path: "metadata", "resourceVersion"] != nil)
      let none = try await client.get(Self.newer + "?fieldSelector=regarding.name%3Dq")
      #expect(none.object["items"]?.count == 0)

      let deleted = try await client.delete(Self.newer + "?labelSelector=l%3Dx")
      #expect(deleted.object["items"]?[0]["note"]?.string == "n")
      #expect(try await client.get(Self.core + "/e").status == 404)
    }
  }

  @Test("a patch and an update through either version keep what only the other names")
  func writes() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      _ = try await client.post(Self.newer, Self.moment("e"))
      let patched = try await client.patch(
        Self.newer + "/e", .strategic,
        #"{"series":{"count":2,"lastObservedTime":"2026-01-01T00:00:00.000000Z"}}"#)
      #expect(patched.status == 200)
      #expect(patched.object[path: "series", "count"]?.integer == 2)
      let core = try await client.patch(Self.core + "/e", .merge, #"{"count":4}"#)
      #expect(core.object["count"]?.integer == 4 && core.object["message"]?.string == "n")
      let shown = try await client.get(Self.newer + "/e")
      #expect(shown.object["deprecatedCount"]?.integer == 4)
      let again = try await client.put(Self.newer + "/e", shown.text)
      #expect(
        again.object[path: "metadata", "resourceVersion"]
          == shown.object[path: "metadata", "resourceVersion"])
      let managers = Set(
        (shown.object[path: "metadata", "managedFields"] ?? .emptyArray).elements.map {
          $0["apiVersion"]?.string ?? ""
        })
      #expect(managers == ["v1", "events.k8s.io/v1"])
    }
  }

  @Test("what the newer version demands is refused there, and there only")
  func strict() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let bare = #"{"metadata":{"name":"b"},"regarding":{"namespace":"default"},"type":"Odd"}"#
      let refused = try await client.post(Self.newer, bare)
      #expect(refused.status == 422)
      #expect(refused.causes == ["FieldValueRequired eventTime", "FieldValueInvalid type"])
      let older = try await client.post(
        Self.newer, Self.moment("o").replacing("\"note\"", with: "\"deprecatedCount\":1,\"note\""))
      #expect(older.causes == ["FieldValueInvalid count"])
      let taken = try await client.post(
        Self.core, #"{"metadata":{"name":"b"},"involvedObject":{"namespace":"default"}}"#)
      #expect(taken.status == 201)
      _ = try await client.post(Self.newer, Self.moment("e"))
      let changed = try await client.patch(Self.newer + "/e", .merge, #"{"note":"other"}"#)
      #expect(changed.causes == ["FieldValueInvalid message"])
    }
  }

  @Test("an autoscaler of v1 is one of v2, and its apply and its watch speak v1")
  func autoscalers() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers"
      let v2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
      let text =
        #"{"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},"#
        + #""spec":{"maxReplicas":5,"targetCPUUtilizationPercentage":60,"scaleTargetRef":"#
        + #"{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}}"#
      let applied = try await client.send(
        .patch, v1 + "/h?fieldManager=m", Array(text.utf8),
        contentType: "application/apply-patch+yaml")
      #expect(applied.status == 201)
      #expect(applied.object[path: "spec", "targetCPUUtilizationPercentage"]?.integer == 60)
      let shown = try await client.get(v2 + "/h")
      #expect(
        shown.object[path: "spec", "metrics"]?[0][path: "resource", "target"]
          == ["type": "Utilization", "averageUtilization": 60])
      let owner = shown.object[path: "metadata", "managedFields"]?[0]
      #expect(owner?["apiVersion"]?.string == "autoscaling/v1")
      #expect(
        owner?[path: "fieldsV1", "f:spec"]?["f:targetCPUUtilizationPercentage"] == .emptyObject)
      let table = try await client.send(
        .get, v1, headers: ["accept": "application/json;as=Table;v=v1;g=meta.k8s.io"])
      #expect(table.object["rows"]?[0]["cells"]?[0].string == "h")
      let autoscalers = ResourceType(
        group: "autoscaling", version: "v1", plural: "horizontalpodautoscalers",
        kind: "HorizontalPodAutoscaler")
      let events = try await server.api.client.watch(
        autoscalers, namespace: nil, options: ListOptions())
      _ = try await client.patch(v2 + "/h", .merge, #"{"spec":{"maxReplicas":6}}"#)
      for try await event in events {
        guard case .modified(let object) = event else { continue }
        #expect(object["apiVersion"]?.string == "autoscaling/v1")
        #expect(object[path: "spec", "maxReplicas"]?.integer == 6)
        break
      }
    }
  }
}
