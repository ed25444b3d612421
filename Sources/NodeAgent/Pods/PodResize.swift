package import ContainerRuntimeInterface
package import Foundations
package import Resources

/// How far a change of a pod's resources has come.
package enum ResizeProgress: Equatable, Sendable {
  /// The containers have what is wanted.
  case settled
  /// The node does not grant the wish, for now or at all. Next: any.
  case pending(Refusal)
  /// Granted, and the containers do not have it yet. Next: any.
  case inProgress(problem: String?)

  /// Why a wish is not granted.
  package enum Refusal: Equatable, Sendable {
    /// The node is too small.
    case infeasible(String)
    /// Other pods have to go first.
    case deferred(String)

    package var reason: String {
      switch self {
      case .infeasible: "Infeasible"
      case .deferred: "Deferred"
      }
    }

    package var message: String {
      switch self {
      case .infeasible(let message), .deferred(let message): message
      }
    }
  }
}

/// Decides about changes of running pods' resources. Pure.
/// Source: Kubernetes documentation, "Resize CPU and Memory Resources assigned to Containers".
package enum PodResize {
  /// Whether both pods ask for the same CPU and memory, container by container.
  package static func asksTheSame(_ one: Pod, _ other: Pod) -> Bool {
    amounts(of: one) == amounts(of: other)
  }

  private static func amounts(of pod: Pod) -> [String: [String: [String: Quantity]]] {
    var found: [String: [String: [String: Quantity]]] = [:]
    for container in pod.allContainers where container.role != .ephemeral {
      found[container.name] = amounts(of: container.container.resources)
    }
    found[""] = amounts(of: pod.spec.resources)
    return found
  }

  private static func amounts(
    of resources: ResourceRequirements?
  ) -> [String: [String: Quantity]] {
    ["requests": resources?.requests ?? [:], "limits": resources?.limits ?? [:]]
      .mapValues { $0.filter { ["cpu", "memory"].contains($0.key) } }
  }

  /// `pod` with the resources that `granted` has.
  package static func keepingResources(of granted: Pod, in pod: Pod) -> Pod {
    var kept: [String: ResourceRequirements?] = [:]
    for container in granted.spec.initContainers + granted.spec.containers {
      kept[container.name] = .some(container.resources)
    }
    func keep(_ container: Container) -> Container {
      guard let resources = kept[container.name] else { return container }
      var container = container
      container.resources = resources
      return container
    }
    var result = pod
    // Assigned only where there are any: an absent list stays absent.
    if !pod.spec.initContainers.isEmpty {
      result.spec.initContainers = pod.spec.initContainers.map(keep)
    }
    result.spec.containers = pod.spec.containers.map(keep)
    result.spec.resources = granted.spec.resources
    return result
  }

  /// What a node that begins again had granted to a pod: the API has kept its word. Differs from the
  /// pod itself where a wish was still open.
  package static func granted(toldBy pod: Pod) -> Pod {
    let statuses = pod.status.initContainerStatuses + pod.status.containerStatuses
    var granted = pod
    var told: [String: ResourceRequirements] = [:]
    for status in statuses where status.state?.running != nil {
      if let resources = status.resources { told[status.name] = resources }
    }
    func restore(_ container: Container) -> Container {
      guard let resources = told[container.name] else { return container }
      var container = container
      container.resources = resources
      return container
    }
    if !pod.spec.initContainers.isEmpty {
      granted.spec.initContainers = pod.spec.initContainers.map(restore)
    }
    granted.spec.containers = pod.spec.containers.map(restore)
    return granted
  }

  /// Whether the node can give what a pod wishes.
  /// - Parameters:
  ///   - allocatable: the node's.
  ///   - others: the node's other pods, with what they were granted.
  /// - Returns: `nil` where it can.
  package static func refusal(
    of wish: Pod, allocatable: [String: Quantity], others: [Pod]
  ) -> ResizeProgress.Refusal? {
    let wanted = PodAmounts(of: wish).requests
    for name in ["cpu", "memory"] {
      guard let capacity = allocatable[name], let request = wanted[name] else { continue }
      if request > capacity {
        return .infeasible(
          "Node didn't have enough capacity: \(name), requested: \(number(request, name)), "
            + "capacity: \(number(capacity, name))")
      }
    }
    for name in ["cpu", "memory"] {
      guard let capacity = allocatable[name], let request = wanted[name] else { continue }
      let used = others.filter { !$0.isFinished }
        .reduce(Quantity.zero) { $0 + (PodAmounts(of: $1).requests[name] ?? .zero) }
      if used + request > capacity {
        return .deferred(
          "Node didn't have enough resource: \(name), requested: \(number(request, name)), "
            + "used: \(number(used, name)), capacity: \(number(capacity, name))")
      }
    }
    return nil
  }

  /// CPU in thousandths, memory in bytes.
  private static func number(_ quantity: Quantity, _ name: String) -> Int {
    name == "cpu" ? quantity.milliValue : quantity.roundedUp
  }

  /// What has to be done with a running container so that it has its resources.
  package enum Adjustment: Equatable, Sendable {
    case none
    case update
    /// Its own policy asks for a new run.
    case restart
  }

  /// - Parameters:
  ///   - wanted: of the container's granted resources.
  ///   - has: what the runtime says it has; `nil` where it does not say, which is taken for done.
  package static func adjustment(
    of container: Container, to wanted: CRILinuxContainerResources,
    from has: CRILinuxContainerResources?
  ) -> Adjustment {
    guard let has else { return .none }
    var changed: Set<String> = []
    if wanted.cpuShares != has.cpuShares || quota(wanted) != quota(has) { changed.insert("cpu") }
    if wanted.memoryLimitInBytes != max(0, has.memoryLimitInBytes) { changed.insert("memory") }
    if changed.isEmpty { return .none }
    let mustRestart = container.resizePolicy.contains {
      $0.restartPolicy == "RestartContainer" && changed.contains($0.resourceName)
    }
    return mustRestart ? .restart : .update
  }

  /// Zero and less stand for none.
  private static func quota(_ resources: CRILinuxContainerResources) -> Int64 {
    max(0, resources.cpuQuota)
  }
}
