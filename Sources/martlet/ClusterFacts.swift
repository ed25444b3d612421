import Foundations
import Resources

/// What all nodes of a cluster have to agree on. The server writes it where nodes read it.
struct ClusterFacts: Equatable, Sendable {
  static let namespace = "kube-system"
  static let name = "martlet-cluster"

  var podRange: CIDR
  var serviceRange: CIDR
  var clusterDNS: IPAddress
  var clusterDomain: String

  var object: Document {
    [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": Document(Self.name), "namespace": Document(Self.namespace)],
      "data": [
        "pod-cidr": Document(podRange.description),
        "service-cidr": Document(serviceRange.description),
        "cluster-dns": Document(clusterDNS.description),
        "cluster-domain": Document(clusterDomain),
      ],
    ]
  }
}

extension ClusterFacts {
  /// - Throws: `UnreadableError` where the server wrote something else.
  init(_ object: Document) throws {
    func text(_ key: String) throws -> String {
      guard let text = object[path: "data", key]?.string else { throw UnreadableError(key: key) }
      return text
    }
    guard let podRange = CIDR(try text("pod-cidr")) else { throw UnreadableError(key: "pod-cidr") }
    guard let serviceRange = CIDR(try text("service-cidr")) else {
      throw UnreadableError(key: "service-cidr")
    }
    guard let clusterDNS = IPAddress(try text("cluster-dns")) else {
      throw UnreadableError(key: "cluster-dns")
    }
    self.init(
      podRange: podRange, serviceRange: serviceRange, clusterDNS: clusterDNS,
      clusterDomain: try text("cluster-domain"))
  }

  struct UnreadableError: Error, CustomStringConvertible {
    let key: String
    var description: String {
      "the ConfigMap \(name) in \(namespace) says no \(key) that this program understands: run the "
        + "same version of martlet here and on the server, and restart the server to mend it"
    }
  }
}
