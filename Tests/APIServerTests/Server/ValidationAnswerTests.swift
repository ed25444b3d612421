import MartletTesting
import Networking
import Resources
import Testing

/// Objects that break the rules of their kind, through a listening server.
@Suite("Refused objects", .timeLimit(.minutes(5)))
struct ValidationAnswerTests {
  private static let core = "/api/v1/namespaces/default/"

  @Test(
    "a pod that breaks a rule is answered with 422 and the cause",
    arguments: [
      ("'containers':[]", "FieldValueRequired spec.containers"),
      ("'containers':[{'name':'c'}]", "FieldValueRequired spec.containers[0].image"),
      ("'dnsPolicy':'None'", "FieldValueRequired spec.dnsConfig"),
      (
        "'securityContext':{'runAsUser':-1}", "FieldValueInvalid spec.securityContext.runAsUser"
      ),
      (
        "'securityContext':{'sysctls':[{'name':'foo-','value':'1'}]}",
        "FieldValueInvalid spec.securityContext.sysctls[0].name"
      ),
      (
        "'tolerations':[{'value':'x'}]", "FieldValueInvalid spec.tolerations[0].operator"
      ),
      (
        "'topologySpreadConstraints':[{'maxSkew':0,'topologyKey':'z',"
          + "'whenUnsatisfiable':'DoNotSchedule'}]",
        "FieldValueInvalid spec.topologySpreadConstraints[0].maxSkew"
      ),
      (
        "'volumes':[{'name':'v','hostPath':{'path':'/a/../b'}}]",
        "FieldValueInvalid spec.volumes[0].hostPath.path"
      ),
      ("'hostAliases':[{'ip':'x'}]", "FieldValueInvalid spec.hostAliases[0].ip"),
      (
        "'ephemeralContainers':[{'name':'e','image':'i'}]",
        "FieldValueForbidden spec.ephemeralContainers"
      ),
    ])
  func pods(change: String, cause: String) async throws {
    try await TestAPIServer.run { server in
      let containers =
        change.contains("containers'") && change.hasPrefix("'containers")
        ? "" : "'containers':[{'name':'c','image':'i'}],"
      let pod = "{'metadata':{'name':'x'},'spec':{\(containers)\(change)}}"
        .replacing("'", with: "\"")
      let answer = try await server.client().post(Self.core + "pods", pod)
      #expect(answer.status == 422 && answer.reason == "Invalid", "\(answer.text)")
      #expect(answer.causes == [cause], "\(answer.text)")
      #expect(answer.message.hasPrefix("Pod \"x\" is invalid: "))
    }
  }

