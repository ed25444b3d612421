import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Mutating admission policies", .timeLimit(.minutes(5)))
struct MutatingPolicyTests {
  private typealias Fixture = MutatingPolicyFixture
  private static let maps = "/api/v1/namespaces/default/configmaps"

  private static func run(_ body: (Fixture, TestAPIClient) async throws -> Void) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      try await body(Fixture(client: client), client)
    }
  }

  private static func map(_ name: String, _ data: Document = [:], labels: Document = [:])
    -> String
  {
    let map: Document = ["metadata": ["name": Document(name), "labels": labels], "data": data]
    return map.jsonText
  }

  @Test("both kinds of patches change creates and updates, in the order of the policies' names")
  func order() async throws {
    try await Self.run { fixture, client in
      try await fixture.bind(
        "b",
        [
          Fixture.patch(
            "[JSONPatch{op: 'add', path: '/data/second', value: object.data.first + '2'}]")
        ])
      try await fixture.bind(
        "a",
        [
          Fixture.apply("Object{data: {'first': '1'}}"),
          Fixture.apply("Object{metadata: Object.metadata{labels: {'seen': object.data.first}}}"),
        ])
      let made = try await client.post(Self.maps, Self.map("m", ["own": "x"]))
      #expect(made.status == 201, "\(made.text)")
      #expect(made.object["data"] == ["own": "x", "first": "1", "second": "12"])
      #expect(made.object[path: "metadata", "labels"] == ["seen": "1"])
      // What policies set is nobody's: the client's own fields are as it sent them.
      let fields = made.object[path: "metadata", "managedFields"]?[0]["fieldsV1"]?.jsonText ?? ""
      #expect(fields.contains("f:own") && !fields.contains("f:first"))
      let changed = try await client.put(Self.maps + "/m", Self.map("m", ["own": "y"]))
      #expect(changed.object["data"] == ["own": "y", "first": "1", "second": "12"])
      let other = try await client.post(
        "/api/v1/namespaces/default/secrets", #"{"metadata":{"name":"s"}}"#)
      #expect(other.object[path: "metadata", "labels"] == nil)
    }
  }

  @Test("what a policy adds gets its defaults, and passes the server's own plugins")
  func defaults() async throws {
    try await Self.run { fixture, client in
      try await fixture.bind(
        "sidecar",
        [
          Fixture.apply(
            """
            Object{spec: Object.spec{
              containers: [Object.spec.containers{name: "side", image: "x"}]}}
            """),
          Fixture.patch(
            """
            [JSONPatch{op: "add", path: "/spec/initContainers",
              value: [Object.spec.initContainers{name: "init", image: "y"}]}]
            """),
        ],
        [
          "matchConstraints": [
            "resourceRules": [
              [
                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                "resources": ["pods"],
              ]
            ]
          ]
        ])
      let made = try await client.post(
        "/api/v1/namespaces/default/pods",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#)
      #expect(made.status == 201, "\(made.text)")
      let containers = made.object[path: "spec", "containers"] ?? .null
      #expect(containers.elements.map { $0["name"]?.string } == ["c", "side"])
      for added in [containers[1], made.object[path: "spec", "initContainers"]?[0] ?? .null] {
        #expect(added["terminationMessagePath"] == "/dev/termination-log")
        #expect(added["volumeMounts"]?.isEmpty == false)
      }
    }
  }

  @Test("conditions, selectors and parameters decide where a policy is at work")
  func matching() async throws {
    try await Self.run { fixture, client in
      try await fixture.bind(
        "p", [Fixture.apply("Object{data: {'level': params.data.level}}")],
        [
          "paramKind": ["apiVersion": "v1", "kind": "ConfigMap"],
          "matchConditions": [
            ["name": "named", "expression": "object.metadata.name.startsWith('m')"]
          ],
        ],
        binding: [
          "paramRef": [
            "name": "levels", "namespace": "kube-system", "parameterNotFoundAction": "Deny",
          ],
          "matchResources": [
            "objectSelector": ["matchLabels": ["on": "yes"]],
            "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "default"]],
          ],
        ])
      let missing = try await client.post(Self.maps, Self.map("m", labels: ["on": "yes"]))
      #expect(missing.status == 403 && missing.reason == "Forbidden")
      #expect(
        missing.message
          == "policy 'p' with binding 'p' denied request: failed to configure binding: no params "
          + "found for policy binding with `Deny` parameterNotFoundAction")
      _ = try await client.post(
        "/api/v1/namespaces/kube-system/configmaps", Self.map("levels", ["level": "high"]))
      let made = try await client.post(Self.maps, Self.map("m", labels: ["on": "yes"]))
      #expect(made.object["data"] == ["level": "high"], "\(made.text)")
      let unnamed = try await client.post(Self.maps, Self.map("n", labels: ["on": "yes"]))
      #expect(unnamed.object["data"]?["level"] == nil && unnamed.status == 201)
      let unlabelled = try await client.post(Self.maps, Self.map("m2"))
      #expect(unlabelled.object["data"]?["level"] == nil && unlabelled.status == 201)
    }
  }

  @Test("a failure refuses the request, or is overlooked where the policy says so")
  func failures() async throws {
    try await Self.run { fixture, client in
      try await fixture.bind(
        "ignoring", [Fixture.apply("Object{data: {'a': object.data.none}}")],
        ["failurePolicy": "Ignore"])
      #expect(try await client.post(Self.maps, Self.map("m")).status == 201)
      try await fixture.bind(
        "strict",
        [
          Fixture.patch("[JSONPatch{op: 'test', path: '/data/x', value: 'y'}]"),
          Fixture.patch("[JSONPatch{op: 'remove', path: '/data/x'}]"),
          Fixture.apply("Object{dota: {'a': 'b'}}"),
        ])
      let refused = try await client.post(Self.maps, Self.map("n", ["a": "b"]))
      #expect(refused.status == 403 && refused.reason == "Invalid", "\(refused.text)")
      #expect(
        refused.message.hasPrefix(
          "policy 'strict' with binding 'strict' denied request: JSON Patch: "))
      #expect(
        refused.object[path: "details", "causes"]?[1]["message"]?.string
          == "policy 'strict' with binding 'strict' denied request: error applying patch: failed to "
          + "convert patch object to typed object: .dota: field not declared in schema")
    }
  }

  @Test("what a patch makes has to be an object of the kind")
  func unfit() async throws {
    try await Self.run { fixture, client in
      try await fixture.bind(
        "p",
        [
          Fixture.patch(
            """
            object.metadata.name == 'unknown'
              ? [JSONPatch{op: 'add', path: '/dota', value: {}}]
              : [JSONPatch{op: 'replace', path: '/kind', value: 'Secret'}]
            """)
        ])
      let unknown = try await client.post(Self.maps, Self.map("unknown"))
      #expect(unknown.status == 500 && unknown.message.contains("unknown field"))
      let kind = try await client.post(Self.maps, Self.map("kind"))
      #expect(kind.status == 500 && kind.message.contains("may not change the kind"))
    }
  }

  @Test("a policy runs again, once, where others changed the object after it and it wishes so")
  func reinvocation() async throws {
    try await Self.run { fixture, client in
      let count =
        "Object{data: {'NAME': string(int(object.?data.?NAME.orValue('0')) + 1)}}"
      func counting(_ name: String) -> [Document] {
        [Fixture.apply(count.replacing("NAME", with: name))]
      }
      try await fixture.bind("a", counting("a"), ["reinvocationPolicy": "IfNeeded"])
      try await fixture.bind("b", counting("b"))
      try await fixture.bind("c", counting("c"), ["reinvocationPolicy": "IfNeeded"])
      let made = try await client.post(Self.maps, Self.map("m"))
      // b does not wish it, and c itself made the last change.
      #expect(made.object["data"] == ["a": "2", "b": "1", "c": "1"], "\(made.text)")
    }
  }

  @Test("webhooks come after policies, and policies run again where webhooks changed the object")
  func webhooks() async throws {
    try await WebhookFixture.run { request, _ in
      request[path: "object", "data", "seen"] == nil
        ? .patch(#"[{"op":"add","path":"/data/seen","value":"first"}]"#) : .allowed
    } _: { fixture in
      try await fixture.configure(.mutating, ["reinvocationPolicy": "IfNeeded"])
      let policies = Fixture(client: fixture.client)
      try await policies.bind(
        "p",
        [
          Fixture.apply(
            "Object{data: {'policy': object.data.?seen.hasValue() ? 'after' : 'before'}}")
        ], ["reinvocationPolicy": "IfNeeded"])
      let made = try await fixture.client.post(Self.maps, Self.map("m", ["x": "y"]))
      #expect(
        made.object["data"] == ["x": "y", "policy": "after", "seen": "first"], "\(made.text)")
      #expect(
        fixture.hook.requests.map { $0[path: "object", "data", "policy"] } == ["before", "after"])
    }
  }

  @Test("subresources and scale are changed in their own part only")
  func parts() async throws {
    try await Self.run { fixture, client in
      func about(_ resource: String) -> Document {
        [
          "matchConstraints": [
            "resourceRules": [
              [
                "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"],
                "resources": [Document(resource)],
              ]
            ]
          ]
        ]
      }
      try await fixture.bind(
        "scale", [Fixture.apply("Object{spec: Object.spec{replicas: object.spec.replicas * 2}}")],
        about("deployments/scale"))
      try await fixture.bind(
        "status",
        [
          Fixture.apply(
            "Object{spec: Object.spec{replicas: 9}, status: Object.status{observedGeneration: 7}}"
          )
        ], about("deployments/status"))
      let path = "/apis/apps/v1/namespaces/default/deployments"
      let made = try await client.post(
        path,
        """
        {"metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
        "template":{"metadata":{"labels":{"a":"b"}},
        "spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """)
      #expect(made.object[path: "spec", "replicas"] == 2)
      let scaled = try await client.patch(
        path + "/d/scale", .merge, #"{"spec":{"replicas":3}}"#)
      #expect(scaled.object[path: "spec", "replicas"] == 6, "\(scaled.text)")
      let status = try await client.patch(
        path + "/d/status", .merge, #"{"status":{"replicas":1}}"#)
      #expect(status.object[path: "status", "observedGeneration"] == 7, "\(status.text)")
      #expect(status.object[path: "spec", "replicas"] == 6)
    }
  }

  @Test("a policy about another version of a kind sees and changes its objects in that version")
  func versions() async throws {
    try await Self.run { fixture, client in
      try await fixture.bind(
        "hpa",
        [
          Fixture.apply(
            "Object{spec: Object.spec{targetCPUUtilizationPercentage: object.spec.minReplicas + 40}}"
          )
        ],
        [
          "matchConstraints": [
            "resourceRules": [
              [
                "apiGroups": ["autoscaling"], "apiVersions": ["v1"], "operations": ["CREATE"],
                "resources": ["horizontalpodautoscalers"],
              ]
            ]
          ]
        ])
      let made = try await client.post(
        "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
        """
        {"metadata":{"name":"h"},"spec":{"minReplicas":2,"maxReplicas":5,
        "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"}}}
        """)
      #expect(made.status == 201, "\(made.text)")
      #expect(
        made.object[path: "spec", "metrics"]?[0][
          path: "resource", "target", "averageUtilization"] == 42, "\(made.text)")
    }
  }

  @Test("what a policy would change of a connection or an errand is refused, not lost")
  func errands() async throws {
    try await Self.run { fixture, client in
      try await fixture.bind(
        "p", [Fixture.apply("Object{metadata: Object.metadata{labels: {'a': 'b'}}}")],
        [
          "matchConstraints": [
            "resourceRules": [
              [
                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                "resources": ["pods/binding"],
              ]
            ]
          ]
        ])
      let made = try await client.post(
        "/api/v1/namespaces/default/pods",
        #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#)
      #expect(made.status == 201)
      let bound = try await client.post(
        "/api/v1/namespaces/default/pods/p/binding",
        #"{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"name":"n"}}"#)
      #expect(bound.status == 500, "\(bound.text)")
      #expect(bound.message.contains("attempted to modify the object"))
    }
  }

  @Test("policies that cannot work, or about deletes, are not stored")
  func invalid() async throws {
    try await Self.run { _, client in
      let path = "\(Fixture.group)/mutatingadmissionpolicies"
      let wrong = try await client.post(
        path, Fixture.policy("p", [Fixture.apply("Object{spec: }")]).jsonText)
      #expect(wrong.status == 422)
      #expect(wrong.message.contains("spec.mutations[0].applyConfiguration.expression"))
      var deletes = Fixture.policy("p", [Fixture.apply("Object{}")])
      deletes.set(
        [
          [
            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"],
            "resources": ["pods"],
          ]
        ], at: ["spec", "matchConstraints", "resourceRules"])
      let refused = try await client.post(path, deletes.jsonText)
      #expect(refused.status == 422, "\(refused.text)")
      #expect(
        refused.message.contains(
          "spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\""))
    }
  }
}
