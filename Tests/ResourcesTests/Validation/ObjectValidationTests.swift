import Resources
import Testing

@Suite struct ObjectValidationTests {
  private func errors(
    _ new: Document, replacing old: Document? = nil, subresource: String? = nil
  ) throws -> [String] {
    let kind = GroupVersionKind(
      apiVersion: try #require(new["apiVersion"]?.string), kind: try #require(new["kind"]?.string))
    return ObjectValidation.errors(
      in: new, replacing: old, kind: kind, type: Schema.builtin.type(of: kind),
      subresource: subresource
    ).map(\.description)
  }

  private let pod: Document = [
    "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web", "namespace": "default"],
    "spec": [
      "containers": [
        [
          "name": "a", "image": "x", "ports": [["containerPort": 80, "name": "http"]],
          "resources": ["limits": ["cpu": "1"], "requests": ["cpu": "500m"]],
          "volumeMounts": [["name": "v", "mountPath": "/v"]],
          "readinessProbe": ["httpGet": ["path": "/", "port": "http"]],
        ]
      ], "volumes": [["name": "v", "emptyDir": .emptyObject]], "restartPolicy": "Always",
      "terminationGracePeriodSeconds": 30,
    ],
  ]

  private let deployment: Document = [
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
    "spec": [
      "replicas": 3, "selector": ["matchLabels": ["app": "web"]],
      "template": [
        "metadata": ["labels": ["app": "web"]],
        "spec": ["containers": [["name": "a", "image": "x"]], "restartPolicy": "Always"],
      ],
    ],
  ]

  @Test("good objects have no errors")
  func good() throws {
    #expect(try errors(pod) == [])
    #expect(try errors(deployment) == [])
    #expect(try errors(pod, replacing: pod) == [])
  }

