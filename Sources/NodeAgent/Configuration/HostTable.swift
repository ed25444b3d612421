package import Resources

/// A pod's `/etc/hosts`.
package enum HostTable {
  private static let head = "# Kubernetes-managed hosts file.\n"
  private static let hostHead = "# Kubernetes-managed hosts file (host network).\n"

  /// - Parameters:
  ///   - hostTable: the node's own file, for pods on its network.
  ///   - podIPs: the pod's addresses.
  package static func text(
    for pod: Pod, podIPs: [String], hostname: PodHostname, hostTable: String
  ) -> String {
    var text: String
    if pod.spec.hostNetwork == true {
      text = hostHead + hostTable
      if !text.hasSuffix("\n") { text += "\n" }
    } else {
      text = head
      text += "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
      text += "fe00::\tip6-localnet\nfe00::\tip6-mcastprefix\n"
      text += "fe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n"
      let names = [hostname.domainName, hostname.name].compactMap(\.self)
      var seen: Set<String> = []
      let own = names.filter { seen.insert($0).inserted }.joined(separator: "\t")
      for address in podIPs { text += "\(address)\t\(own)\n" }
    }
    let aliases = pod.spec.hostAliases
    if !aliases.isEmpty {
      text += "\n# Entries added by HostAliases.\n"
      for alias in aliases {
        text += "\(alias.ip)\t\(alias.hostnames.joined(separator: "\t"))\n"
      }
    }
    return text
  }
}
