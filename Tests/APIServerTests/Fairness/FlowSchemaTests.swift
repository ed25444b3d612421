import Resources
import Testing

@testable import APIServer

@Suite("Telling requests apart by flow schemas")
struct FlowSchemaTests {
  /// The default schemas, each leading to its own name.
  private let classifier = FlowClassifier(
    DefaultFlowControl.all.entries.filter { $0.resource == .flowSchemas }
      .map { FlowSchema($0.object) }.map { ($0, $0.name) }, fallback: "none")

  private func attributes(
    _ name: String, _ groups: [String], _ verb: String, _ resource: String = "",
    group: String = "", namespace: String = "", path: String? = nil
  ) -> AccessAttributes {
    var attributes = AccessAttributes(
      user: User(name: name, groups: groups + ["system:authenticated"]), verb: verb)
    let parts = resource.split(separator: "/").map(String.init)
    attributes.resource = parts.first ?? ""
    attributes.subresource = parts.count > 1 ? parts[1] : ""
    attributes.group = group
    attributes.namespace = namespace
    attributes.path = path
    return attributes
  }

  @Test("the defaults take requests as Kubernetes does")
  func defaults() {
    func schema(_ attributes: AccessAttributes) -> String { classifier.target(of: attributes) }
    let leases = "coordination.k8s.io"
    #expect(schema(attributes("admin", ["system:masters"], "delete", "pods")) == "exempt")
    #expect(schema(attributes("jane", [], "get", path: "/healthz")) == "probes")
    #expect(schema(attributes("jane", [], "get", path: "/healthz/log")) == "probes")
    #expect(schema(attributes("jane", [], "get", path: "/healthzz")) == "global-default")
    #expect(
      schema(
        attributes(
          "system:kube-scheduler", [], "update", "leases", group: leases, namespace: "kube-system"))
        == "system-leader-election")
    #expect(
      schema(
        attributes(
          "system:serviceaccount:kube-system:a", ["system:serviceaccounts"], "get", "leases",
          group: leases, namespace: "a")) == "system-leader-election")
    let node = ["system:nodes"]
    #expect(
      schema(
        attributes(
          "system:node:a", node, "update", "leases", group: leases, namespace: "kube-node-lease"))
        == "system-node-high")
    #expect(
      schema(attributes("system:node:a", node, "patch", "nodes/status")) == "system-node-high")
    #expect(schema(attributes("system:node:a", node, "get", "nodes/proxy")) == "system-nodes")
    #expect(
      schema(attributes("system:node:a", node, "patch", "pods/status", namespace: "a"))
        == "system-nodes")
    #expect(
      schema(attributes("system:serviceaccount:kube-system:a", [], "list", "pods"))
        == "kube-system-service-accounts")
    // The name has to match whole: another namespace only begins like it.
    #expect(
      schema(
        attributes(
          "system:serviceaccount:kube-system2:a", ["system:serviceaccounts"], "list", "pods"))
        == "service-accounts")
    #expect(schema(attributes("jane", [], "create", "pods", namespace: "a")) == "global-default")
    // Without a group that any schema is for.
    var nobody = attributes("x", [], "get", "pods")
    nobody.user.groups = []
    #expect(schema(nobody) == "none")
  }

  private func schema(_ name: String, _ precedence: Int, _ rule: Document) -> FlowSchema {
    FlowSchema([
      "metadata": ["name": Document(name)],
      "spec": [
        "priorityLevelConfiguration": ["name": "l"], "matchingPrecedence": Document(precedence),
        "rules": [rule],
      ],
    ])
  }

  @Test("the lower precedence wins, and among equal ones the name")
  func precedence() {
    let everything: Document = [
      "subjects": [["kind": "User", "user": ["name": "*"]]],
      "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]],
    ]
    let schemas = [("b", 5), ("a", 5), ("c", 4)].map { schema($0, $1, everything) }
    func first(_ count: Int) -> String {
      FlowClassifier(schemas.prefix(count).map { ($0, $0.name) }, fallback: "none")
        .target(of: attributes("jane", [], "get", path: "/a"))
    }
    #expect(first(1) == "b")
    #expect(first(2) == "a")
    #expect(first(3) == "c")
  }

  @Test("verbs, groups, resources with subresources, namespaces and their lack all count")
  func resourceRules() {
    let rule: Document = [
      "subjects": [["kind": "Group", "group": ["name": "g"]]],
      "resourceRules": [
        [
          "verbs": ["get", "list"], "apiGroups": ["apps"],
          "resources": ["deployments", "deployments/scale"], "namespaces": ["a"],
        ]
      ],
    ]
    let classifier = FlowClassifier([(schema("s", 5, rule), true)], fallback: false)
    func holds(_ verb: String, _ resource: String, _ group: String, _ namespace: String) -> Bool {
      classifier.target(
        of: attributes("u", ["g"], verb, resource, group: group, namespace: namespace))
    }
    #expect(holds("get", "deployments", "apps", "a"))
    #expect(holds("list", "deployments/scale", "apps", "a"))
    #expect(!holds("watch", "deployments", "apps", "a"))
    #expect(!holds("get", "deployments/status", "apps", "a"))
    #expect(!holds("get", "deployments", "", "a"))
    #expect(!holds("get", "deployments", "apps", "b"))
    #expect(!holds("get", "deployments", "apps", ""))
    #expect(!classifier.target(of: attributes("u", ["g"], "get", path: "/a")))
  }

  @Test("a user whose groups change is looked at anew")
  func groups() {
    let node = attributes("x", ["system:nodes"], "get", "pods")
    let plain = attributes("x", [], "get", "pods")
    for _ in 0..<2 {
      #expect(classifier.target(of: node) == "system-nodes")
      #expect(classifier.target(of: plain) == "global-default")
    }
  }

  @Test("without objects the mandatory ones hold, and a schema without its level does not")
  func plan() {
    var plan = FlowPlan()
    #expect(plan.schemas.map(\.name).sorted() == ["catch-all", "exempt"])
    #expect(plan.levels.map(\.name) == ["catch-all", "exempt"])
    plan.setSchema(
      "s", to: ["metadata": ["name": "s"], "spec": ["priorityLevelConfiguration": ["name": "l"]]])
    #expect(plan.schemas.count == 2)
    plan.setLevel(
      "l", to: ["metadata": ["name": "l"], "spec": ["type": "Limited", "limited": [:]]])
    #expect(plan.schemas.map(\.name).sorted() == ["catch-all", "exempt", "s"])
    plan.setLevel("l", to: nil)
    #expect(plan.schemas.count == 2)
  }
}
