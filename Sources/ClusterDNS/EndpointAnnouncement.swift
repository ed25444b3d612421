package import Foundations
package import Resources

/// Tells the cluster that this node has a name server: an EndpointSlice of the Service `kube-dns`,
/// which goes away with the node.
package struct EndpointAnnouncement: Sendable {
  private let client: any ClusterClient
  private let nodeName: String
  private let address: IPAddress
  private let port: Int

  package static let namespace = "kube-system"
  package static let serviceName = "kube-dns"

  package init(client: any ClusterClient, nodeName: String, address: IPAddress, port: Int) {
    self.client = client
    self.nodeName = nodeName
    self.address = address
    self.port = port
  }

  /// Creates the slice or mends it. Writes nothing where it is as it should be.
  package func ensure() async throws {
    let node = try await client.get(.nodes, namespace: nil, name: nodeName)
    let wanted = slice(nodeUID: node[path: "metadata", "uid"]?.string ?? "")
    let found: Document
    do {
      found = try await client.get(
        .endpointSlices, namespace: Self.namespace, name: ObjectKey(wanted).name)
    } catch let error as APIError where error.reason == .notFound {
      _ = try await client.create(.endpointSlices, namespace: Self.namespace, wanted)
      return
    }
    let differs =
      ["endpoints", "ports"].contains { found[$0] != wanted[$0] }
      || ["labels", "ownerReferences"].contains {
        found[path: "metadata", $0] != wanted[path: "metadata", $0]
      }
    if differs {
      _ = try await client.update(.endpointSlices, namespace: Self.namespace, wanted)
    }
  }

  private func slice(nodeUID: String) -> Document {
    [
      "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
      "metadata": [
        "name": Document("\(Self.serviceName)-\(nodeName)"),
        "namespace": Document(Self.namespace),
        "labels": [
          "endpointslice.kubernetes.io/managed-by": "martlet-dns",
          "kubernetes.io/service-name": Document(Self.serviceName),
        ],
        "ownerReferences": [
          [
            "apiVersion": "v1", "kind": "Node", "name": Document(nodeName),
            "uid": Document(nodeUID),
          ]
        ],
      ],
      "addressType": address.family == .v4 ? "IPv4" : "IPv6",
      "endpoints": [
        [
          "addresses": [Document(address.description)],
          "conditions": ["ready": true, "serving": true, "terminating": false],
          "nodeName": Document(nodeName),
        ]
      ],
      "ports": [
        ["name": "dns", "port": Document(port), "protocol": "UDP"],
        ["name": "dns-tcp", "port": Document(port), "protocol": "TCP"],
      ],
    ]
  }
}