  @Test("each mistake in a pod is told with its place and what would be right")
  func podMistakes() throws {
    let changes: [([String], Document?, String)] = [
      (
        ["metadata", "name"], "Web",
        #"metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of"#
      ),
      (["metadata", "labels"], ["a b": "c"], #"metadata.labels: Invalid value: "a b": name part"#),
      (["spec"], nil, "spec.containers: Required value"),
      (["spec", "containers"], nil, "spec.containers: Required value"),
      (["spec", "containers"], .emptyArray, "spec.containers: Required value"),
      (
        ["spec", "restartPolicy"], "Sometimes",
        #"spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure""#
      ),
      (
        ["spec", "volumes"], [["name": "v", "emptyDir": .emptyObject], ["name": "w"]],
        "spec.volumes[1]: Required value: must specify a volume type"
      ),
      (
        ["spec", "volumes"],
        [["name": "v", "emptyDir": .emptyObject], ["name": "v", "emptyDir": .emptyObject]],
        #"spec.volumes[1].name: Duplicate value: "v""#
      ),
      (["spec", "volumes"], nil, #"spec.containers[0].volumeMounts[0].name: Not found: "v""#),
      (["spec", "hostname"], "a.b", #"spec.hostname: Invalid value: "a.b""#),
    ]
    for (path, value, expected) in changes {
      var changed = pod
      changed.set(value, at: path)
      let found = try errors(changed)
      #expect(found.count == 1 && found[0].hasPrefix(expected), "\(found)")
    }
  }

  @Test("each mistake in a container is told with its place and what would be right")
  func containerMistakes() throws {
    let changes: [(String, Document?, String)] = [
      ("name", nil, "spec.containers[0].name: Required value"),
      ("name", "A", #"spec.containers[0].name: Invalid value: "A""#),
      ("image", nil, "spec.containers[0].image: Required value"),
      (
        "imagePullPolicy", "x",
        #"spec.containers[0].imagePullPolicy: Unsupported value: "x": supported values: "Always","#
      ),
      (
        "ports", [["containerPort": 0]],
        "spec.containers[0].ports[0].containerPort: Invalid value: 0: must be between 1 and 65535"
      ),
      ("env", [["value": "x"]], "spec.containers[0].env[0].name: Required value"),
      (
        "resources", ["limits": ["cpu": "1"], "requests": ["cpu": "2"]],
        #"spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1"#
      ),
      (
        "resources", ["limits": ["cpu": "-1"]],
        #"spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or"#
      ),
      (
        "livenessProbe", .emptyObject,
        "spec.containers[0].livenessProbe: Required value: must specify a handler type"
      ),
      (
        "livenessProbe", ["exec": ["command": ["a"]], "successThreshold": 2],
        "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"
      ),
      (
        "volumeMounts", [["name": "v"]],
        "spec.containers[0].volumeMounts[0].mountPath: Required value"
      ),
    ]
    for (member, value, expected) in changes {
      var changed = pod
      changed["spec"]?["containers"]?[0][member] = value
      let found = try errors(changed)
      #expect(found.count == 1 && found[0].hasPrefix(expected), "\(found)")
    }
  }

  @Test("a pod's image may change, its command may not, and a status write looks at neither")
  func podChanges() throws {
    var changed = pod
    changed["spec"]?["containers"]?[0]["image"] = "y"
    changed["spec"]?["tolerations"] = [["key": "a", "operator": "Exists"]]
    #expect(try errors(changed, replacing: pod) == [])
    changed["spec"]?["containers"]?[0]["command"] = ["sh"]
    let found = try errors(changed, replacing: pod)
    #expect(found.count == 1 && found[0].hasPrefix("spec: Forbidden: pod updates may not change"))
    #expect(try errors(changed, replacing: pod, subresource: "status") == [])
    #expect(try errors(changed, replacing: pod, subresource: "resize") == [])
  }

  @Test("a deployment selects its own template, and goes on to")
  func selectors() throws {
    var changed = deployment
    changed["spec"]?["template"]?["metadata"]?["labels"]?["app"] = "other"
    #expect(
      try errors(changed) == [
        #"spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`"#
      ])
    changed = deployment
    changed["spec"]?["selector"] = .emptyObject
    #expect(
      try errors(changed) == [
        "spec.selector: Invalid value: {}: empty selector is invalid for deployment"
      ])
    changed = deployment
    changed["spec"]?["selector"]?["matchLabels"]?["app"] = "new"
    changed["spec"]?["template"]?["metadata"]?["labels"]?["app"] = "new"
    let found = try errors(changed, replacing: deployment)
    #expect(found.count == 1 && found[0].hasPrefix("spec.selector: Invalid value:"))
    #expect(found[0].hasSuffix("field is immutable"))
  }

  @Test("services need ports, with names where there are several")
  func services() throws {
    let service: Document = [
      "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web"],
      "spec": ["type": "ClusterIP", "ports": [["port": 80, "protocol": "TCP", "targetPort": 80]]],
    ]
    #expect(try errors(service) == [])
    var changed = service
    changed["spec"]?["ports"] = nil
    #expect(try errors(changed) == ["spec.ports: Required value"])
    changed["spec"]?["ports"] = [["port": 80, "targetPort": 80], ["port": 81, "targetPort": 81]]
    #expect(
      try errors(changed) == [
        "spec.ports[0].name: Required value", "spec.ports[1].name: Required value",
      ])
    changed = service
    changed["metadata"]?["name"] = "1web"
    #expect(try errors(changed) == [], "as of v1.36")
    changed["metadata"]?["name"] = "web."
    #expect(try errors(changed).first?.hasPrefix(#"metadata.name: Invalid value: "web.""#) == true)
  }

  @Test("config maps keep to file names as keys, and stay as they are once immutable")
  func configMaps() throws {
    var map: Document = [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"], "data": ["a.b": "x"],
    ]
    #expect(try errors(map) == [])
    var changed = map
    changed["data"]?["a/b"] = "x"
    #expect(try errors(changed).first?.hasPrefix(#"data[a/b]: Invalid value: "a/b""#) == true)
    map["immutable"] = true
    changed = map
    changed["data"]?["a.b"] = "y"
    #expect(
      try errors(changed, replacing: map) == [
        "data: Forbidden: field is immutable when `immutable` is set"
      ])
  }

  @Test("errors become the causes of a 422 answer")
  func answer() {
    let error = FieldError.required("spec.containers[0].image")
    #expect(
      error.cause
        == APIError.Cause(
          reason: "FieldValueRequired", message: "Required value",
          field: "spec.containers[0].image"))
    let answer = APIError.invalid(.pods, "web", [error.cause])
    #expect(answer.code == 422)
    #expect(answer.message == #"Pod "web" is invalid: spec.containers[0].image: Required value"#)
    #expect(
      FieldError.tooMany("a", count: 3, max: 1).message == "Too many: 3: must have at most 1 item")
  }
}
