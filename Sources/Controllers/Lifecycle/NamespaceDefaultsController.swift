package import Foundations
package import Resources

/// Sees that every namespace has its `default` service account and the cluster's root certificate.
package final class NamespaceDefaultsController: Controller {
  package let name = "namespace-defaults-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let namespaces: Informer
  private let rootCertificate: Renewable<[UInt8]>

  private static let accountName = "default"
  package static let certificateMapName = "kube-root-ca.crt"

  /// - Parameter rootCertificate: PEM of the CA that signed the API server's certificate.
  package init(
    client: any ClusterClient, informers: InformerSet, rootCertificate: Renewable<[UInt8]>
  ) {
    self.client = client
    self.rootCertificate = rootCertificate
    namespaces = informers[.namespaces]
    namespaces.onChange { [queue] in queue.add(ObjectKey($0.object)) }
    for (resource, wanted) in [
      (ResourceType.serviceAccounts, Self.accountName), (.configMaps, Self.certificateMapName),
    ] {
      informers[resource].onChange { [queue] change in
        let key = ObjectKey(change.object)
        // What is there already needs no look: only its loss and its change do.
        if case .added = change { return }
        if key.name == wanted { queue.add(ObjectKey(namespace: "", name: key.namespace)) }
      }
    }
  }

  /// There is another root certificate: every namespace has to get it.
  package func rootCertificateChanged() {
    for namespace in namespaces.objects { queue.add(ObjectKey(namespace)) }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let namespace = namespaces[key].map({ Namespace($0) }), !namespace.metadata.isTerminating
    else { return nil }
    try await ensureAccount(in: key.name)
    try await ensureCertificate(in: key.name)
    return nil
  }

  private func ensureAccount(in namespace: String) async throws {
    let account: Document = [
      "apiVersion": "v1", "kind": "ServiceAccount",
      "metadata": ["name": Document(Self.accountName), "namespace": Document(namespace)],
    ]
    do {
      _ = try await client.create(.serviceAccounts, namespace: namespace, account)
    } catch let error as APIError where error.reason == .alreadyExists {
      return
    }
  }

  private func ensureCertificate(in namespace: String) async throws {
    let wanted: Document = [
      "ca.crt": Document(String(decoding: rootCertificate.current, as: UTF8.self))
    ]
    var map: Document = [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": [
        "name": Document(Self.certificateMapName), "namespace": Document(namespace),
        "annotations": [
          "kubernetes.io/description":
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
        ],
      ], "data": wanted,
    ]
    do {
      let found = try await client.get(
        .configMaps, namespace: namespace, name: Self.certificateMapName)
      if found["data"] == wanted { return }
      map = found
      map["data"] = wanted
      _ = try await client.update(.configMaps, namespace: namespace, map)
    } catch let error as APIError where error.reason == .notFound {
      _ = try await client.create(.configMaps, namespace: namespace, map)
    }
  }
}
