import Foundations

/// How to reach an API server, and as whom: a kubeconfig's context with all files read.
package struct ClusterConnection: Equatable, Sendable {
  /// `https://HOST:PORT`, perhaps with a path.
  package var server: String
  /// The CAs to trust; `nil` trusts those of the system.
  package var authorityPEM: [UInt8]?
  package var tlsServerName: String?
  package var skipsTLSVerification: Bool
  package var identity: TLSIdentity?
  package var token: Redacted<[UInt8]>?
  package var namespace: String?
}

extension ClusterConnection {
  /// Reads the kubeconfig at `path` and what it points to. Blocks on disk.
  /// - Parameter context: `nil` takes the file's current one.
  package init(kubeconfig path: String, context: String? = nil) throws(KubeconfigError) {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let kubeconfig = try Kubeconfig(yaml: try Self.read(path))
    try self.init(kubeconfig, context: context) { file throws(KubeconfigError) in
      try Self.read(file.hasPrefix("/") ? file : "\(directory)/\(file)")
    }
  }

  init(
    _ kubeconfig: Kubeconfig, context chosen: String?,
    read: (String) throws(KubeconfigError) -> [UInt8]
  ) throws(KubeconfigError) {
    let name = chosen ?? kubeconfig.currentContext
    guard let context = kubeconfig.contexts[name] else {
      throw .unknownContext(name, known: kubeconfig.contexts.keys.sorted())
    }
    guard let cluster = kubeconfig.clusters[context.cluster] else {
      throw .unknownCluster(context.cluster, context: name)
    }
    guard let user = kubeconfig.users[context.user] else {
      throw .unknownUser(context.user, context: name)
    }
    server = cluster.server
    tlsServerName = cluster.tlsServerName
    skipsTLSVerification = cluster.skipsTLSVerification
    namespace = context.namespace
    authorityPEM = try cluster.certificateAuthority?.content(read)
    token = user.token
    if token == nil, let path = user.tokenFile {
      token = Redacted(try read(path).filter { $0 > 0x20 })  // files end in a line break
    }
    switch (user.clientCertificate, user.clientKey) {
    case (let certificate?, let key?):
      let certificatePEM = try certificate.content(read)
      let keyPEM = Redacted(try key.content(read))
      do throws(CredentialError) {
        identity = try TLSIdentity(certificateChainPEM: certificatePEM, privateKeyPEM: keyPEM)
      } catch {
        throw .unusableIdentity(error, user: context.user)
      }
    case (nil, nil): break
    default: throw .halfIdentity(user: context.user)
    }
    if identity == nil, token == nil, let way = user.unsupportedLogin {
      throw .unsupportedLogin(way, user: context.user)
    }
  }

  private static func read(_ path: String) throws(KubeconfigError) -> [UInt8] {
    do throws(FileError) {
      if let content = try DurableFile.read(path) { return content }
    } catch {
      throw .file(error)
    }
    throw .absent(path: path)
  }
}

extension Kubeconfig.Source {
  fileprivate func content(
    _ read: (String) throws(KubeconfigError) -> [UInt8]
  ) throws(KubeconfigError) -> [UInt8] {
    switch self {
    case .inline(let content): content.exposed
    case .file(let path): try read(path)
    }
  }
}
