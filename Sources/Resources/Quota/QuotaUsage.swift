import Foundations

/// What objects take from the quotas of their namespace. Pure.
/// Source: Kubernetes documentation, "Resource Quotas".
package enum QuotaUsage {
  /// What one object takes, by every name that a quota may bound. O(size of the object).
  package static func of(_ object: Document, _ resource: ResourceType) -> ResourceList {
    var usage = ResourceList([countName(resource): Quantity(1)])
    switch resource {
    case .pods: if isCounted(pod: object) { usage += pod(object["spec"]) }
    case .services: usage += service(object["spec"])
    case .persistentVolumeClaims: usage += claim(object)
    case .configMaps, .secrets, .replicationControllers, .resourceQuotas:
      usage.amounts[resource.plural] = Quantity(1)
    default: break
    }
    return usage
  }

  /// `count/jobs.batch`: the name that bounds any kind by number.
  package static func countName(_ resource: ResourceType) -> String {
    "count/\(resource.description)"
  }

  /// Whether a quota with these names bounds objects of this kind, in number or in size.
  package static func isBounding(_ names: Set<String>, _ resource: ResourceType) -> Bool {
    if names.contains(countName(resource)) { return true }
    switch resource {
    case .pods: return names.contains { isOfPods($0) }
    case .services: return names.contains { $0.hasPrefix("services") }
    case .persistentVolumeClaims:
      return names.contains {
        $0 == "requests.storage" || $0 == "persistentvolumeclaims" || $0.contains(storageInfix)
      }
    case .configMaps, .secrets, .replicationControllers, .resourceQuotas:
      return names.contains(resource.plural)
    default: return false
    }
  }

  private static let storageInfix = ".storageclass.storage.k8s.io/"

  // MARK: Pods

  /// A pod that has ended, or should have by now, takes nothing.
  static func isCounted(pod: Document) -> Bool {
    let phase = pod[path: "status", "phase"]?.string
    return phase != "Succeeded" && phase != "Failed"
  }

  private static func pod(_ spec: Document?) -> ResourceList {
    var usage = ResourceList(["pods": Quantity(1)])
    for (name, amount) in ResourceList(podSpec: spec, "requests").amounts {
      usage.amounts["requests.\(name)"] = amount
      if isPlain(name) { usage.amounts[name] = amount }
    }
    for (name, amount) in ResourceList(podSpec: spec, "limits").amounts where isPlain(name) {
      usage.amounts["limits.\(name)"] = amount
    }
    return usage
  }

  private static func isPlain(_ name: String) -> Bool {
    ["cpu", "memory", "ephemeral-storage"].contains(name) || name.hasPrefix("hugepages-")
  }

  static func isOfPods(_ name: String) -> Bool {
    if name == "requests.storage" || name.contains(storageInfix) { return false }
    return name == "pods" || isPlain(name) || name.hasPrefix("requests.")
      || name.hasPrefix("limits.")
  }

  // MARK: Services and claims

  private static func service(_ spec: Document?) -> ResourceList {
    var usage = ResourceList(["services": Quantity(1)])
    let ports = spec?["ports"]?.elements.map { $0 } ?? []
    switch spec?["type"]?.string {
    case "NodePort":
      usage.amounts["services.nodeports"] = Quantity(ports.count)
    case "LoadBalancer":
      usage.amounts["services.loadbalancers"] = Quantity(1)
      let withPort = ports.filter { ($0["nodePort"]?.integer ?? 0) != 0 }.count
      let isAllocating = spec?["allocateLoadBalancerNodePorts"]?.bool ?? true
      usage.amounts["services.nodeports"] = Quantity(isAllocating ? ports.count : withPort)
    default: break
    }
    return usage
  }

  private static func claim(_ claim: Document) -> ResourceList {
    let size = ResourceList(claim[path: "spec", "resources", "requests"])["storage"]
    var usage = ResourceList(["persistentvolumeclaims": Quantity(1), "requests.storage": size])
    if let storageClass = claim[path: "spec", "storageClassName"]?.string, !storageClass.isEmpty {
      usage.amounts["\(storageClass)\(storageInfix)requests.storage"] = size
      usage.amounts["\(storageClass)\(storageInfix)persistentvolumeclaims"] = Quantity(1)
    }
    return usage
  }
}

extension ResourceType {
  package static let resourceQuotas = ResourceType(
    plural: "resourcequotas", kind: "ResourceQuota")
  package static let limitRanges = ResourceType(plural: "limitranges", kind: "LimitRange")
}
