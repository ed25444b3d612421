/// How a pod's containers compete for a node's resources, and who goes first when memory runs out.
/// Source: Kubernetes documentation, "Pod Quality of Service Classes".
package enum QualityOfService: String, Sendable {
  /// Every container's limits equal its requests, for both cpu and memory.
  case guaranteed = "Guaranteed"
  /// Some container asks for cpu or memory.
  case burstable = "Burstable"
  case bestEffort = "BestEffort"

  /// - Parameter podSpec: after defaulting, so that a limit without a request has become both.
  package init(podSpec: Document?) {
    let containers = ["containers", "initContainers"].flatMap { list in
      podSpec?[list].map { Array($0.elements) } ?? []
    }
    var isGuaranteed = !containers.isEmpty
    var asksForAnything = false
    for container in containers {
      let requests = container[path: "resources", "requests"]
      let limits = container[path: "resources", "limits"]
      for resource in ["cpu", "memory"] {
        let request = Self.nonZero(requests?[resource])
        let limit = Self.nonZero(limits?[resource])
        if request != nil || limit != nil { asksForAnything = true }
        if limit == nil || (request != nil && request != limit) { isGuaranteed = false }
      }
    }
    self =
      isGuaranteed && asksForAnything ? .guaranteed : asksForAnything ? .burstable : .bestEffort
  }

  private static func nonZero(_ quantity: Document?) -> Document? {
    guard let quantity, quantity.string != "0", quantity.integer != 0 else { return nil }
    return quantity
  }
}
