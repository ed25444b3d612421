import Foundations
import Logging
import Networking
import NodeAgent
import Operations
import Resources
import Security
import Settings

/// Everything that a node without a control plane runs: it joins a cluster once, keeps what it is
/// known by, and serves the cluster from then on.
struct AgentProcess {
  let settings: ServerSettings
  /// `nil` where this machine has joined already.
  let server: ServerURL?
  let token: JoinToken?
  let logger: Logger

  /// Returns when the task is cancelled and all has stopped.
  /// - Throws: one clear sentence for whatever keeps this machine from being a node.
  func run() async throws {
    let address = try settings.reachableAddress()
    let preflight = Preflight(
      settings, nodeAddress: address, searchPath: ProcessFacts.searchPath, role: .agent)
    try preflight.check()
    try preflight.checkPorts()
    for directory in [settings.dataDirectory, settings.runtimeDirectory] {
      try DurableFile.makeDirectory(directory, mode: 0o755)
    }
    let lock = try ServerLock(Installation(settings).serverLock)
    defer { withExtendedLifetime(lock) {} }
    try await HostNote.keep(settings)
    let membership = try await AgentMembership(settings: settings, logger: logger)
      .establish(server: server, token: token)
    let transport = HTTPTransport(membership.credentials.configuration)
    defer { transport.close() }
    try await serve(membership, transport, address)
  }

  private func serve(
    _ membership: AgentMembership.Established, _ transport: HTTPTransport, _ address: IPAddress
  ) async throws {
    let client = RemoteClusterClient(transport)
    let facts = try await clusterFacts(client, membership.credentials)
    let node = try await NodeStack.start(
      NodeSettings(settings, facts, address: address, takesOverNode: !membership.isNew),
      logger: logger)
    let requester = CertificateRequester(client: client)
    let credentials = Renewable(membership.credentials)
    let authority = Renewable(membership.credentials.authorityPEM)
    let serving = ServingCertificate(
      directory: settings.pkiDirectory, nodeName: settings.nodeName, addresses: [address],
      authorityPEM: authority)
    let held = ServedTLS()
    let renewal = CredentialRenewal(
      credentials: credentials, transport: transport, path: settings.nodeKubeconfig,
      nodeName: settings.nodeName, logger: logger
    ) {
      authority.renew($0)
      try held.authorityChanged(serving)
    }
    do {
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask { try await renewal.run() }
        try await node.run(
          client,
          serving: {
            let identity = try await serving.obtain(from: requester, now: .now())
            return try held.use(serving.material(identity), identity)
          },
          onRegistered: { try credentials.current.write(to: settings.nodeKubeconfig) },
          onReady: {
            logger.info("the node is registered", metadata: ["node": "\(settings.nodeName)"])
            // Ends with cancellation only.
            try await held.keepRenewed(serving, from: requester, logger: logger)
          })
      }
    } catch is CancellationError {
      // The usual end.
    } catch {
      if !held.isServing { await node.abandon() }
      throw error
    }
  }

  /// Asks until the server answers: a node that starts while its server does not must wait.
  private func clusterFacts(_ client: any ClusterClient, _ credentials: NodeCredentials)
    async throws -> ClusterFacts
  {
    var delay = Duration.milliseconds(200)
    while true {
      do {
        return try ClusterFacts(
          await client.get(
            .configMaps, namespace: ClusterFacts.namespace, name: ClusterFacts.name))
      } catch let error as APIError where error.code == 401 {
        throw JoinError.credentialsRefused(
          path: settings.nodeKubeconfig, credentials.server)
      } catch let error as ClientError {
        logger.notice("waiting for the server: \(error)")
      } catch let error as APIError {
        logger.notice("waiting for the server: \(error.message)")
      }
      try await Task.sleep(for: delay)
      delay = min(delay * 2, .seconds(10))
    }
  }

}

extension ServerSettings {
  /// Where a node that joined keeps what it is known by.
  var nodeKubeconfig: String { "\(pkiDirectory)/node.kubeconfig" }
}
