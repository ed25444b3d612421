package import Resources

/// What a `resolv.conf` says.
package struct ResolverConfiguration: Equatable, Sendable {
  package var servers: [String] = []
  package var searches: [String] = []
  package var options: [String] = []

  package init(servers: [String] = [], searches: [String] = [], options: [String] = []) {
    self.servers = servers
    self.searches = searches
    self.options = options
  }

  /// Reads a file as resolv.conf(5) has it: the last `search` or `domain` counts, comments and
  /// unknown lines are left out.
  package init(parsing text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let keyword = words.first, !keyword.hasPrefix("#"), !keyword.hasPrefix(";") else {
        continue
      }
      switch keyword {
      case "nameserver": servers.append(contentsOf: words.dropFirst().prefix(1))
      case "search", "domain": searches = Array(words.dropFirst())
      case "options": options = Array(words.dropFirst())
      default: continue
      }
    }
  }
}

extension ResolverConfiguration {
  /// The bounds of musl and older glibc, which the API shares.
  private static let serversMax = 3
  private static let searchesMax = 32

  /// A pod's resolver.
  /// Source: Kubernetes documentation, "DNS for Services and Pods", "Pod's DNS Policy".
  /// - Parameters:
  ///   - host: the node's own.
  ///   - clusterDNS: addresses of the cluster's; without any, ClusterFirst is as Default.
  package init(
    of pod: Pod, host: ResolverConfiguration, clusterDNS: [String], clusterDomain: String
  ) {
    self.init()
    let usesHostNetwork = pod.spec.hostNetwork == true
    let policy = pod.spec.dnsPolicy ?? "ClusterFirst"
    switch policy {
    case "None": break
    case "ClusterFirst" where !usesHostNetwork && !clusterDNS.isEmpty,
      "ClusterFirstWithHostNet" where !clusterDNS.isEmpty:
      let namespace = pod.metadata.namespace ?? ""
      servers = clusterDNS
      searches =
        ["\(namespace).svc.\(clusterDomain)", "svc.\(clusterDomain)", clusterDomain]
        + host.searches.filter { $0 != "." }
      options = ["ndots:5"]
    default: self = host
    }
    if let extra = pod.spec.dnsConfig { merge(extra) }
    servers = Array(Self.unique(servers).prefix(Self.serversMax))
    searches = Array(Self.unique(searches).prefix(Self.searchesMax))
  }

  private mutating func merge(_ extra: PodDNSConfig) {
    servers += extra.nameservers
    searches += extra.searches
    for option in extra.options {
      let name = option.name ?? ""
      options.removeAll { $0 == name || $0.hasPrefix("\(name):") }
      options.append(option.value.map { "\(name):\($0)" } ?? name)
    }
  }

  private static func unique(_ values: [String]) -> [String] {
    var seen: Set<String> = []
    return values.filter { seen.insert($0).inserted }
  }
}
