import Foundations

/// The rules of endpoints and endpoint slices.
/// Source: Kubernetes documentation, "EndpointSlices"; upstream's messages.
enum EndpointsValidation {
  private static let protocols = ["SCTP", "TCP", "UDP"]

  // MARK: Endpoints

  static func errors(_ endpoints: Document) -> [FieldError] {
    (endpoints["subsets"] ?? .emptyArray).elements.enumerated().flatMap {
      position, subset -> [FieldError] in
      let place = "subsets[\(position)]"
      var errors: [FieldError] = []
      if ["addresses", "notReadyAddresses"].allSatisfy({ subset[$0]?.isEmpty ?? true }) {
        errors.append(.required(place, "must specify `addresses` or `notReadyAddresses`"))
      }
      for list in ["addresses", "notReadyAddresses"] {
        for (number, address) in (subset[list] ?? .emptyArray).elements.enumerated() {
          errors += addressErrors(address, at: "\(place).\(list)[\(number)]")
        }
      }
      let ports = subset["ports"] ?? .emptyArray
      for (number, port) in ports.elements.enumerated() {
        errors += portErrors(port, isNameRequired: ports.count > 1, at: "\(place).ports[\(number)]")
      }
      return errors
    }
  }

  private static func addressErrors(_ address: Document, at path: String) -> [FieldError] {
    var errors = PodNetworkValidation.addressErrors(address["ip"], at: "\(path).ip")
    errors += ReferenceRule.label(address["hostname"], at: "\(path).hostname")
    errors += nodeErrors(address["nodeName"], at: "\(path).nodeName")
    if IPAddress(address["ip"]?.string ?? "") == nil {
      errors.append(.invalid("\(path).ip", address["ip"] ?? "", "must be a valid IP address"))
    }
    return errors + specialErrors(address["ip"], at: "\(path).ip")
  }

  private static func portErrors(_ port: Document, isNameRequired: Bool, at path: String)
    -> [FieldError]
  {
    var errors = ReferenceRule.label(port["name"], at: "\(path).name")
    if isNameRequired, port["name"]?.string?.isEmpty ?? true {
      errors.append(.required("\(path).name"))
    }
    errors += ContainerValidation.portErrors(port["port"] ?? 0, at: "\(path).port")
    if let text = port["protocol"]?.string, !protocols.contains(text) {
      errors.append(.notSupported("\(path).protocol", text, protocols))
    }
    return errors + applicationErrors(port["appProtocol"], at: "\(path).appProtocol")
  }

  /// An empty name is a mistake where an absent one is none.
  private static func nodeErrors(_ name: Document?, at path: String) -> [FieldError] {
    guard let name else { return [] }
    return ObjectName.problems(subdomain: name.string ?? "").map { .invalid(path, name, $0) }
  }

  static func applicationErrors(_ name: Document?, at path: String) -> [FieldError] {
    guard let name else { return [] }
    return ObjectName.problems(qualifiedName: name.string ?? "").map { .invalid(path, name, $0) }
  }

  /// Addresses that nobody else can send to, or that would lead to the node itself.
  static func specialErrors(_ address: Document?, at path: String) -> [FieldError] {
    guard let address, let parsed = IPAddress(address.string ?? "") else { return [] }
    return special.filter { $0.ranges.contains { $0.contains(parsed) } }
      .map { .invalid(path, address, $0.problem) }
  }

