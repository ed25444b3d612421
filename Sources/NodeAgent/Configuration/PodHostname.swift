package import Resources

/// What a pod calls itself.
package struct PodHostname: Equatable, Sendable {
  /// As `hostname` prints it.
  package let name: String
  /// `web-0.nginx.default.svc.cluster.local`; `nil` for pods without a subdomain.
  package let domainName: String?

  /// Linux holds no longer name.
  private static let lengthMax = 63

  /// Source: Kubernetes documentation, "DNS for Services and Pods", "Pod's hostname and subdomain
  /// fields".
  package init(of pod: Pod, clusterDomain: String) {
    let spec = pod.spec
    if let override = spec.hostnameOverride, !override.isEmpty {
      name = override
      domainName = nil
      return
    }
    var short = spec.hostname ?? ""
    if short.isEmpty {
      short = String((pod.metadata.name ?? "").prefix(Self.lengthMax))
      while let last = short.last, last == "-" || last == "." { short.removeLast() }
    }
    if let subdomain = spec.subdomain, !subdomain.isEmpty {
      let full = "\(short).\(subdomain).\(pod.metadata.namespace ?? "").svc.\(clusterDomain)"
      domainName = full
      name = spec.setHostnameAsFQDN == true ? full : short
    } else {
      domainName = nil
      name = short
    }
  }
}
