/// What the port mapping plugin left in iptables for our network, and nothing of any other's.
/// Source: containernetworking plugins, `portmap`: each container has a chain `CNI-DN-...`, to which
/// `CNI-HOSTPORT-DNAT` leads with a comment that names the network; three chains and the jumps to
/// them are shared by all networks of the host.
package enum HostPortRules {
  private static let containerChainPrefix = "CNI-DN-"
  private static let entryChain = "CNI-HOSTPORT-DNAT"
  private static let sharedChains = [
    "CNI-HOSTPORT-DNAT", "CNI-HOSTPORT-MASQ", "CNI-HOSTPORT-SETMARK",
  ]

  /// The input for `iptables-restore --noflush` that removes them; `nil` where there are none.
  /// The shared chains go when nobody else's container needs them.
  /// - Parameter saved: what `iptables-save -t nat` prints.
  package static func removal(network: String, saved: String) -> String? {
    let lines = saved.split(separator: "\n")
    let chains = Set(
      lines.filter { $0.hasPrefix(":") }.compactMap { line in
        line.dropFirst().split(separator: " ").first.map(String.init)
      })
    let rules = lines.filter { $0.hasPrefix("-A ") }
    let ours = rules.filter {
      chain(of: $0) == entryChain && $0.contains("name: \\\"\(network)\\\"")
    }
    let ourChains = Set(ours.compactMap(target).filter { $0.hasPrefix(containerChainPrefix) })
    var commands = ours.map(deletion)
    for chain in ourChains.sorted() { commands += ["-F \(chain)", "-X \(chain)"] }

    let othersRemain = rules.contains { rule in
      chain(of: rule) == entryChain && !ours.contains(rule)
    }
    if !othersRemain {
      let shared = sharedChains.filter(chains.contains)
      commands += rules.filter { rule in
        !shared.contains(chain(of: rule)) && shared.contains(target(of: rule) ?? "")
          && !ourChains.contains(chain(of: rule))
      }.map(deletion)
      for chain in shared { commands.append("-F \(chain)") }
      for chain in shared { commands.append("-X \(chain)") }
    }
    guard !commands.isEmpty else { return nil }
    return (["*nat"] + commands + ["COMMIT", ""]).joined(separator: "\n")
  }

  private static func deletion(_ rule: Substring) -> String { "-D\(rule.dropFirst(2))" }

  private static func chain(of rule: Substring) -> String {
    String(rule.split(separator: " ", maxSplits: 2)[1])  // a rule is `-A CHAIN ...`
  }

  private static func target(of rule: Substring) -> String? {
    let words = rule.split(separator: " ")
    guard let jump = words.lastIndex(of: "-j"), jump + 1 < words.count else { return nil }
    return String(words[jump + 1])
  }
}