  @Test("an unknown runtime class is forbidden; a known one adds its overhead and its nodes")
  func runtimeClasses() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let pod =
        #"{"metadata":{"name":"x"},"spec":{"runtimeClassName":"fast","containers":[{"name":"c","image":"i"}]}}"#
      let refused = try await client.post(Self.core + "pods", pod)
      #expect(refused.status == 403 && refused.reason == "Forbidden")
      #expect(
        refused.message
          == "pods \"x\" is forbidden: pod rejected: RuntimeClass \"fast\" not found")
      let made = try await client.post(
        "/apis/node.k8s.io/v1/runtimeclasses",
        #"{"metadata":{"name":"fast"},"handler":"h","overhead":{"podFixed":{"cpu":"10m"}},"#
          + #""scheduling":{"nodeSelector":{"a":"b"},"tolerations":[{"key":"k","operator":"Exists"}]}}"#
      )
      #expect(made.status == 201, "\(made.text)")
      let accepted = try await client.post(Self.core + "pods", pod)
      #expect(accepted.status == 201, "\(accepted.text)")
      #expect(accepted.object[path: "spec", "overhead", "cpu"]?.string == "10m")
      #expect(accepted.object[path: "spec", "nodeSelector", "a"]?.string == "b")
      let tolerations = accepted.object[path: "spec", "tolerations"] ?? .emptyArray
      #expect(tolerations.elements.contains { $0["key"]?.string == "k" })
      let handler = try await client.patch(
        "/apis/node.k8s.io/v1/runtimeclasses/fast", .merge, #"{"handler":"g"}"#)
      #expect(handler.status == 422 && handler.causes == ["FieldValueInvalid handler"])
    }
  }

  @Test("a secret's plain text moves to its data and is never answered")
  func secretText() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(
        Self.core + "secrets",
        #"{"metadata":{"name":"s"},"data":{"a":"YQ=="},"stringData":{"a":"b","c":"d"}}"#)
      #expect(made.status == 201, "\(made.text)")
      #expect(made.object["data"] == ["a": "Yg==", "c": "ZA=="])
      #expect(made.object["stringData"] == nil)
      let large = try await client.post(
        Self.core + "secrets",
        "{\"metadata\":{\"name\":\"l\"},\"stringData\":{\"a\":\""
          + String(repeating: "x", count: (1 << 20) + 1) + "\"}}")
      #expect(large.status == 422 && large.causes == ["FieldValueTooLong data"])
    }
  }

  @Test("what was made immutable stays, and a selector too")
  func immutability() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let map = Self.core + "configmaps"
      _ = try await client.post(
        map, #"{"metadata":{"name":"c"},"data":{"a":"b"},"immutable":true}"#)
      let changed = try await client.patch(map + "/c", .merge, #"{"data":{"a":"c"}}"#)
      #expect(changed.status == 422 && changed.causes == ["FieldValueForbidden data"])
      let loosened = try await client.patch(map + "/c", .merge, #"{"immutable":null}"#)
      #expect(loosened.causes == ["FieldValueForbidden immutable"])
      let labelled = try await client.patch(
        map + "/c", .merge, #"{"metadata":{"labels":{"x":"y"}}}"#)
      #expect(labelled.status == 200)
      let deployments = "/apis/apps/v1/namespaces/default/deployments"
      let made = try await client.post(
        deployments,
        #"{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":"#
          + #"{"metadata":{"labels":{"a":"b","c":"d"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"#
      )
      #expect(made.status == 201 && made.object[path: "metadata", "generation"]?.integer == 1)
      let moved = try await client.patch(
        deployments + "/d", .merge, #"{"spec":{"selector":{"matchLabels":{"c":"d"}}}}"#)
      #expect(moved.status == 422 && moved.causes == ["FieldValueInvalid spec.selector"])
      let scaled = try await client.patch(
        deployments + "/d", .strategic, #"{"spec":{"replicas":3}}"#)
      #expect(scaled.object[path: "metadata", "generation"]?.integer == 2)
      let kind = try await client.patch(deployments + "/d", .merge, #"{"kind":"Pod"}"#)
      #expect(kind.status == 422 && kind.causes == ["FieldValueInvalid patch"])
    }
  }

  @Test("ephemeral containers come through their subresource and stay as they came")
  func ephemeralContainers() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let pod = Self.core + "pods/x"
      _ = try await client.post(
        Self.core + "pods",
        #"{"metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#)
      let direct = try await client.patch(
        pod, .strategic, #"{"spec":{"ephemeralContainers":[{"name":"e","image":"i"}]}}"#)
      #expect(direct.status == 422 && direct.causes == ["FieldValueForbidden spec"])
      let added = try await client.patch(
        pod + "/ephemeralcontainers", .strategic,
        #"{"spec":{"ephemeralContainers":[{"name":"e","image":"i"}]}}"#)
      #expect(added.status == 200, "\(added.text)")
      #expect(added.object[path: "metadata", "generation"]?.integer == 2)
      let changed = try await client.patch(
        pod + "/ephemeralcontainers", .strategic,
        #"{"spec":{"ephemeralContainers":[{"name":"e","image":"j"}]}}"#)
      #expect(changed.causes == ["FieldValueForbidden spec.ephemeralContainers"])
    }
  }
}
