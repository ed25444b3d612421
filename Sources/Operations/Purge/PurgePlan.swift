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
  /// Where it still holds nothing.
  case removeTableIfUnused(PacketTable)
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
    case .unmount(let paths): "unmount \(paths.count) file systems of pods"
    case .removeTable(let table): "remove the nftables table \(table)"
    case .removeTableIfUnused(let table): "remove the nftables table \(table) if it is empty"
    case .restoreNAT: "remove host port rules from iptables"
    case .restoreNATIPv6: "remove host port rules from ip6tables"
    case .removeTree(let path), .removeDirectoryIfEmpty(let path): "remove \(path)"
    }
  }
}

/// How to take everything of Martlet's off a host, and nothing else. Pure: the same findings give
/// the same plan.
package struct PurgePlan: Equatable, Sendable {
  /// What runs is ended first, and takes much of what it made with it.
  package let ending: [PurgeStep]
  /// What is left then.
  package let removal: [PurgeStep]
  /// What lies in our directories and is not ours: it stays.
  package let kept: [String]

  /// What a server writes into its data directory.
  static let dataNames: Set<String> = [
    "admin.kubeconfig", "agent", "bin", "containerd", "host-before", "logs", "manifests", "network",
    "pki", "store", "volumes",
  ]
  /// What a server writes into its runtime directory.
  static let runtimeNames: Set<String> = ["addresses", "containerd", "martlet.pid", "server.lock"]

  package var steps: [PurgeStep] { ending + removal }

  package init(_ settings: ServerSettings, _ findings: HostFindings) {
    var ending: [PurgeStep] = []
    var steps: [PurgeStep] = []
    var kept: [String] = []
    if findings.serviceRuns { ending.append(.stopService) }
    if let unit = findings.unitFile { ending.append(.removeFile(unit)) }
    if findings.runtimeLeftTraces { ending.append(.removeWorkloads) }
    if !findings.mounts.isEmpty { steps.append(.unmount(findings.mounts)) }
    steps += findings.tables.filter { $0.name.hasPrefix(settings.packetTable("")) }
      .map { .removeTable($0) }
    if let input = findings.hostPortRemoval { steps.append(.restoreNAT(input)) }
    if let input = findings.hostPortRemovalIPv6 { steps.append(.restoreNATIPv6(input)) }
    if let noted = findings.noted {
      steps += NATTable.tables
        .filter { findings.tables.contains($0) && !noted.tables.contains($0) }
        .map { .removeTableIfUnused($0) }
    }
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
    self.ending = ending
    removal = steps
    self.kept = kept
  }
}
