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
      errors += TrafficValidation.rangeErrors(
        range, at: "spec.LoadBalancerSourceRanges[\(position)]")
    }
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

  private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { CIDR($0) }
  /// A day at most.
  private static let affinitySeconds = 1...86_400

  /// The address of a Service stays, as long as it is one of the cluster's.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
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
