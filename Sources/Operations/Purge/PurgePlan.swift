package import Settings

/// One thing that `purge` does. The order of a plan's steps matters: each leaves the next one's
/// objects unused.
package enum PurgeStep: Hashable, Sendable {
  case stopService
  case removeFile(String)
  /// Pods in order, then their runtime, then by force what is left of either.
  case removeWorkloads
  case unmount([String])
  case removeTable(PacketTable)
  case restoreNAT(String)
  case restoreNATIPv6(String)
  case removeTree(String)
  /// Where something of somebody else's is in it, it stays.
  case removeDirectoryIfEmpty(String)
}

extension PurgeStep: CustomStringConvertible {
  package var description: String {
    switch self {
    case .stopService: "stop the server"
    case .removeFile(let path): "remove \(path)"
    case .removeWorkloads: "remove pods, images and their containerd, groups, interfaces"
    case .unmount(let paths): "unmount \(paths.joined(separator: ", "))"
    case .removeTable(let table): "remove the nftables table \(table)"
    case .restoreNAT: "remove host port rules from iptables"
    case .restoreNATIPv6: "remove host port rules from ip6tables"
    case .removeTree(let path), .removeDirectoryIfEmpty(let path): "remove \(path)"
    }
  }
}

/// How to take everything of Martlet's off a host, and nothing else. Pure: the same findings give
/// the same plan.
package struct PurgePlan: Equatable, Sendable {
  package let steps: [PurgeStep]
  /// What lies in our directories and is not ours: it stays.
  package let kept: [String]

  /// What a server writes into its data directory.
  static let dataNames: Set<String> = [
    "admin.kubeconfig", "agent", "bin", "containerd", "logs", "manifests", "network",
    "pki", "store",
  ]
  /// What a server writes into its runtime directory.
  static let runtimeNames: Set<String> = ["addresses", "containerd", "martlet.pid", "server.lock"]

  package init(_ settings: ServerSettings, _ findings: HostFindings) {
    var steps: [PurgeStep] = []
    var kept: [String] = []
    if findings.serviceRuns { steps.append(.stopService) }
    if let unit = findings.unitFile { steps.append(.removeFile(unit)) }
    if findings.runtimeLeftTraces { steps.append(.removeWorkloads) }
    if !findings.mounts.isEmpty { steps.append(.unmount(findings.mounts)) }
    steps += findings.tables.filter { $0.name.hasPrefix(settings.packetTable("")) }
      .map { .removeTable($0) }
    if let input = findings.hostPortRemoval { steps.append(.restoreNAT(input)) }
    if let input = findings.hostPortRemovalIPv6 { steps.append(.restoreNATIPv6(input)) }
    func empty(_ directory: String, _ entries: [String]?, ours: Set<String>) {
      guard let entries else { return }
      for name in entries.sorted() {
        let path = "\(directory)/\(name)"
        if ours.contains(name) { steps.append(.removeTree(path)) } else { kept.append(path) }
      }
      steps.append(.removeDirectoryIfEmpty(directory))
    }
    empty(settings.runtimeDirectory, findings.runtimeEntries, ours: Self.runtimeNames)
    empty(settings.dataDirectory, findings.dataEntries, ours: Self.dataNames)
    if let link = findings.link { steps.append(.removeFile(link)) }
    self.steps = steps
    self.kept = kept
  }
}
