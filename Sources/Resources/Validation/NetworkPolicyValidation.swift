import Foundations

/// The rules of network policies.
/// Source: Kubernetes documentation, "Network Policies"; upstream's messages.
enum NetworkPolicyValidation {
  private static let directions = ["Ingress", "Egress"]
  private static let protocols = ["TCP", "UDP", "SCTP"]

  static func errors(_ policy: Document) -> [FieldError] {
    let spec = policy["spec"] ?? .emptyObject
    var errors = SelectorValidation.errors(spec["podSelector"], at: "spec.podSelector")
    for (direction, side) in [("ingress", "from"), ("egress", "to")] {
      for (position, rule) in (spec[direction] ?? .emptyArray).elements.enumerated() {
        let place = "spec.\(direction)[\(position)]"
        for (number, port) in (rule["ports"] ?? .emptyArray).elements.enumerated() {
          errors += portErrors(port, at: "\(place).ports[\(number)]")
        }
        for (number, peer) in (rule[side] ?? .emptyArray).elements.enumerated() {
          errors += peerErrors(peer, at: "\(place).\(side)[\(number)]")
        }
      }
    }
    let types = spec["policyTypes"] ?? .emptyArray
    if types.count > directions.count {
      return errors + [
        .invalid("spec.policyTypes", types, "may not specify more than two policyTypes")
      ]
    }
    for (position, type) in types.elements.enumerated() {
      let text = type.string ?? ""
      if !directions.contains(text) {
        errors.append(.notSupported("spec.policyTypes[\(position)]", text, directions))
      }
    }
    return errors
  }

  private static func portErrors(_ entry: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let text = entry["protocol"]?.string, !protocols.contains(text) {
      errors.append(.notSupported("\(path).protocol", text, protocols))
    }
    let last = entry["endPort"]
    guard let port = entry["port"] else {
      guard let last else { return errors }
      return errors + [
        .invalid("\(path).endPort", last, "may not be specified when `port` is not specified")
      ]
    }
    errors += ContainerValidation.portOrNameErrors(port, at: "\(path).port")
    guard let last else { return errors }
    guard let first = port.integer else {
      return errors + [
        .invalid("\(path).endPort", last, "may not be specified when `port` is non-numeric")
      ]
    }
    if last.integer ?? 0 < first {
      errors.append(
        .invalid("\(path).endPort", port, "must be greater than or equal to `port`"))
    }
    return errors + ContainerValidation.portErrors(last, at: "\(path).endPort")
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
    return errors + blockErrors(block, at: "\(path).ipBlock")
  }

  private static func blockErrors(_ block: Document, at path: String) -> [FieldError] {
    guard let range = block["cidr"], range.string?.isEmpty == false else {
      return [.required("\(path).cidr")]
    }
    guard let whole = CIDR(range.string ?? "") else {
      return AddressRule.rangeErrors(range, at: "\(path).cidr")
    }
    return (block["except"] ?? .emptyArray).elements.enumerated().flatMap {
      position, range -> [FieldError] in
      let place = "\(path).except[\(position)]"
      guard let part = CIDR(range.string ?? "") else {
        return AddressRule.rangeErrors(range, at: place)
      }
      if whole.contains(part.base), whole.prefixLength < part.prefixLength { return [] }
      return [.invalid(place, range, "must be a strict subset of `cidr`")]
    }
  }
}
