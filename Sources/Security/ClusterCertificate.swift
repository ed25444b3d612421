/// The certificates that a server keeps on disk; each is one row of the tables below. Components
/// that run in the server's own process call the API directly, and so hold no certificate.
package enum ClusterCertificate: String, CaseIterable, Sendable {
  /// What the API server shows its clients.
  case apiServer = "apiserver"
  /// What the API server shows node agents.
  case apiServerToNode = "apiserver-node-client"
  /// What the API server shows aggregated API servers, beside its request headers.
  case frontProxy = "front-proxy-client"
  /// What the node agent shows who calls it: the API server.
  case nodeServer = "node-server"
  /// What the node agent shows the API server.
  case nodeClient = "node-client"
  /// What `admin.kubeconfig` holds.
  case admin = "admin"

  /// The authority that signs it.
  var authority: ClusterAuthority { self == .frontProxy ? .frontProxy : .cluster }

  func profile(_ naming: ClusterNaming) -> CertificateProfile {
    switch self {
    case .apiServer:
      .server(
        "kube-apiserver", dnsNames: naming.serverNames, addresses: naming.serverAddresses)
    case .apiServerToNode: .client("kube-apiserver-kubelet-client", groups: ["system:masters"])
    case .frontProxy: .client("front-proxy-client")
    case .nodeServer:
      .server(
        "system:node:\(naming.nodeName)", organizations: ["system:nodes"],
        dnsNames: [naming.nodeName.lowercased()], addresses: naming.nodeAddresses)
    case .nodeClient: .client("system:node:\(naming.nodeName)", groups: ["system:nodes"])
    case .admin: .client("kubernetes-admin", groups: ["system:masters"])
    }
  }
}

/// The two authorities. They are apart because whoever holds a certificate of the second may speak
/// for any user. Source: Kubernetes documentation, "Configure the Aggregation Layer".
enum ClusterAuthority: String, CaseIterable, Sendable {
  case cluster = "ca"
  case frontProxy = "front-proxy-ca"

  var commonName: String { self == .cluster ? "martlet-ca" : "martlet-front-proxy-ca" }
}
