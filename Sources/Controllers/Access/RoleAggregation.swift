import Foundations
import Resources

/// The rules of an aggregated cluster role: all that the roles have which its selectors choose.
/// Source: Kubernetes documentation, "Using RBAC Authorization", "Aggregated ClusterRoles".
enum RoleAggregation {
  /// Pure: the same roles give the same rules in the same order.
  /// - Parameter roles: every cluster role; `role` itself does not count.
  /// - Returns: `nil` where `role` is not aggregated, or holds just these rules already.
  static func rules(of role: ClusterRole, from roles: [ClusterRole]) throws -> [PolicyRule]? {
    guard let aggregation = role.aggregationRule else { return nil }
    let others = roles.filter { $0.metadata.name != role.metadata.name }
      .sorted { $0.metadata.name ?? "" < $1.metadata.name ?? "" }
    var rules: [PolicyRule] = []
    for view in aggregation.clusterRoleSelectors {
      let selector = try LabelSelector(view)
      for other in others where selector.matches(other.metadata.labels) {
        for rule in other.rules
        where !rules.contains(where: { $0.document == rule.document }) {
          rules.append(rule)
        }
      }
    }
    return rules.map(\.document) == role.rules.map(\.document) ? nil : rules
  }
}
