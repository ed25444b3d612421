/// What is told of Services: members that do nothing together with others, and what is deprecated.
/// Source: upstream's wording.
enum ServiceWarnings {
  static let ofService: ObjectWarnings.Rule = { service, _ in
    let spec = service["spec"] ?? .emptyObject
    return ofAnnotations(service) + ofAddresses("clusterIPs", spec) + ofHeadless(spec)
      + ofAddresses("externalIPs", spec) + ofExternalAddresses(spec)
      + AddressWarnings.ofAddress(spec["loadBalancerIP"], at: "spec.loadBalancerIP")
      + spec.placed("loadBalancerSourceRanges", at: "spec.").flatMap {
        AddressWarnings.ofRange($0.value, at: $0.place)
      }
      + ofType(spec) + ofDistribution(spec)
  }

  /// Of Services and Ingresses.
  static let ofStatus: ObjectWarnings.Rule = { object, _ in
    let balancer = object[path: "status", "loadBalancer"] ?? .emptyObject
    return balancer.placed("ingress", at: "status.loadBalancer.").flatMap {
      AddressWarnings.ofAddress($0.value["ip"], at: $0.place)
    }
  }

  private static func ofAnnotations(_ service: Document) -> [String] {
    let hints = "service.kubernetes.io/topology-aware-hints"
    guard service.annotations[hints] != nil else { return [] }
    return [
      "annotation \(hints) is deprecated, please use service.kubernetes.io/topology-mode instead"
    ]
  }

  private static func ofAddresses(_ member: String, _ spec: Document) -> [String] {
    AddressWarnings.ofAddresses(in: member, spec, at: "spec.", member: nil)
  }

  private static func isHeadless(_ spec: Document) -> Bool {
    spec["type"] == "ClusterIP" && spec["clusterIP"] == "None"
  }

  private static func ofHeadless(_ spec: Document) -> [String] {
    guard isHeadless(spec) else { return [] }
    var ignored = ["loadBalancerIP", "externalIPs"].filter { spec[$0]?.says == true }
    if spec["sessionAffinity"] != "None" { ignored.append("SessionAffinity") }
    return ignored.map { "spec.\($0) is ignored for headless services" }
  }

  private static func ofExternalAddresses(_ spec: Document) -> [String] {
    guard spec["externalIPs"]?.says == true, !isHeadless(spec), spec["type"] != "ExternalName"
    else { return [] }
    return ["spec.externalIPs is deprecated and may no longer be implemented in some clusters"]
  }

  private static func ofType(_ spec: Document) -> [String] {
    if spec["type"] == "ExternalName" {
      return spec["externalIPs"]?.says == true
        ? ["spec.externalIPs is ignored when spec.type is \"ExternalName\""] : []
    }
    return spec["externalName"]?.says == true
      ? ["spec.externalName is ignored when spec.type is not \"ExternalName\""] : []
  }

  private static func ofDistribution(_ spec: Document) -> [String] {
    spec["trafficDistribution"] == "PreferClose"
      ? ["spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""] : []
  }
}
