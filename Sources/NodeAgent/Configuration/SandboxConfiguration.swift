package import ContainerRuntimeInterface
package import Resources
import SwiftProtobuf

/// A pod as the runtime's sandbox. Pure: the same pod gives the same sandbox.
package enum SandboxConfiguration {
  /// - Parameters:
  ///   - attempt: how many sandboxes the pod had before.
  ///   - host: the node's resolver.
  package static func make(
    for pod: Pod, attempt: Int, configuration: NodeAgentConfiguration,
    host: ResolverConfiguration
  ) -> CRIPodSandboxConfig {
    let metadata = pod.metadata
    let usesHostNetwork = pod.spec.hostNetwork == true
    var sandbox = CRIPodSandboxConfig()
    sandbox.metadata = .with {
      $0.name = metadata.name ?? ""
      $0.namespace = metadata.namespace ?? ""
      $0.uid = metadata.uid ?? ""
      $0.attempt = UInt32(clamping: attempt)
    }
    // The runtime gives the host's name to pods on the host's network.
    if !usesHostNetwork {
      sandbox.hostname =
        PodHostname(of: pod, clusterDomain: configuration.clusterDomain).name
    }
    sandbox.logDirectory = PodPaths(pod: pod, configuration: configuration).logs
    let resolver = ResolverConfiguration(
      of: pod, host: host, clusterDNS: configuration.clusterDNS,
      clusterDomain: configuration.clusterDomain)
    sandbox.dnsConfig = .with {
      $0.servers = resolver.servers
      $0.searches = resolver.searches
      $0.options = resolver.options
    }
    sandbox.portMappings = usesHostNetwork ? [] : portMappings(of: pod)
    sandbox.labels = metadata.labels.merging(labels(of: pod)) { $1 }
    sandbox.annotations = metadata.annotations
    sandbox.linux = .with {
      $0.cgroupParent = configuration.cgroups.pod(
        uid: metadata.uid ?? "", quality: pod.qualityOfService)
      $0.securityContext = SecurityConfiguration.sandbox(of: pod)
      for sysctl in pod.spec.securityContext?.sysctls ?? [] {
        $0.sysctls[PodAdmission.dotted(sysctl.name)] = sysctl.value
      }
    }
    return sandbox
  }

  package static func labels(of pod: Pod) -> [String: String] {
    [
      RuntimeLabels.podName: pod.metadata.name ?? "",
      RuntimeLabels.podNamespace: pod.metadata.namespace ?? "",
      RuntimeLabels.podUID: pod.metadata.uid ?? "",
    ]
  }

  private static func portMappings(of pod: Pod) -> [CRIPortMapping] {
    // Init containers have ended by then, but for sidecars.
    let serving = pod.allContainers.filter { $0.role != .initial }
    return serving.flatMap(\.container.ports).compactMap { port in
      guard let hostPort = port.hostPort, hostPort > 0 else { return nil }
      return CRIPortMapping.with {
        $0.hostPort = Int32(clamping: hostPort)
        $0.containerPort = Int32(clamping: port.containerPort)
        $0.hostIp = port.hostIP ?? ""
        switch port.`protocol` {
        case "UDP": $0.`protocol` = .udp
        case "SCTP": $0.`protocol` = .sctp
        default: $0.`protocol` = .tcp
        }
      }
    }
  }
}
