package import Foundations
package import Resources

/// CPU and memory that a whole pod asks for, or may use at most. Pure.
/// Source: Kubernetes documentation, "Init Containers", "Resource sharing within containers", and
/// "Assign Pod-level CPU and memory resources".
package struct PodAmounts: Equatable, Sendable {
  /// What the pod's place on its node has to hold.
  package var requests: [String: Quantity] = [:]
  /// Only for resources that every container limits, or the pod itself: without one of them there
  /// is no limit to the whole.
  package var limits: [String: Quantity] = [:]

  private static let resources = ["cpu", "memory"]

  package init(of pod: Pod) {
    for name in Self.resources {
      requests[name] = Self.request(name, of: pod)
      limits[name] = Self.total(of: pod) { wanted in
        wanted.limits[name].flatMap { $0.isZero ? nil : $0 }
      }
    }
    if let whole = pod.spec.resources {
      for name in Self.resources {
        if let limit = whole.limits[name], !limit.isZero { limits[name] = limit }
      }
    }
    for (name, overhead) in pod.spec.overhead {
      if let limit = limits[name] { limits[name] = limit + overhead }
    }
  }

  /// What a pod asks for of one resource, which may be any; zero where it asks for none.
  package static func request(_ name: String, of pod: Pod) -> Quantity {
    let containers = total(of: pod) { $0.requests[name] ?? .zero } ?? .zero
    let whole = pod.spec.resources?.requests[name] ?? containers
    return whole + (pod.spec.overhead[name] ?? .zero)
  }

  /// The sum of containers and sidecars, or what the largest init container takes while it runs with
  /// the sidecars before it.
  /// - Returns: `nil` where some container has no `amount`.
  private static func total(
    of pod: Pod, _ amount: (ResourceRequirements) -> Quantity?
  ) -> Quantity? {
    func own(_ container: PodContainer) -> Quantity? {
      amount(container.container.resources ?? ResourceRequirements())
    }
    var sidecars = Quantity.zero
    var startup = Quantity.zero
    for container in pod.initContainersInOrder {
      guard let own = own(container) else { return nil }
      if container.role == .sidecar {
        sidecars = sidecars + own
        startup = max(startup, sidecars)
      } else {
        startup = max(startup, sidecars + own)
      }
    }
    var total = sidecars
    for container in pod.regularContainers {
      guard let own = own(container) else { return nil }
      total = total + own
    }
    return max(total, startup)
  }

  /// The limits of the pod's own control group, under which its containers' groups are.
  package var cgroup: CgroupLimits {
    var cgroup = CgroupLimits()
    let share = requests["cpu"] ?? .zero
    cgroup.cpuShares = CgroupLimits.shares(milliCPU: share.milliValue)
    cgroup.cpuQuotaMicroseconds =
      limits["cpu"].map { CgroupLimits.quota(milliCPU: $0.milliValue) } ?? -1
    cgroup.memoryBytes = limits["memory"]?.roundedUp ?? -1
    return cgroup
  }
}
