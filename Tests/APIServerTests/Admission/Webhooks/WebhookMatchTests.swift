import Resources
import Testing

@testable import APIServer

@Suite("What webhooks want to hear of")
struct WebhookMatchTests {
  private func write(
    _ operation: AdmissionWrite.Operation, _ resource: ResourceType, _ subresource: String? = nil
  ) -> AdmissionWrite {
    AdmissionWrite(
      operation: operation, resource: resource, subresource: subresource,
      namespace: resource.isNamespaced ? "n" : nil, name: "x", user: User(name: "jane"),
      isDryRun: false, old: nil)
  }

  private func rule(_ resources: [String], scope: String = "*") -> WebhookRule {
    WebhookRule([
      "operations": ["CREATE", "CONNECT"], "apiGroups": ["", "apps"], "apiVersions": ["v1"],
      "resources": Document(resources.map { Document($0) }), "scope": Document(scope),
    ])
  }

  @Test(
    "resources and subresources match by name and by wildcard",
    arguments: [
      (["pods"], nil, true), (["pods"], "log", false), (["*"], nil, true), (["*"], "exec", false),
      (["pods/*"], nil, true), (["pods/*"], "exec", true), (["*/exec"], "exec", true),
      (["*/exec"], nil, false), (["*/*"], "exec", true), (["*/*"], nil, true),
      (["services", "pods/exec"], "exec", true), (["services/*"], "exec", false),
    ])
  func resources(_ resources: [String], _ subresource: String?, _ isMatch: Bool) {
    let asked = write(.create, .pods, subresource)
    #expect(rule(resources).matches(asked, as: .pods) == isMatch)
  }

  @Test("operation, group, version and scope all have to fit")
  func others() {
    #expect(!rule(["pods"]).matches(write(.update, .pods), as: .pods))
    #expect(rule(["pods"]).matches(write(.connect, .pods), as: .pods))
    #expect(rule(["deployments"]).matches(write(.create, .deployments), as: .deployments))
    #expect(!rule(["jobs"]).matches(write(.create, .jobs), as: .jobs))
    #expect(!rule(["pods"], scope: "Cluster").matches(write(.create, .pods), as: .pods))
    let namespaces = rule(["namespaces"], scope: "Namespaced")
    #expect(!namespaces.matches(write(.create, .namespaces), as: .namespaces))
    let cluster = rule(["namespaces"], scope: "Cluster")
    #expect(cluster.matches(write(.create, .namespaces), as: .namespaces))
  }

  private func hook(_ changes: Document) throws -> Webhook {
    var hook: Document = [
      "name": "a.b.c",
      "rules": [
        [
          "operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/*"],
        ]
      ],
    ]
    for (member, value) in changes.members { hook[member] = value }
    return try Webhook(hook, configuration: "c", position: 0)
  }

  @Test("a namespace is chosen by the labels that it will have, and by those it had when it goes")
  func namespaces() throws {
    let hook = try hook(["namespaceSelector": ["matchLabels": ["a": "b"]]])
    let labelled: Document = ["metadata": ["name": "x", "labels": ["a": "b"]]]
    let stored: @Sendable (String) -> Document? = { $0 == "x" ? ["a": "b"] : nil }
    func wants(_ operation: AdmissionWrite.Operation, _ object: Document?) throws -> Bool {
      try WebhookMatch(write: write(operation, .namespaces), namespaceLabels: stored).wants(
        hook, object)
    }
    #expect(try wants(.create, labelled))
    #expect(try !wants(.update, ["metadata": ["name": "x"]]))
    #expect(try wants(.delete, nil))
    // What lives outside namespaces is never left out.
    let node = WebhookMatch(write: write(.create, .nodes), namespaceLabels: stored)
    #expect(try node.wants(hook, ["metadata": .emptyObject]))
    let lost = WebhookMatch(write: write(.create, .pods), namespaceLabels: stored)
    #expect(throws: APIError.notFound(.namespaces, "n")) {
      try lost.wants(hook, ["metadata": .emptyObject])
    }
  }

  @Test("either state of an object chooses it; what has no labels is chosen by everything only")
  func objects() throws {
    let hook = try hook(["objectSelector": ["matchLabels": ["a": "b"]]])
    let labelled: Document = ["metadata": ["labels": ["a": "b"]]]
    let bare: Document = ["metadata": .emptyObject]
    func wants(_ new: Document?, _ old: Document?, _ hook: Webhook) throws -> Bool {
      var write = write(.update, .configMaps)
      write.old = old
      return try WebhookMatch(write: write, namespaceLabels: { _ in nil }).wants(hook, new)
    }
    #expect(try wants(labelled, bare, hook))
    #expect(try wants(bare, labelled, hook))
    #expect(try !wants(bare, bare, hook))
    #expect(try wants(nil, labelled, hook))
    #expect(try !wants(["stdin": true], nil, hook))
    let missing = try self.hook([
      "objectSelector": ["matchExpressions": [["key": "a", "operator": "DoesNotExist"]]]
    ])
    #expect(try wants(bare, nil, missing))
    #expect(try !wants(["stdin": true], nil, missing))
  }

  @Test("those are asked again that wish it and have not seen the last change")
  func reinvocation() {
    let first = Webhook.Identity(configuration: "a", position: 0)
    let second = Webhook.Identity(configuration: "a", position: 1)
    var reinvocation = Reinvocation<Webhook.Identity>()
    reinvocation.wasAsked(first)
    #expect(!reinvocation.isDue(first))
    reinvocation.wasChanged()
    reinvocation.wasAsked(second)
    #expect(reinvocation.isDue(first) && !reinvocation.isDue(second))
    reinvocation.wasChanged()
    #expect(reinvocation.isDue(second))
  }
}
