import APIServer
import Foundations
import Networking
import Security

/// The keys and certificates of a server that runs. Each part of it reads what it needs at the moment
/// it needs it, so that a certificate that is made again is shown and taken from then on.
final class ServerCredentials: Sendable {
  private let store: CredentialStore
  private let naming: ClusterNaming
  private let all: Renewable<ClusterCredentials>

  let authority: Renewable<CertificateAuthority>
  /// PEM of the cluster's CA.
  let authorityPEM: Renewable<[UInt8]>
  let frontProxy: Renewable<TLSIdentity>
  let nodes: Renewable<NodeConnections>
  /// What the API server shows.
  let apiServing: ServerTLS
  /// What the node agent in the same process shows.
  let nodeServing: ServerTLS

  /// Makes what is missing. Blocks on disk.
  init(store: CredentialStore, naming: ClusterNaming) throws {
    self.store = store
    self.naming = naming
    let made = try store.prepare(naming, now: .now())
    all = Renewable(made)
    authority = Renewable(made.clusterAuthority)
    authorityPEM = Renewable(made.clusterAuthority.certificatePEM)
    frontProxy = Renewable(made[.frontProxy])
    nodes = Renewable(try made.nodeConnections)
    apiServing = try ServerTLS(made.material(.apiServer))
    nodeServing = try ServerTLS(made.material(.nodeServer))
  }

  var current: ClusterCredentials { all.current }

  /// Makes again what its time has come for, and hands it to all that hold it. Blocks on disk.
  func renew(now: Timestamp) throws {
    let made = try store.prepare(naming, now: now)
    let nodes = try made.nodeConnections
    try apiServing.reload(made.material(.apiServer))
    try nodeServing.reload(made.material(.nodeServer))
    authority.renew(made.clusterAuthority)
    authorityPEM.renew(made.clusterAuthority.certificatePEM)
    frontProxy.renew(made[.frontProxy])
    self.nodes.renew(nodes)
    all.renew(made)
  }
}

extension ClusterCredentials {
  fileprivate func material(_ certificate: ClusterCertificate) -> ServerTLS.Material {
    ServerTLS.Material(
      certificateChainPEM: self[certificate].certificateChainPEM,
      privateKeyPEM: self[certificate].privateKeyPEM.exposed,
      clientAuthorityPEM: clusterAuthority.certificatePEM)
  }

  fileprivate var nodeConnections: NodeConnections {
    get throws {
      try NodeConnections(
        authorityPEM: clusterAuthority.certificatePEM,
        certificateChainPEM: self[.apiServerToNode].certificateChainPEM,
        privateKeyPEM: self[.apiServerToNode].privateKeyPEM.exposed)
    }
  }
}
