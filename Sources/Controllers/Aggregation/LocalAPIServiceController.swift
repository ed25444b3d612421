package import Foundations
package import Resources

/// Keeps an APIService for each group and version that the API server serves itself, so that
/// clients find all APIs in one list.
package final class LocalAPIServiceController: Controller {
  package let name = "local-apiservice-controller"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 1
  private let client: any ClusterClient
  private let apiServices: Informer
  private let wanted: [String: Document]

  /// - Parameter catalog: what the API server serves itself.
  package init(client: any ClusterClient, informers: InformerSet, catalog: ResourceCatalog) {
    self.client = client
    apiServices = informers[.apiServices]
    let objects = catalog.groupVersions.map { group, version in
      LocalAPIService.object(group: group, version: version)
    }
    let wanted = Dictionary(uniqueKeysWithValues: objects.map { (ObjectKey($0).name, $0) })
    self.wanted = wanted
    for name in wanted.keys.sorted() { queue.add(ObjectKey(namespace: "", name: name)) }
    apiServices.onChange { [queue] change in
      if case .removed = change, wanted[ObjectKey(change.object).name] != nil {
        queue.add(ObjectKey(change.object))
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    try await apiServices.waitUntilSynced()
    guard let object = wanted[key.name], apiServices[key] == nil else { return nil }
    _ = try await client.create(.apiServices, namespace: nil, object)
    return nil
  }
}

/// The APIService of a group and version that the API server serves itself.
enum LocalAPIService {
  /// Which groups clients prefer. Source: upstream's `apiVersionPriorities`.
  private static let groupPriorities = [
    "": 18000, "apps": 17800, "events.k8s.io": 17750, "authentication.k8s.io": 17700,
    "authorization.k8s.io": 17600, "autoscaling": 17500, "batch": 17400,
    "certificates.k8s.io": 17300, "networking.k8s.io": 17200, "policy": 17100,
    "rbac.authorization.k8s.io": 17000, "storage.k8s.io": 16800, "apiextensions.k8s.io": 16700,
    "admissionregistration.k8s.io": 16700, "scheduling.k8s.io": 16600,
    "coordination.k8s.io": 16500, "node.k8s.io": 16300, "resource.k8s.io": 16200,
    "discovery.k8s.io": 16200, "flowcontrol.apiserver.k8s.io": 16100,
    "internal.apiserver.k8s.io": 16000, "storagemigration.k8s.io": 15800,
  ]
  private static let groupPriorityDefault = 15000

  /// Newer and steadier versions first.
  static func versionPriority(_ group: String, _ version: String) -> Int {
    if group.isEmpty { return 1 }
    if version.contains("alpha") { return 1 }
    if version.contains("beta") { return 9 }
    return version == "v1" ? 15 : 30
  }

  static func object(group: String, version: String) -> Document {
    var spec: Document = ["version": Document(version)]
    if !group.isEmpty { spec["group"] = Document(group) }
    spec["groupPriorityMinimum"] = Document(groupPriorities[group] ?? groupPriorityDefault)
    spec["versionPriority"] = Document(versionPriority(group, version))
    return [
      "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
      "metadata": [
        "name": Document("\(version).\(group)"),
        "labels": ["kube-aggregator.kubernetes.io/automanaged": "onstart"],
      ], "spec": spec,
    ]
  }
}
