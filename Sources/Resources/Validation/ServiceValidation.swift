import Foundations

/// The rules of services.
enum ServiceValidation {
  static func errors(_ service: Document) -> [FieldError] {
    let spec = service["spec"] ?? .emptyObject
    let type = spec["type"]?.string ?? "ClusterIP"
    var errors = annotationErrors(service[path: "metadata", "annotations"], spec, type)
    errors += MetadataValidation.labels(spec["selector"], at: "spec.selector")
    let isHeadless = ServiceAddressValidation.isHeadless(spec)
    if type == "ExternalName" {
      errors += externalNameErrors(spec)
    } else if !isHeadless && spec["ports"]?.isEmpty ?? true {
      errors.append(.required("spec.ports"))
    }
    if isHeadless && (type == "NodePort" || type == "LoadBalancer") {
      errors.append(
        .invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for \(type) services"))
    }
    errors += ServiceAddressValidation.errors(spec, type)
    errors += balancerErrors(spec, type)
    errors += trafficErrors(spec, type)
    errors += choices(spec)
    return errors + ports(spec["ports"], type)
  }

  private static let addressMembers = ["clusterIPs", "ipFamilies", "ipFamilyPolicy"]

  private static func externalNameErrors(_ spec: Document) -> [FieldError] {
    var errors: [FieldError] = addressMembers.compactMap { member in
      // A policy is set by being there, lists by what they hold.
      guard let value = spec[member], value.isArray ? !value.isEmpty : true else { return nil }
      return .forbidden("spec.\(member)", "may not be set for ExternalName services")
    }
    let text = spec["externalName"]?.string ?? ""
    let name = text.hasSuffix(".") ? String(text.dropLast()) : text
    if name.isEmpty { errors.append(.required("spec.externalName")) }
    return errors
      + ReferenceRule.subdomain(Document(name), at: "spec.externalName")
  }

  private static let topologyMode = "service.kubernetes.io/topology-mode"
  private static let topologyHints = "service.kubernetes.io/topology-aware-hints"
  private static let sourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges"

  private static func annotationErrors(_ annotations: Document?, _ spec: Document, _ type: String)
    -> [FieldError]
  {
    guard let annotations else { return [] }
    var errors: [FieldError] = []
    if let mode = annotations[topologyMode], let hints = annotations[topologyHints], mode != hints {
      errors.append(
        .invalid(
          "metadata.annotations[\(topologyMode)]", mode,
          "must match annotations[\(topologyHints)] when both are specified"))
    }
    guard spec["loadBalancerSourceRanges"]?.isEmpty ?? true,
      let ranges = annotations[sourceRanges]?.string
    else { return errors }
    let place = "metadata.annotations[\(sourceRanges)]"
    if type != "LoadBalancer" {
      errors.append(.forbidden(place, "may only be used when `type` is 'LoadBalancer'"))
    }
    let text = ranges.trimmingSpaces
    if text.isEmpty { return errors }
    return errors
      + text.split(separator: ",", omittingEmptySubsequences: false).flatMap {
        AddressRule.rangeErrors(Document($0.trimmingSpaces), at: place)
      }
  }

  /// What traffic from outside needs, and may need only where there is any.
  private static func trafficErrors(_ spec: Document, _ type: String) -> [FieldError] {
    var errors: [FieldError] = []
    let isExternal =
      type == "NodePort" || type == "LoadBalancer"
      || type == "ClusterIP" && spec["externalIPs"]?.isEmpty == false
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
    return errors
  }

  /// What belongs to load balancers.
  private static func balancerErrors(_ spec: Document, _ type: String) -> [FieldError] {
    var errors: [FieldError] = []
    let isBalancer = type == "LoadBalancer"
    // Upstream spells the ranges as Go does.
    for (member, shown) in [
      ("loadBalancerClass", "loadBalancerClass"),
      ("allocateLoadBalancerNodePorts", "allocateLoadBalancerNodePorts"),
      ("loadBalancerSourceRanges", "LoadBalancerSourceRanges"),
    ] {
      guard !isBalancer, let value = spec[member], !value.isArray || !value.isEmpty else {
        continue
      }
      errors.append(
        .forbidden("spec.\(shown)", "may only be used when `type` is 'LoadBalancer'"))
    }
    for (position, range) in (spec["loadBalancerSourceRanges"] ?? .emptyArray).elements.enumerated()
    {
      errors += AddressRule.rangeErrors(
        Document((range.string ?? "").trimmingSpaces),
        at: "spec.LoadBalancerSourceRanges[\(position)]")
    }
    if isBalancer, let name = spec["loadBalancerClass"] {
      errors += ObjectName.problems(qualifiedName: name.string ?? "").map {
        .invalid("spec.loadBalancerClass", name, $0)
      }
    }
    if let port = spec["healthCheckNodePort"], port.integer ?? 0 != 0 {
      let place = "spec.healthCheckNodePort"
      if !isBalancer || spec["externalTrafficPolicy"]?.string != "Local" {
        errors.append(
          .invalid(
            place, port,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"))
      } else {
        errors += ContainerValidation.portErrors(port, at: place)
      }
    }
    return errors
  }

  /// A day at most.
  private static let affinitySeconds = 1...86_400

  private static func ports(_ ports: Document?, _ type: String) -> [FieldError] {
    guard let ports else { return [] }
    var errors: [FieldError] = []
    var names: Set<String> = []
    var taken: Set<Document> = []
    var nodePorts: Set<[Document]> = []
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
        port["targetPort"] ?? 0, at: "\(place).targetPort")
      errors += EndpointsValidation.applicationErrors(
        port["appProtocol"], at: "\(place).appProtocol")
      if type == "ClusterIP", let number = port["nodePort"], number.integer != 0 {
        errors.append(
          .forbidden("\(place).nodePort", "may not be used when `type` is 'ClusterIP'"))
      }
      if let number = port["nodePort"], number.integer ?? 0 != 0,
        !nodePorts.insert([number, port["protocol"] ?? "TCP"]).inserted
      {
        errors.append(.duplicate("\(place).nodePort", number))
      }
      let key: Document = ["port": port["port"] ?? 0, "protocol": port["protocol"] ?? "TCP"]
      if !taken.insert(key).inserted { errors.append(.duplicate(place, key)) }
    }
    return errors
  }
}

extension StringProtocol {
  /// Without the white space around it.
  fileprivate var trimmingSpaces: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
