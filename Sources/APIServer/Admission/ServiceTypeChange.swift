import Resources

/// What a Service leaves behind when its type changes, or it gives up its addresses outside: fields
/// that only the old one has, and that the writer just sent back as they were. What the writer
/// changed stays, and is judged as written.
struct ServiceTypeChange {
  private let old: Document
  private let oldType: String
  private let newType: String

  /// - Parameter old: the stored Service's `spec`.
  init(from old: Document, to newType: String) {
    self.old = old
    oldType = old["type"]?.string ?? "ClusterIP"
    self.newType = newType
  }

  func drop(from spec: inout Document) {
    settleHealthPort(of: &spec)
    if Self.isReachable(oldType, old) && !Self.isReachable(newType, spec) {
      drop("externalTrafficPolicy", from: &spec)
    }
    guard oldType != newType else { return }
    if Self.isExternal(oldType) && !Self.isExternal(newType) {
      if nodePorts(spec) == nodePorts(old) { spec.editPorts { $0["nodePort"] = nil } }
    }
    if oldType == "LoadBalancer" {
      for field in [
        "healthCheckNodePort", "allocateLoadBalancerNodePorts", "loadBalancerClass",
      ] { drop(field, from: &spec) }
    }
  }

  /// The port by which load balancers see where pods are stays with a Service that needs it, sent back
  /// or not, and goes with the need.
  private func settleHealthPort(of spec: inout Document) {
    guard Self.hasHealthPort(oldType, old) else { return }
    let (before, now) = (old["healthCheckNodePort"], spec["healthCheckNodePort"])
    if Self.hasHealthPort(newType, spec) {
      if now?.integer ?? 0 == 0 { spec["healthCheckNodePort"] = before }
    } else if now == before {
      spec["healthCheckNodePort"] = nil
    }
  }

  private static func hasHealthPort(_ type: String, _ spec: Document) -> Bool {
    type == "LoadBalancer" && spec["externalTrafficPolicy"]?.string == "Local"
  }

  private func drop(_ field: String, from spec: inout Document) {
    if spec[field] == old[field] { spec[field] = nil }
  }

  private static func isExternal(_ type: String) -> Bool {
    type == "NodePort" || type == "LoadBalancer"
  }

  /// Whether traffic from outside has a way to it.
  private static func isReachable(_ type: String, _ spec: Document) -> Bool {
    isExternal(type) || type == "ClusterIP" && spec["externalIPs"]?.isEmpty == false
  }

  private func nodePorts(_ spec: Document) -> [Int] {
    spec["ports"]?.elements.map { $0["nodePort"]?.integer.map { Int($0) } ?? 0 } ?? []
  }
}
