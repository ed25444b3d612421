import Foundations
package import Resources

/// Amounts of what a node has and pods ask for, in whole units that add and compare as integers.
package struct ResourceAmounts: Equatable, Sendable {
  /// Thousandths of a core.
  package var milliCPU: Int
  /// Bytes.
  package var memory: Int
  /// Bytes of the node's own disk.
  package var ephemeralStorage: Int
  package var pods: Int
  /// Everything else that nodes offer by name: `example.com/gpu`, `hugepages-2Mi`.
  package var extended: [String: Int]

  package init(
    milliCPU: Int = 0, memory: Int = 0, ephemeralStorage: Int = 0, pods: Int = 0,
    extended: [String: Int] = [:]
  ) {
    self.milliCPU = milliCPU
    self.memory = memory
    self.ephemeralStorage = ephemeralStorage
    self.pods = pods
    self.extended = extended
  }

  /// Reads a map of quantities: `requests`, `limits`, `allocatable`. What cannot be read counts as
  /// nothing, since validation has refused it before it was stored.
  package init(quantities: Document?) {
    self.init()
    for (name, value) in quantities?.members.map({ $0 }) ?? [] {
      guard let text = value.string ?? value.integer.map({ String($0) }),
        let quantity = try? Quantity(parsing: text)  // unreadable: see above
      else { continue }
      switch name {
      case "cpu": milliCPU = quantity.milliValue
      case "memory": memory = quantity.roundedUp
      case "ephemeral-storage": ephemeralStorage = quantity.roundedUp
      case "pods": pods = quantity.roundedUp
      default: extended[name] = quantity.roundedUp
      }
    }
  }

  package static func += (left: inout Self, right: Self) {
    left.milliCPU += right.milliCPU
    left.memory += right.memory
    left.ephemeralStorage += right.ephemeralStorage
    left.pods += right.pods
    for (name, amount) in right.extended { left.extended[name, default: 0] += amount }
  }

  package static func -= (left: inout Self, right: Self) {
    left.milliCPU -= right.milliCPU
    left.memory -= right.memory
    left.ephemeralStorage -= right.ephemeralStorage
    left.pods -= right.pods
    for (name, amount) in right.extended { left.extended[name, default: 0] -= amount }
  }

  /// The greater of both, resource by resource.
  package func union(_ other: Self) -> Self {
    Self(
      milliCPU: max(milliCPU, other.milliCPU), memory: max(memory, other.memory),
      ephemeralStorage: max(ephemeralStorage, other.ephemeralStorage), pods: max(pods, other.pods),
      extended: extended.merging(other.extended, uniquingKeysWith: max))
  }

  /// What a pod takes from its node: the sum of its containers and sidecars, or what its largest
  /// init container takes while it runs, with the pod's overhead.
  /// Source: Kubernetes documentation, "Init Containers", "Resource sharing within containers".
  package init(podSpec: Document?) {
    func containers(_ list: String) -> [Document] {
      podSpec?[list].map { Array($0.elements) } ?? []
    }
    func requests(_ container: Document) -> Self {
      Self(quantities: container[path: "resources", "requests"])
    }
    var total = Self()
    for container in containers("containers") { total += requests(container) }
    var sidecars = Self()
    var startup = Self()
    for container in containers("initContainers") {
      if container["restartPolicy"]?.string == "Always" {
        sidecars += requests(container)
        startup = startup.union(sidecars)
      } else {
        var alone = requests(container)
        alone += sidecars
        startup = startup.union(alone)
      }
    }
    total += sidecars
    total = total.union(startup)
    if let podLevel = podSpec?[path: "resources", "requests"] {
      let stated = Self(quantities: podLevel)
      if stated.milliCPU > 0 { total.milliCPU = stated.milliCPU }
      if stated.memory > 0 { total.memory = stated.memory }
    }
    total += Self(quantities: podSpec?["overhead"])
    total.pods = 1
    self = total
  }
}
