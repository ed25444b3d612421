import Foundations

/// The rules of services.
enum ServiceValidation {
  static func errors(_ service: Document) -> [FieldError] {
    guard let spec = service["spec"] else { return [.required("spec")] }
    let type = spec["type"]?.string ?? "ClusterIP"
    var errors = MetadataValidation.labels(spec["selector"], at: "spec.selector")
    let isHeadless = spec["clusterIP"]?.string == "None"
    if type == "ExternalName" {
      let name = spec["externalName"]?.string ?? ""
      if name.isEmpty {
        errors.append(.required("spec.externalName"))
      } else {
        errors += ObjectName.problems(subdomain: name.lowercased()).map {
          .invalid("spec.externalName", spec["externalName"], $0)
        }
      }
    } else if !isHeadless && spec["ports"]?.isEmpty ?? true {
      errors.append(.required("spec.ports"))
    }
    if isHeadless && (type == "NodePort" || type == "LoadBalancer") {
      errors.append(
        .invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for \(type) services"))
    }
    errors += addresses(spec, type)
    errors += choices(spec)
    return errors + ports(spec["ports"], type)
  }

  private static func addresses(_ spec: Document, _ type: String) -> [FieldError] {
    var errors: [FieldError] = []
    for (position, address) in (spec["externalIPs"] ?? .emptyArray).elements.enumerated() {
      let place = "spec.externalIPs[\(position)]"
      errors += PodNetworkValidation.addressErrors(address, at: place)
      guard let parsed = IPAddress(address.string ?? "") else { continue }
      if loopback.contains(where: { $0.contains(parsed) }) {
        errors.append(
          .invalid(place, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)"))
      }
    }
    let ranges = spec["loadBalancerSourceRanges"] ?? .emptyArray
    for (position, range) in ranges.elements.enumerated() {
      errors += AddressRule.rangeErrors(
        range, at: "spec.LoadBalancerSourceRanges[\(position)]")
    }
    if !ranges.isEmpty, type != "LoadBalancer" {
      errors.append(
        .forbidden(
          "spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'"))
    }
    errors += balancerErrors(spec, type)
    let isExternal =
      type == "NodePort" || type == "LoadBalancer" || spec["externalIPs"]?.isEmpty == false
    if let policy = spec["externalTrafficPolicy"], policy.string?.isEmpty == false, !isExternal {
      errors.append(
        .invalid(
          "spec.externalTrafficPolicy", policy,
          "may only be set for externally-accessible services"))
    }
    let timeout = spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"]
    if spec["sessionAffinity"]?.string == "ClientIP", let timeout,
      !affinitySeconds.contains(timeout.integer ?? 0)
    {
      errors.append(
        .invalid(
          "spec.sessionAffinityConfig.clientIP.timeoutSeconds", timeout,
          "must be greater than 0 and less than \(affinitySeconds.upperBound)"))
    }
    return errors
  }

  /// Members that take one of a few words, and none of them when they are empty.
  private static func choices(_ spec: Document) -> [FieldError] {
    var errors: [FieldError] = []
    for (member, allowed) in [
      ("internalTrafficPolicy", ["Cluster", "Local"]),
      ("ipFamilyPolicy", ["PreferDualStack", "RequireDualStack", "SingleStack"]),
      ("trafficDistribution", ["PreferClose", "PreferSameZone", "PreferSameNode"]),
    ] {
      if let text = spec[member]?.string, !allowed.contains(text) {
        errors.append(.notSupported("spec.\(member)", text, allowed))
      }
    }
    let families = ["IPv4", "IPv6"]
    var seen: Set<String> = []
    for (position, family) in (spec["ipFamilies"] ?? .emptyArray).elements.enumerated() {
      let place = "spec.ipFamilies[\(position)]"
      let text = family.string ?? ""
      if !families.contains(text) { errors.append(.notSupported(place, text, families)) }
      if !seen.insert(text).inserted { errors.append(.duplicate(place, family)) }
    }
    return errors
  }

  /// What belongs to load balancers.
  private static func balancerErrors(_ spec: Document, _ type: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let name = spec["loadBalancerClass"] {
      errors += ObjectName.problems(qualifiedName: name.string ?? "").map {
        .invalid("spec.loadBalancerClass", name, $0)
      }
      if type != "LoadBalancer" {
        errors.append(
          .forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"))
      }
    }
    if let port = spec["healthCheckNodePort"], port.integer ?? 0 != 0 {
      let place = "spec.healthCheckNodePort"
      errors += ContainerValidation.portErrors(port, at: place)
      if type != "LoadBalancer" || spec["externalTrafficPolicy"]?.string != "Local" {
        errors.append(
          .invalid(
            place, port,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"))
      }
    }
    return errors
  }

  private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { CIDR($0) }
  /// A day at most.
  private static let affinitySeconds = 1...86_400

  /// The address of a Service stays, as long as it is one of the cluster's.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    addressChangeErrors(new, old) + balancerChangeErrors(new, old)
  }

  private static func balancerChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let specs = [new, old].map { $0["spec"] ?? .emptyObject }
    guard specs.allSatisfy({ $0["type"]?.string == "LoadBalancer" }) else { return [] }
    var errors: [FieldError] = []
    if specs[0]["loadBalancerClass"] != specs[1]["loadBalancerClass"] {
      errors.append(
        .invalid(
          "spec.loadBalancerClass", specs[0]["loadBalancerClass"], "may not change once set"))
    }
    let ports = specs.map { $0["healthCheckNodePort"]?.integer ?? 0 }
    if specs.allSatisfy({ $0["externalTrafficPolicy"]?.string == "Local" }), ports[1] != 0,
      ports[0] != ports[1]
    {
      errors.append(.forbidden("spec.healthCheckNodePort", "field is immutable"))
    }
    return errors
  }

  private static func addressChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let types = [new, old].map { $0[path: "spec", "type"]?.string ?? "ClusterIP" }
    if types.contains("ExternalName") { return [] }
    let before = old[path: "spec", "clusterIP"]?.string ?? ""
    let after = new[path: "spec", "clusterIP"]?.string ?? ""
    if before.isEmpty || before == after { return [] }
    return [
      .invalid(
        "spec.clusterIPs[0]", new[path: "spec", "clusterIPs"], "may not change once set")
    ]
  }

  private static func ports(_ ports: Document?, _ type: String) -> [FieldError] {
    guard let ports else { return [] }
    var errors: [FieldError] = []
    var names: Set<String> = []
    var taken: Set<Document> = []
    for (position, port) in ports.elements.enumerated() {
      let place = "spec.ports[\(position)]"
      if let name = port["name"], let text = name.string, !text.isEmpty {
        errors += ObjectName.problems(label: text).map { .invalid("\(place).name", name, $0) }
        if !names.insert(text).inserted { errors.append(.duplicate("\(place).name", name)) }
      } else if ports.count > 1 {
        errors.append(.required("\(place).name"))
      }
      errors += ContainerValidation.portErrors(port["port"] ?? 0, at: "\(place).port")
      errors += ContainerValidation.portOrNameErrors(
        port["targetPort"], at: "\(place).targetPort")
      errors += EndpointsValidation.applicationErrors(
        port["appProtocol"], at: "\(place).appProtocol")
      if type == "ClusterIP", let number = port["nodePort"], number.integer != 0 {
        errors.append(
          .forbidden("\(place).nodePort", "may not be used when `type` is 'ClusterIP'"))
      }
      let key: Document = ["port": port["port"] ?? 0, "protocol": port["protocol"] ?? "TCP"]
      if !taken.insert(key).inserted { errors.append(.duplicate(place, key)) }
    }
    return errors
  }
}
