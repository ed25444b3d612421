import Testing

@testable import Resources

@Suite("The default flow schemas and priority levels")
struct DefaultFlowControlTests {
  private func entry(_ resource: ResourceType, _ name: String) throws -> DefaultFlowControl.Entry {
    try #require(DefaultFlowControl.all.entry(resource, name))
  }

  @Test("the table reads as the objects of Kubernetes")
  func table() throws {
    let names = { (resource: ResourceType) in
      DefaultFlowControl.all.entries.filter { $0.resource == resource }.map(\.name).sorted()
    }
    #expect(
      names(.priorityLevelConfigurations) == [
        "catch-all", "exempt", "global-default", "leader-election", "node-high", "system",
        "workload-high", "workload-low",
      ])
    #expect(
      names(.flowSchemas) == [
        "catch-all", "exempt", "global-default", "kube-controller-manager", "kube-scheduler",
        "kube-system-service-accounts", "probes", "service-accounts", "system-leader-election",
        "system-node-high", "system-nodes",
      ])
    #expect(
      DefaultFlowControl.all.entries.filter(\.isMandatory).map(\.name) == [
        "exempt", "catch-all", "exempt", "catch-all",
      ])
    #expect(
      try entry(.priorityLevelConfigurations, "node-high").object["spec"] == [
        "type": "Limited",
        "limited": [
          "nominalConcurrencyShares": 40, "lendablePercent": 25,
          "limitResponse": [
            "type": "Queue",
            "queuing": ["queues": 64, "handSize": 6, "queueLengthLimit": 50],
          ],
        ],
      ])
    #expect(
      try entry(.flowSchemas, "system-leader-election").object["spec"] == [
        "priorityLevelConfiguration": ["name": "leader-election"], "matchingPrecedence": 100,
        "distinguisherMethod": ["type": "ByUser"],
        "rules": [
          [
            "subjects": [
              ["kind": "User", "user": ["name": "system:kube-controller-manager"]],
              ["kind": "User", "user": ["name": "system:kube-scheduler"]],
              [
                "kind": "ServiceAccount",
                "serviceAccount": ["namespace": "kube-system", "name": "*"],
              ],
            ],
            "resourceRules": [
              [
                "verbs": ["get", "create", "update"], "apiGroups": ["coordination.k8s.io"],
                "resources": ["leases"], "namespaces": ["*"],
              ]
            ],
          ]
        ],
      ])
    #expect(
      try entry(.flowSchemas, "probes").object[path: "spec", "rules"] == [
        [
          "subjects": [
            ["kind": "Group", "group": ["name": "system:unauthenticated"]],
            ["kind": "Group", "group": ["name": "system:authenticated"]],
          ],
          "nonResourceRules": [
            ["verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]]
          ],
        ]
      ])
    #expect(
      try entry(.flowSchemas, "system-node-high").object[
        path: "spec", "rules"]?.elements.first { _ in true }?["resourceRules"] == [
          [
            "verbs": ["*"], "apiGroups": [""], "resources": ["nodes", "nodes/status"],
            "namespaces": ["*"], "clusterScope": true,
          ],
          [
            "verbs": ["*"], "apiGroups": ["coordination.k8s.io"], "resources": ["leases"],
            "namespaces": ["*"],
          ],
        ])
  }

  @Test("each is valid as it stands, has no further defaults, and leads to a level")
  func validity() {
    let levels = DefaultFlowControl.all.entries.filter {
      $0.resource == .priorityLevelConfigurations
    }.map(\.name)
    for entry in DefaultFlowControl.all.entries {
      let kind = GroupVersionKind(
        group: entry.resource.group, version: "v1", kind: entry.resource.kind)
      var object = entry.object
      Defaulting.rule(for: kind)(&object)
      #expect(object == entry.object, "\(entry.name)")
      let errors = ObjectValidation.errors(
        in: object, replacing: nil, kind: kind, type: Schema.builtin.type(of: kind))
      #expect(errors == [], "\(entry.name)")
      if entry.resource == .flowSchemas {
        let level = object[path: "spec", "priorityLevelConfiguration", "name"]?.string ?? ""
        #expect(levels.contains(level), "\(entry.name)")
      }
    }
  }

  // MARK: Keeping

  private static let annotation = ["metadata", "annotations", DefaultFlowControl.updateAnnotation]

  private func mended(
    _ resource: ResourceType, _ name: String, _ change: (inout Document) -> Void
  ) throws -> Document? {
    let entry = try entry(resource, name)
    var existing = entry.object
    existing.set(1, at: ["metadata", "generation"])
    change(&existing)
    return DefaultFlowControl.mending(existing, toward: entry)
  }

  @Test("what follows the defaults is brought back to them, and all else is the operator's")
  func suggested() throws {
    let shares = ["spec", "limited", "nominalConcurrencyShares"]
    func result(_ change: (inout Document) -> Void) throws -> (Int?, String?)? {
      try mended(.priorityLevelConfigurations, "system", change).map {
        ($0.value(at: shares)?.integer, $0.value(at: Self.annotation)?.string)
      }
    }
    #expect(try result { _ in } == nil)
    let followed = try #require(try result { $0.set(99, at: shares) })
    #expect(followed == (30, "true"))
    // The annotation decides, in any spelling of Go's, and settles where it is missing.
    #expect(
      try result {
        $0.set(99, at: shares)
        $0.set("F", at: Self.annotation)
      } == nil)
    let touched = try #require(
      try result {
        $0.set(99, at: shares)
        $0.set(nil, at: Self.annotation)
        $0.set(2, at: ["metadata", "generation"])
      })
    #expect(touched == (99, "false"))
    let untouched = try #require(
      try result {
        $0.set(99, at: shares)
        $0.set("perhaps", at: Self.annotation)
      })
    #expect(untouched == (30, "true"))
  }

  @Test("the mandatory ones stay, but for what exempt requests are reckoned to take")
  func mandatory() throws {
    let restored = try #require(
      try mended(.flowSchemas, "catch-all") {
        $0.set(7, at: ["spec", "matchingPrecedence"])
        $0.set("false", at: Self.annotation)
      })
    #expect(restored[path: "spec", "matchingPrecedence"] == 10_000)
    #expect(restored.value(at: Self.annotation) == "true")
    #expect(
      try mended(.priorityLevelConfigurations, "exempt") {
        $0.set(50, at: ["spec", "exempt", "nominalConcurrencyShares"])
      } == nil)
  }

  @Test("only what another release's defaults left behind is removed")
  func leftOver() {
    func isLeftOver(_ name: String, _ value: Document?) -> Bool {
      var object: Document = ["metadata": ["name": Document(name)]]
      object.set(value, at: Self.annotation)
      return DefaultFlowControl.all.isLeftOver(.flowSchemas, object)
    }
    #expect(isLeftOver("old", "true"))
    #expect(!isLeftOver("old", "false"))
    #expect(!isLeftOver("old", nil))
    #expect(!isLeftOver("probes", "true"))
  }
}
