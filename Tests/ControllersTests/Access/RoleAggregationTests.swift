import Resources
import Testing

@testable import Controllers

@Suite struct RoleAggregationTests {
  private func role(_ name: String, _ verbs: [Document], labels: Document = .emptyObject)
    -> ClusterRole
  {
    ClusterRole([
      "metadata": ["name": Document(name), "labels": labels],
      "rules": Document(
        verbs.map { ["verbs": [$0], "apiGroups": [""], "resources": ["pods"]] as Document }),
    ])
  }

  private func aggregated(_ rules: [Document] = []) -> ClusterRole {
    var role = role("all", rules, labels: ["to": "view"])
    role.document["aggregationRule"] = [
      "clusterRoleSelectors": [["matchLabels": ["to": "view"]]]
    ]
    return role
  }

  @Test("the rules of chosen roles come in order of their names, each once, without its own")
  func order() throws {
    let roles = [
      role("b", ["list", "get"], labels: ["to": "view"]), role("c", ["delete"]),
      role("a", ["get"], labels: ["to": "view"]), aggregated(["watch"]),
    ]
    let rules = try RoleAggregation.rules(of: roles[3], from: roles)
    #expect(rules?.map(\.verbs) == [["get"], ["list"]])
  }

  @Test("what stands already, or is not aggregated, is left alone")
  func unchanged() throws {
    let roles = [role("a", ["get"], labels: ["to": "view"]), aggregated(["get"])]
    #expect(try RoleAggregation.rules(of: roles[1], from: roles) == nil)
    #expect(try RoleAggregation.rules(of: roles[0], from: roles) == nil)
  }
}
