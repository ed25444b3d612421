import Foundations

extension ServerSettings {
  /// What is wrong with the settings taken together, each as a sentence with the settings' names.
  /// Empty is good. Single values were checked when they were read.
  package var problems: [String] {
    var problems: [String] = []
    if podCIDR.overlaps(serviceCIDR) {
      problems.append("pod-cidr \(podCIDR) and service-cidr \(serviceCIDR) overlap")
    }
    if !serviceCIDR.contains(clusterDNS) {
      problems.append("cluster-dns \(clusterDNS) is not in service-cidr \(serviceCIDR)")
    } else if clusterDNS == serviceCIDR.base || clusterDNS == apiServiceAddress {
      problems.append(
        "cluster-dns \(clusterDNS) is taken: the first two addresses of service-cidr "
          + "\(serviceCIDR) are the network's and the API server's")
    }
    if serviceCIDR.hostBitCount < Self.serviceHostBitCountMin {
      problems.append("service-cidr \(serviceCIDR) holds fewer than 16 addresses")
    }
    if !(podCIDR.prefixLength...Self.nodeBlockPrefixMax(podCIDR)).contains(nodePodPrefixLength) {
      problems.append(
        "node-cidr-prefix \(nodePodPrefixLength) cuts no block for pods out of pod-cidr \(podCIDR): "
          + "it may be \(podCIDR.prefixLength) to \(Self.nodeBlockPrefixMax(podCIDR))")
    }
    var ports = [("api-port", apiPort), ("kubelet-port", kubeletPort), ("dns-port", dnsPort)]
    if ingress == .on {
      ports += [
        ("ingress-http-port", ingressHTTPPort), ("ingress-https-port", ingressHTTPSPort),
        ("ingress-metrics-port", ingressMetricsPort),
      ]
    }
    for (index, (key, port)) in ports.enumerated() {
      for (other, taken) in ports[..<index] where taken == port {
        problems.append("\(other) and \(key) are both \(port)")
      }
      // The ingress may never listen: no reason to refuse to start.
      if nodePorts.contains(port), !key.hasPrefix("ingress") {
        problems.append("\(key) \(port) lies in node-ports \(Setting.text(nodePorts))")
      }
    }
    if criSocket == nil, containerdStateDirectory.utf8.count > Self.containerdStateByteCountMax {
      problems.append(
        "runtime-dir \(runtimeDirectory) is too long: the path of a socket below it must stay "
          + "under 108 bytes")
    }
    if imageCollectionLowPercent >= imageCollectionHighPercent {
      problems.append(
        "image-gc-low-threshold \(imageCollectionLowPercent) has to be below "
          + "image-gc-high-threshold \(imageCollectionHighPercent)")
    }
    return problems + auditProblems
  }

  private var auditProblems: [String] {
    let hasBackend = auditLogPath != nil || auditWebhookFile != nil
    if auditPolicyFile == nil, hasBackend {
      return ["there is a place for audit events, and no audit-policy-file that says which"]
    }
    if auditPolicyFile != nil, !hasBackend {
      return [
        "audit-policy-file has neither an audit-log-path nor an audit-webhook-config-file to go with"
      ]
    }
    return []
  }

  private static let serviceHostBitCountMin = 4
  /// `DIR/containerd.sock.ttrpc` is the longest socket's name there, and a socket's path ends at
  /// 107 bytes. Source: unix(7).
  private static let containerdStateByteCountMax = 107 - "/containerd.sock.ttrpc".utf8.count

  /// The smallest block in which the network, the gateway and two pods have an address.
  private static func nodeBlockPrefixMax(_ block: CIDR) -> Int { block.family.bitCount - 2 }
}
