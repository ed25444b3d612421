package import Networking

/// Why a machine does not become a node of a cluster: each is one sentence with the way out.
package enum JoinError: Error, Equatable, Sendable, CustomStringConvertible {
  case unreachable(ServerURL, reason: String)
  /// The server shows another CA than the token names.
  case otherAuthority(ServerURL)
  /// - Parameter id: the part of the token that is no secret.
  case tokenRefused(id: String, ServerURL)
  /// The cluster's own words.
  case denied(String)
  /// Nobody decided in time.
  case undecided(request: String)
  case nameTaken(String)
  /// The credentials that were kept are no longer good.
  case credentialsRefused(path: String, ServerURL)

  package var description: String {
    switch self {
    case .unreachable(let server, let reason):
      "the server \(server) cannot be reached: \(reason); check --server, and that its port is "
        + "open to this machine"
    case .otherAuthority(let server):
      "\(server) is not the server that the token was made by: it shows another CA; run martlet "
        + "token create on the server that is meant, or correct --server"
    case .tokenRefused(let id, let server):
      "\(server) does not take the token \(id): it is wrong, was deleted or has expired; run martlet "
        + "token create on the server for another"
    case .denied(let message): "the cluster refuses this machine: \(message)"
    case .undecided(let request):
      "nobody decided about the certificate request \(request): look at it with kubectl describe "
        + "csr \(request)"
    case .nameTaken(let name):
      "the cluster has a node named \(name) already: choose another name with --node-name, or "
        + "delete that node first (kubectl delete node \(name))"
    case .credentialsRefused(let path, let server):
      "\(server) does not take the credentials in \(path): remove that file and join again with a "
        + "new token"
    }
  }
}
