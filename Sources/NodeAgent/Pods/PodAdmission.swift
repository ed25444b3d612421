package import Foundations
package import Resources

/// Whether a node takes a pod that it was given. Pure.
package enum PodAdmission {
  /// Kernel parameters that belong to one pod and disturb no other.
  /// Source: Kubernetes documentation, "Using sysctls in a Kubernetes Cluster", "Safe and Unsafe
  /// Sysctls".
  private static let safeSysctls: Set<String> = [
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
  ]

  /// - Parameters:
  ///   - allocatable: the node's CPU and memory.
  ///   - others: the node's other pods.
  ///   - pressures: what the node is short of.
  /// - Returns: how the pod ends at once; `nil` where the node takes it.
  /// Source: Kubernetes documentation, "Node-pressure Eviction"; kubelet's admission handlers, whose
  /// reasons these are.
  package static func refusal(
    of pod: Pod, allocatable: [String: Quantity] = [:], others: [Pod] = [],
    pressures: Set<NodePressure> = []
  ) -> PodEnding? {
    if let ending = pressed(pod, pressures) { return ending }
    if let system = pod.spec.os?.name, system != "linux" {
      return refused(
        "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    }
    if let problem = sysctlProblem(of: pod) { return refused("SysctlForbidden", problem) }
    if isPortTaken(by: pod, others) {
      return refused(
        "NodePorts",
        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports")
    }
    return shortage(of: pod, allocatable, others)
  }

  /// A node that is short of something takes no more pods but those the system needs, and where only
  /// memory is short, those that say how much of it they need.
  private static func pressed(_ pod: Pod, _ pressures: Set<NodePressure>) -> PodEnding? {
    guard !pressures.isEmpty, !EvictionRanking.isCritical(pod) else { return nil }
    if pressures == [.memory] {
      if pod.qualityOfService != .bestEffort { return nil }
      let isTolerated = pod.spec.tolerations.contains {
        $0.coversUnscheduling(by: NodePressure.memory.taint)
      }
      if isTolerated { return nil }
    }
    let names = NodePressure.allCases.filter(pressures.contains).map(\.rawValue)
    return refused("Evicted", "The node had condition: [\(names.joined(separator: " "))]. ")
  }

  private static func refused(_ reason: String, _ message: String) -> PodEnding {
    .failed(reason: reason, message: "Pod was rejected: \(message)")
  }

  /// Whether another pod has a port of the node that this one asks for.
  private static func isPortTaken(by pod: Pod, _ others: [Pod]) -> Bool {
    let wanted = hostPorts(of: pod)
    guard !wanted.isEmpty else { return false }
    return others.contains { other in
      !other.isFinished
        && hostPorts(of: other).contains { taken in
          wanted.contains { port in
            port.hostPort == taken.hostPort
              && port.protocolOrDefault == taken.protocolOrDefault
              && (port.address == taken.address || port.address.isEmpty || taken.address.isEmpty)
          }
        }
    }
  }

  private static func hostPorts(of pod: Pod) -> [ContainerPort] {
    let sidecars = pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
    return (pod.spec.containers + sidecars).flatMap(\.ports).filter { $0.hostPort ?? 0 > 0 }
  }

  /// The scheduler has counted already; but a pod may name its node itself.
  private static func shortage(
    of pod: Pod, _ allocatable: [String: Quantity], _ others: [Pod]
  ) -> PodEnding? {
    let wanted = PodAmounts(of: pod).requests
    for name in ["cpu", "memory"] {
      guard let capacity = allocatable[name], let request = wanted[name], !request.isZero else {
        continue
      }
      let used = others.filter { !$0.isFinished }
        .reduce(Quantity.zero) { $0 + (PodAmounts(of: $1).requests[name] ?? .zero) }
      guard used + request > capacity else { continue }
      func number(_ quantity: Quantity) -> Int {
        name == "cpu" ? quantity.milliValue : quantity.roundedUp
      }
      return refused(
        "OutOf\(name)",
        "Node didn't have enough resource: \(name), requested: \(number(request)), "
          + "used: \(number(used)), capacity: \(number(capacity))")
    }
    return nil
  }

  private static func sysctlProblem(of pod: Pod) -> String? {
    for sysctl in pod.spec.securityContext?.sysctls ?? [] {
      let name = dotted(sysctl.name)
      guard let problem = problem(with: name, in: pod) else { continue }
      return "forbidden sysctl: \"\(name)\" \(problem)"
    }
    return nil
  }

  private static func problem(with name: String, in pod: Pod) -> String? {
    if name.hasPrefix("net."), pod.spec.hostNetwork == true {
      return "not allowed with host net enabled"
    }
    if !name.hasPrefix("net."), pod.spec.hostIPC == true {
      return "not allowed with host ipc enabled"
    }
    return safeSysctls.contains(name) ? nil : "not allowlisted"
  }

  /// The separator is the first that occurs, and with slashes a dot belongs to a name:
  /// `net/ipv4/conf/eth0.1/x` is `net.ipv4.conf.eth0/1.x`. Source: sysctl.d(5).
  package static func dotted(_ name: String) -> String {
    guard let separator = name.first(where: { $0 == "." || $0 == "/" }), separator == "/" else {
      return name
    }
    return String(
      name.map { character -> Character in
        switch character {
        case "/": "."
        case ".": "/"
        default: character
        }
      })
  }
}

extension ContainerPort {
  fileprivate var protocolOrDefault: String { self.protocol ?? "TCP" }

  /// Empty for every address.
  fileprivate var address: String {
    let address = hostIP ?? ""
    return address == "0.0.0.0" || address == "::" ? "" : address
  }
}

extension Toleration {
  /// Whether it puts up with a taint without a value that keeps new pods away.
  fileprivate func coversUnscheduling(by taint: String) -> Bool {
    guard ["", "NoSchedule"].contains(effect ?? "") else { return false }
    let key = key ?? ""
    if self.operator == "Exists" { return key.isEmpty || key == taint }
    return key == taint && (value ?? "").isEmpty
  }
}
