import Foundations

/// The rules of what directs traffic: ingresses, network policies, endpoints and endpoint slices.
/// Source: Kubernetes API reference; upstream's messages.
enum TrafficValidation {
  static let rangeProblem = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

  // MARK: Ingresses

  static func ingressErrors(_ ingress: Document) -> [FieldError] {
    let spec = ingress["spec"] ?? .emptyObject
    if spec["defaultBackend"] == nil && spec["rules"]?.isEmpty ?? true {
      return [
        .invalid(
          "spec", spec["rules"], "either `defaultBackend` or `rules` must be specified")
      ]
    }
    var errors: [FieldError] = []
    if let backend = spec["defaultBackend"] {
      errors += backendErrors(backend, at: "spec.defaultBackend")
    }
    for (position, rule) in (spec["rules"] ?? .emptyArray).elements.enumerated() {
      let place = "spec.rules[\(position)]"
      errors += hostErrors(rule["host"], at: "\(place).host")
      for (number, path) in (rule[path: "http", "paths"] ?? .emptyArray).elements.enumerated() {
        errors += pathErrors(path, at: "\(place).http.paths[\(number)]")
      }
    }
    return errors
  }

  private static func hostErrors(_ host: Document?, at path: String) -> [FieldError] {
    guard let host, let text = host.string, !text.isEmpty else { return [] }
    if IPAddress(text) != nil {
      return [.invalid(path, host, "must be a DNS name, not an IP address")]
    }
    let plain = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
    return ObjectName.problems(subdomain: plain).map { .invalid(path, host, $0) }
  }

  private static func pathErrors(_ entry: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let kind = entry["pathType"]?.string ?? ""
    let text = entry["path"]?.string ?? ""
    if ["Exact", "Prefix"].contains(kind), !text.hasPrefix("/") {
      errors.append(.invalid("\(path).path", Document(text), "must be an absolute path"))
    }
    if let backend = entry["backend"] {
      errors += backendErrors(backend, at: "\(path).backend")
    }
    return errors
  }

  private static func backendErrors(_ backend: Document, at path: String) -> [FieldError] {
    guard let service = backend["service"] else {
      if backend["resource"] != nil { return [] }
      return [.required(path, "resource or service backend is required")]
    }
    if backend["resource"] != nil {
      return [
        .invalid(
          path, "", "cannot set both resource and service backends")
      ]
    }
    var errors: [FieldError] = []
    let port = service["port"] ?? .emptyObject
    let hasNumber = port["number"]?.integer ?? 0 != 0
    let hasName = port["name"]?.string?.isEmpty == false
    if hasNumber == hasName {
      errors.append(
        .required("\(path).service.port", "port name or number is required"))
    } else if hasNumber {
      errors += ContainerValidation.portErrors(
        port["number"], at: "\(path).service.port.number")
    }
    return errors
  }

  // MARK: Network policies

  static func policyErrors(_ policy: Document) -> [FieldError] {
    let spec = policy["spec"] ?? .emptyObject
    var errors = SelectorValidation.errors(spec["podSelector"], at: "spec.podSelector")
    for (direction, side) in [("ingress", "from"), ("egress", "to")] {
      for (position, rule) in (spec[direction] ?? .emptyArray).elements.enumerated() {
        for (number, peer) in (rule[side] ?? .emptyArray).elements.enumerated() {
          errors += peerErrors(peer, at: "spec.\(direction)[\(position)].\(side)[\(number)]")
        }
      }
    }
    return errors
  }

  private static func peerErrors(_ peer: Document, at path: String) -> [FieldError] {
    var errors = ["podSelector", "namespaceSelector"].flatMap {
      SelectorValidation.errors(peer[$0], at: "\(path).\($0)")
    }
    let count = peer.count
    if count == 0 { errors.append(.required(path, "must specify a peer")) }
    guard let block = peer["ipBlock"] else { return errors }
    if count > 1 {
      errors.append(.forbidden(path, "may not specify both ipBlock and another peer"))
    }
    errors += rangeErrors(block["cidr"], at: "\(path).ipBlock.cidr")
    for (position, range) in (block["except"] ?? .emptyArray).elements.enumerated() {
      errors += rangeErrors(range, at: "\(path).ipBlock.except[\(position)]")
    }
    return errors
  }

  static func rangeErrors(_ range: Document?, at path: String) -> [FieldError] {
    guard let range, CIDR(range.string ?? "") == nil else { return [] }
    return [.invalid(path, range, rangeProblem)]
  }

  // MARK: Endpoints

  static func endpointsErrors(_ endpoints: Document) -> [FieldError] {
    (endpoints["subsets"] ?? .emptyArray).elements.enumerated().flatMap {
      position, subset -> [FieldError] in
      let place = "subsets[\(position)]"
      var errors: [FieldError] = []
      for list in ["addresses", "notReadyAddresses"] {
        for (number, address) in (subset[list] ?? .emptyArray).elements.enumerated() {
          errors += PodNetworkValidation.addressErrors(
            address["ip"], at: "\(place).\(list)[\(number)].ip")
        }
      }
      for (number, port) in (subset["ports"] ?? .emptyArray).elements.enumerated() {
        errors += ContainerValidation.portErrors(
          port["port"] ?? 0, at: "\(place).ports[\(number)].port")
      }
      return errors
    }
  }

  private static let endpointsMax = 1000
  private static let addressesMax = 100

  static func sliceErrors(_ slice: Document) -> [FieldError] {
    var errors: [FieldError] = []
    let family = slice["addressType"]?.string ?? ""
    let endpoints = slice["endpoints"] ?? .emptyArray
    if endpoints.count > endpointsMax {
      errors.append(.tooMany("endpoints", count: endpoints.count, max: endpointsMax))
    }
    for (position, endpoint) in endpoints.elements.enumerated() {
      let place = "endpoints[\(position)].addresses"
      let addresses = endpoint["addresses"] ?? .emptyArray
      if addresses.isEmpty {
        errors.append(.required(place, "must contain at least 1 address"))
      } else if addresses.count > addressesMax {
        errors.append(.tooMany(place, count: addresses.count, max: addressesMax))
      }
      for (number, address) in addresses.elements.enumerated() {
        errors += sliceAddressErrors(address, family, at: "\(place)[\(number)]")
      }
    }
    return errors
  }

  private static func sliceAddressErrors(_ address: Document, _ family: String, at path: String)
    -> [FieldError]
  {
    let text = address.string ?? ""
    if family == "FQDN" {
      return ObjectName.problems(subdomain: text).map { .invalid(path, address, $0) }
    }
    guard let parsed = IPAddress(text) else {
      return PodNetworkValidation.addressErrors(address, at: path)
    }
    if (parsed.family == .v4) == (family == "IPv4") { return [] }
    return [
      .invalid(path, address, "must be an \(family == "IPv4" ? "IPv4" : "IPv6") address")
    ]
  }
}
