/// The file that tells clients where a cluster is and who they are. Holds every field that decides
/// how to connect; others (`preferences`, `extensions`) are dropped on reading.
/// Source: Kubernetes documentation, "kubeconfig (v1)".
package struct Kubeconfig: Equatable, Sendable {
  package struct Cluster: Equatable, Sendable {
    /// `https://HOST:PORT`, perhaps with a path.
    package var server: String
    package var certificateAuthority: Source?
    /// The name to find in the server's certificate, where it differs from the server's host.
    package var tlsServerName: String?
    package var skipsTLSVerification = false

    package init(server: String, certificateAuthority: Source?) {
      self.server = server
      self.certificateAuthority = certificateAuthority
    }
  }

  package struct User: Equatable, Sendable {
    package var clientCertificate: Source?
    package var clientKey: Source?
    package var token: Redacted<[UInt8]>?
    package var tokenFile: String?
    /// How the user logs in where it is a way that is not supported here: `exec`, `username`.
    package var unsupportedLogin: String?

    package init() {}
  }

  package struct Context: Equatable, Sendable {
    package var cluster: String
    package var user: String
    package var namespace: String?

    package init(cluster: String, user: String, namespace: String? = nil) {
      self.cluster = cluster
      self.user = user
      self.namespace = namespace
    }
  }

  /// Content that stands in the file itself, or in another.
  package enum Source: Equatable, Sendable {
    case inline(Redacted<[UInt8]>)
    /// Relative paths start at the kubeconfig's own directory.
    case file(String)
  }

  package var clusters: [String: Cluster] = [:]
  package var users: [String: User] = [:]
  package var contexts: [String: Context] = [:]
  package var currentContext = ""

  package init() {}

  /// A file with one cluster, one user with a certificate, and the context of both.
  package init(
    cluster: String, server: String, authorityPEM: [UInt8], user: String, identity: TLSIdentity
  ) {
    clusters[cluster] = Cluster(
      server: server, certificateAuthority: .inline(Redacted(authorityPEM)))
    var entry = User()
    entry.clientCertificate = .inline(Redacted(identity.certificateChainPEM))
    entry.clientKey = .inline(identity.privateKeyPEM)
    users[user] = entry
    contexts[cluster] = Context(cluster: cluster, user: user)
    currentContext = cluster
  }
}
