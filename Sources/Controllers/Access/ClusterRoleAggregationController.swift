package import Foundations
package import Resources

/// Writes the rules of cluster roles that are put together from others: `admin`, `edit`, `view`.
package final class ClusterRoleAggregationController: Controller {
  package let name = "clusterrole-aggregation-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let roles: Informer

  package init(client: any ClusterClient, informers: InformerSet) {
    self.client = client
    roles = informers[.clusterRoles]
    // Any role may be chosen by any other: they are few, and all that aggregate are looked at.
    roles.onChange { [queue, roles] _ in
      for role in roles.objects where role["aggregationRule"] != nil { queue.add(ObjectKey(role)) }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let role = roles[key].map(ClusterRole.init),
      let rules = try RoleAggregation.rules(of: role, from: roles.objects.map(ClusterRole.init))
    else { return nil }
    let wanted: Document = [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
      "metadata": ["name": Document(key.name)], "rules": Document(rules.map(\.document)),
    ]
    _ = try await client.patch(
      .clusterRoles, namespace: nil, name: key.name, subresource: nil, Patch(.apply, wanted),
      options: WriteOptions(fieldManager: name))
    return nil
  }
}
