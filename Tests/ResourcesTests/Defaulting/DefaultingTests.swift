import Resources
import Testing

@Suite struct DefaultingTests {
  private func defaulted(_ object: Document) throws -> Document {
    let kind = GroupVersionKind(
      apiVersion: try #require(object["apiVersion"]?.string),
      kind: try #require(object["kind"]?.string))
    var once = object
    Defaulting.rule(for: kind)(&once)
    var twice = once
    Defaulting.rule(for: kind)(&twice)
    #expect(twice == once, "defaulting twice changes nothing more")
    return once
  }

  private func pod(_ container: Document) -> Document {
    ["apiVersion": "v1", "kind": "Pod", "spec": ["containers": [container]]]
  }

  @Test(
    "the pull policy follows the image's tag",
    arguments: [
      ("busybox", "Always"), ("busybox:latest", "Always"), ("busybox:1", "IfNotPresent"),
      ("localhost:5000/busybox", "Always"), ("localhost:5000/busybox:1", "IfNotPresent"),
      ("busybox@sha256:00", "IfNotPresent"),
    ])
  func pullPolicy(image: String, policy: String) throws {
    let object = try defaulted(pod(["name": "a", "image": Document(image)]))
    let container = try #require(object[path: "spec", "containers"])[0]
    #expect(container["imagePullPolicy"]?.string == policy)
  }

  @Test("a pod gets what the API promises, and keeps what it says")
  func podDefaults() throws {
    let spec = try #require(
      try defaulted(
        pod([
          "name": "a", "image": "x", "ports": [["containerPort": 80]],
          "resources": ["limits": ["cpu": "1", "memory": "1Gi"], "requests": ["cpu": "100m"]],
          "livenessProbe": ["httpGet": ["port": 80], "periodSeconds": 3],
        ]))["spec"])
    #expect(spec["restartPolicy"] == "Always")
    #expect(spec["terminationGracePeriodSeconds"] == 30)
    #expect(spec["dnsPolicy"] == "ClusterFirst")
    let container = try #require(spec["containers"])[0]
    #expect(container[path: "resources", "requests"] == ["cpu": "100m", "memory": "1Gi"])
    #expect(container["ports"] == [["containerPort": 80, "protocol": "TCP"]])
    #expect(container[path: "livenessProbe", "periodSeconds"] == 3)
    #expect(container[path: "livenessProbe", "failureThreshold"] == 3)
    #expect(container[path: "livenessProbe", "httpGet", "scheme"] == "HTTP")
  }

  @Test("a deployment rolls by quarters and keeps ten revisions")
  func deploymentDefaults() throws {
    let spec = try #require(
      try defaulted([
        "apiVersion": "apps/v1", "kind": "Deployment",
        "spec": ["template": ["spec": ["containers": [["name": "a", "image": "x:1"]]]]],
      ])["spec"])
    #expect(spec["replicas"] == 1)
    #expect(spec["revisionHistoryLimit"] == 10)
    #expect(spec["progressDeadlineSeconds"] == 600)
    #expect(spec[path: "strategy", "rollingUpdate", "maxSurge"] == "25%")
    #expect(spec[path: "strategy", "rollingUpdate", "maxUnavailable"] == "25%")
    #expect(spec[path: "template", "spec", "restartPolicy"] == "Always")
  }

  @Test("a service's ports lead to the same number, over TCP")
  func serviceDefaults() throws {
    let spec = try #require(
      try defaulted(["apiVersion": "v1", "kind": "Service", "spec": ["ports": [["port": 80]]]])[
        "spec"])
    #expect(spec["type"] == "ClusterIP")
    #expect(spec["sessionAffinity"] == "None")
    let port = try #require(spec["ports"])[0]
    #expect(port["protocol"] == "TCP")
    #expect(port["targetPort"] == 80)
  }

  @Test("a Secret's texts are stored as data")
  func secretTexts() throws {
    let secret = try defaulted([
      "apiVersion": "v1", "kind": "Secret", "data": ["a": "eA==", "b": "eA=="],
      "stringData": ["b": "token", "c": ""],
    ])
    #expect(secret["data"] == ["a": "eA==", "b": "dG9rZW4=", "c": ""])
    #expect(secret["stringData"] == nil)
    #expect(secret["type"]?.string == "Opaque")
  }
}
