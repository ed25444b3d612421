extension Defaulting {
  static func service(_ service: inout Document) {
    service.edit("spec") { spec in
      spec.setDefaultText("sessionAffinity", "None")
      if spec["sessionAffinity"]?.string == "None" { spec.removeMember("sessionAffinityConfig") }
      if spec["sessionAffinity"]?.string == "ClientIP" {
        spec.setDefault("sessionAffinityConfig", .emptyObject)
        spec.edit("sessionAffinityConfig") { config in
          config.setDefault("clientIP", .emptyObject)
          config.edit("clientIP") { $0.setDefault("timeoutSeconds", 10800) }
        }
      }
      spec.setDefaultText("type", "ClusterIP")
      let type = spec["type"]?.string
      spec.editEach("ports") { port in
        port.setDefaultText("protocol", "TCP")
        if port["targetPort"] == nil || port["targetPort"] == 0 || port["targetPort"] == "" {
          port["targetPort"] = port["port"]
        }
      }
      let hasOuterAddress = type == "ClusterIP" && spec["externalIPs"]?.isEmpty == false
      if type == "NodePort" || type == "LoadBalancer" || hasOuterAddress {
        spec.setDefaultText("externalTrafficPolicy", "Cluster")
      }
      if type != "ExternalName" { spec.setDefault("internalTrafficPolicy", "Cluster") }
      if type == "LoadBalancer" { spec.setDefault("allocateLoadBalancerNodePorts", true) }
    }
    guard service[path: "spec", "type"]?.string == "LoadBalancer" else { return }
    service.edit("status") { status in
      status.edit("loadBalancer") { balancer in
        balancer.editEach("ingress") { point in
          if point["ip"]?.string?.isEmpty == false { point.setDefault("ipMode", "VIP") }
        }
      }
    }
  }

  static func endpoints(_ endpoints: inout Document) {
    endpoints.editEach("subsets") { $0.editEach("ports") { $0.setDefaultText("protocol", "TCP") } }
  }

  static func endpointSlice(_ slice: inout Document) {
    slice.editEach("ports") { port in
      port.setDefault("name", "")
      port.setDefault("protocol", "TCP")
    }
  }

  static func networkPolicy(_ policy: inout Document) {
    policy.edit("spec") { spec in
      spec.setDefault("podSelector", .emptyObject)
      for (list, _) in [("ingress", 0), ("egress", 1)] {
        spec.editEach(list) { $0.editEach("ports") { $0.setDefault("protocol", "TCP") } }
      }
      if spec["policyTypes"]?.isEmpty ?? true {
        let hasEgress = spec["egress"]?.isEmpty == false
        spec["policyTypes"] = hasEgress ? ["Ingress", "Egress"] : ["Ingress"]
      }
    }
  }

  static func roleBinding(_ binding: inout Document) {
    if binding["roleRef"]?.isObject != true { binding["roleRef"] = .emptyObject }
    binding.edit("roleRef") { $0.setDefaultText("apiGroup", "rbac.authorization.k8s.io") }
    binding.editEach("subjects") { subject in
      switch subject["kind"]?.string {
      case "User", "Group": subject.setDefaultText("apiGroup", "rbac.authorization.k8s.io")
      default: break
      }
    }
  }
}
