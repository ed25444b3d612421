import Diagnosis
import Foundations
import Networking
import Resources
import Security

/// Looks at the certificates that a server, its nodes' agents and the asker show, now and then.
actor KeptCertificates {
  /// They change once in months.
  private static let lookEvery = Duration.seconds(600)
  /// Agents that are looked at: what is beyond goes without.
  private static let nodesMax = 100
  private static let serverTimeout = Duration.seconds(5)
  /// One that cannot be reached from here holds nothing up for long.
  private static let nodeTimeout = Duration.seconds(2)

  private let place: ServerURL
  private let own: [KeptCertificate]
  private var last: (time: ContinuousClock.Instant, found: [KeptCertificate])?

  /// - Parameter own: what the asker shows and trusts.
  init(_ place: ServerURL, own: [KeptCertificate]) {
    self.place = place
    self.own = own
  }

  /// - Parameter nodes: Nodes, whose agents are looked at.
  func look(at nodes: [Document]) async -> [KeptCertificate] {
    if let last, .now - last.time < Self.lookEvery { return last.found }
    var found = own
    if let shown = await Self.shown(by: place, timeout: Self.serverTimeout) {
      found.append(
        KeptCertificate(
          ObjectReference(kind: "Server", name: "\(place.host):\(place.port)"),
          "the certificate that it shows", shown, isRenewed: true,
          remedy: "read in the server's log why it is not renewed; a restart makes it again"))
    }
    await withTaskGroup(of: KeptCertificate?.self) { group in
      for node in nodes.prefix(Self.nodesMax) {
        group.addTask { await Self.certificate(of: node) }
      }
      for await certificate in group { if let certificate { found.append(certificate) } }
    }
    last = (.now, found)
    return found
  }

  private static func certificate(of node: Document) async -> KeptCertificate? {
    let addresses = (node[path: "status", "addresses"] ?? .emptyArray).elements
    guard
      let host = addresses.first(where: { $0["type"] == "InternalIP" })?["address"]?.string,
      let port = node[path: "status", "daemonEndpoints", "kubeletEndpoint", "Port"]?.integer,
      let shown = await shown(by: ServerURL(host: host, port: port), timeout: nodeTimeout)
    else { return nil }
    return KeptCertificate(
      ObjectReference(.nodes, node), "the certificate that its agent shows", shown,
      isRenewed: true,
      remedy: "read in the agent's log on that machine why it is not renewed; kubectl get csr "
        + "shows a request that waits")
  }

  /// `nil` where it cannot be seen from here, so that nothing is known of it.
  private static func shown(by place: ServerURL, timeout: Duration) async -> CertificateLifetime? {
    do {
      return try await ShownCertificate.of(place, timeout: timeout).map {
        try CertificateLifetime(ofDER: $0)
      }
    } catch {
      return nil
    }
  }
}