  private static let special: [(ranges: [CIDR], problem: String)] = [
    (["0.0.0.0/32", "::/128"], "may not be unspecified (0.0.0.0 or ::)"),
    (["127.0.0.0/8", "::1/128"], "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
    (
      ["169.254.0.0/16", "fe80::/10"],
      "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
    ),
    (
      ["224.0.0.0/24", "ff02::/16"],
      "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
    ),
  ].map { (ranges: $0.0.compactMap { CIDR($0) }, problem: $0.1) }

  // MARK: Slices

  private static let addressTypes = ["FQDN", "IPv4", "IPv6"]
  private static let endpointsMax = 1000
  private static let addressesMax = 100
  private static let portsMax = 20_000
  private static let hintsMax = 8

  static func sliceErrors(_ slice: Document) -> [FieldError] {
    var errors = slicePortErrors(slice["ports"] ?? .emptyArray)
    let family = slice["addressType"]?.string ?? ""
    if !family.isEmpty, !addressTypes.contains(family) {
      errors.append(.notSupported("addressType", family, addressTypes))
    }
    let endpoints = slice["endpoints"] ?? .emptyArray
    if endpoints.count > endpointsMax {
      errors.append(.tooMany("endpoints", count: endpoints.count, max: endpointsMax))
      return errors
    }
    for (position, endpoint) in endpoints.elements.enumerated() {
      errors += endpointErrors(endpoint, family, at: "endpoints[\(position)]")
    }
    return errors
  }

  private static func slicePortErrors(_ ports: Document) -> [FieldError] {
    if ports.count > portsMax {
      return [.tooMany("ports", count: ports.count, max: portsMax)]
    }
    var errors: [FieldError] = []
    var names: Set<String> = []
    for (position, port) in ports.elements.enumerated() {
      let place = "ports[\(position)]"
      let name = port["name"] ?? ""
      errors += ReferenceRule.label(name, at: "\(place).name")
      if !names.insert(name.string ?? "").inserted {
        errors.append(.duplicate("\(place).name", name))
      }
      if let text = port["protocol"]?.string, !protocols.contains(text) {
        errors.append(.notSupported("\(place).protocol", text, protocols))
      }
      errors += applicationErrors(port["appProtocol"], at: "\(place).appProtocol")
    }
    return errors
  }

  private static func endpointErrors(_ endpoint: Document, _ family: String, at path: String)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    let place = "\(path).addresses"
    let addresses = endpoint["addresses"] ?? .emptyArray
    if addresses.isEmpty {
      errors.append(.required(place, "must contain at least 1 address"))
    } else if addresses.count > addressesMax {
      errors.append(.tooMany(place, count: addresses.count, max: addressesMax))
    }
    for (number, address) in addresses.elements.enumerated() {
      errors += sliceAddressErrors(address, family, at: place, number)
    }
    errors += nodeErrors(endpoint["nodeName"], at: "\(path).nodeName")
    if let name = endpoint["hostname"] {
      errors += ObjectName.problems(label: name.string ?? "").map {
        .invalid("\(path).hostname", name, $0)
      }
    }
    guard let hints = endpoint["hints"] else { return errors }
    errors += hintErrors(hints["forZones"], at: "\(path).hints.forZones") {
      ObjectName.problems(labelValue: $0)
    }
    return errors
      + hintErrors(hints["forNodes"], at: "\(path).hints.forNodes") {
        ObjectName.problems(subdomain: $0)
      }
  }

  private static func hintErrors(
    _ hints: Document?, at path: String, _ problems: (String) -> [String]
  ) -> [FieldError] {
    guard let hints else { return [] }
    if hints.count > hintsMax { return [.tooMany(path, count: hints.count, max: hintsMax)] }
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, hint) in hints.elements.enumerated() {
      let place = "\(path)[\(position)].name"
      let name = hint["name"]?.string ?? ""
      if !seen.insert(name).inserted { errors.append(.duplicate(place, Document(name))) }
      errors += problems(name).map { .invalid(place, Document(name), $0) }
    }
    return errors
  }

  private static func sliceAddressErrors(
    _ address: Document, _ family: String, at list: String, _ number: Int
  ) -> [FieldError] {
    let path = "\(list)[\(number)]"
    let text = address.string ?? ""
    switch family {
    case "FQDN": return ObjectName.problems(subdomain: text).map { .invalid(path, address, $0) }
    case "IPv4", "IPv6": break
    // What it is an address of is told to be wrong.
    default: return []
    }
    guard let parsed = IPAddress(text) else {
      return PodNetworkValidation.addressErrors(address, at: path)
    }
    let special = specialErrors(address, at: path)
    if (parsed.family == .v4) == (family == "IPv4") { return special }
    let wanted = family == "IPv4" ? "IPv4" : "IPv6"
    return [.invalid(list, address, "must be an \(wanted) address")] + special
  }
}
