import Foundations
import Logging
import Networking
import NodeAgent
import Security
import Settings

/// Whether this machine is known to its cluster already, and how it becomes so.
struct AgentMembership {
  let settings: ServerSettings
  let logger: Logger

  struct Established: Sendable {
    let credentials: NodeCredentials
    /// It was never a node of this cluster: a Node of its name is another machine's.
    let isNew: Bool
  }

  /// What was kept is used; else, and where it has run out, the token gets anew what is needed.
  func establish(server: ServerURL?, token: JoinToken?) async throws -> Established {
    try DurableFile.makeDirectory(settings.pkiDirectory, mode: 0o700)
    if var kept = try NodeCredentials(kubeconfig: settings.nodeKubeconfig) {
      if !kept.hasEnded(now: .now()) {
        try requireSameNode(kept)
        if let server { kept.server = server }
        return Established(credentials: kept, isNew: false)
      }
      guard token != nil else { throw Problem.ended(settings.nodeKubeconfig) }
    }
    guard let server, let token else { throw Problem.nothingToJoinWith }
    let credentials = try await ClusterJoin(
      server: server, token: token, nodeName: settings.nodeName
    ).run()
    logger.info(
      "this machine may join the cluster",
      metadata: ["server": "\(server)", "node": "\(settings.nodeName)"])
    return Established(credentials: credentials, isNew: true)
  }

  /// A node keeps its name for as long as it is one.
  private func requireSameNode(_ kept: NodeCredentials) throws {
    let name = try kept.identity.commonName()
    guard name == NodeCertificate.userName(ofNode: settings.nodeName) else {
      throw Problem.otherName(
        path: settings.nodeKubeconfig, user: name, wanted: settings.nodeName)
    }
  }

  enum Problem: Error, CustomStringConvertible {
    case nothingToJoinWith
    case ended(String)
    case otherName(path: String, user: String, wanted: String)

    var description: String {
      switch self {
      case .nothingToJoinWith:
        "this machine has not joined a cluster yet: run martlet token create on the server, and give "
          + "this command its --server URL and --token"
      case .ended(let path):
        "the certificate in \(path) has run out: delete this machine's Node, and join again with a "
          + "--token of martlet token create"
      case .otherName(let path, let user, let wanted):
        "this machine joined as \(user), and not as the node \(wanted): start it with its old "
          + "--node-name, or remove \(path) and join again under the new name"
      }
    }
  }
}
