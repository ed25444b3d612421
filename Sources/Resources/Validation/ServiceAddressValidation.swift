import Foundations

/// The rules of the addresses of services: the cluster's own, and those from outside.
/// Source: Kubernetes documentation, "Service", "IPv4/IPv6 dual-stack"; upstream's messages.
enum ServiceAddressValidation {
  private static let families = ["IPv4", "IPv6"]
  private static let addressesMax = 2
  private static let place = "spec.clusterIPs"

  /// Whether a service has no address on purpose.
  static func isHeadless(_ spec: Document) -> Bool {
    addresses(spec).map(\.string) == ["None"]
  }

  /// Old clients know of one address only, and it is the first.
  private static func addresses(_ spec: Document) -> [Document] {
    let list = (spec["clusterIPs"] ?? .emptyArray).elements.map { $0 }
    guard list.isEmpty, let single = spec["clusterIP"], single != "" else { return list }
    return [single]
  }

  static func errors(_ spec: Document, _ type: String) -> [FieldError] {
    let outer = (spec["externalIPs"] ?? .emptyArray).elements.enumerated().flatMap {
      position, address -> [FieldError] in
      let path = "spec.externalIPs[\(position)]"
      let errors = PodNetworkValidation.addressErrors(address, at: path)
      return errors.isEmpty ? EndpointsValidation.specialErrors(address, at: path) : errors
    }
    return type == "ExternalName" ? outer : outer + clusterErrors(spec)
  }

  private static func clusterErrors(_ spec: Document) -> [FieldError] {
    let addresses = addresses(spec)
    let single = spec["clusterIP"]?.string ?? ""
    var errors: [FieldError] = []
    if let first = addresses.first, first.string != single {
      errors.append(
        .invalid(
          place, Document(addresses),
          single.isEmpty
            ? "must be empty when `clusterIP` is not specified"
            : "first value must match `clusterIP`"))
    }
    errors += familyErrors(spec["ipFamilies"])
    let unusable = addressErrors(addresses)
    errors += unusable
    if addresses.count > addressesMax {
      errors.append(
        .invalid(place, Document(addresses), "may only hold up to \(addressesMax) values"))
    }
    if !unusable.isEmpty { return errors }
    let parsed = addresses.compactMap { IPAddress($0.string ?? "") }
    if addresses.count > 1, Set(parsed.map { $0.family == .v4 }).count < 2 {
      errors.append(
        .invalid(
          place, Document(addresses), "may specify no more than one IP for each IP family"))
    }
    return errors + mismatches(parsed, spec["ipFamilies"] ?? .emptyArray)
  }

  private static func familyErrors(_ list: Document?) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, family) in (list ?? .emptyArray).elements.enumerated() {
      let path = "spec.ipFamilies[\(position)]"
      let text = family.string ?? ""
      if !families.contains(text) { errors.append(.notSupported(path, text, families)) }
      if !seen.insert(text).inserted { errors.append(.duplicate(path, family)) }
    }
    return errors
  }

  private static func addressErrors(_ addresses: [Document]) -> [FieldError] {
    addresses.enumerated().flatMap { position, address -> [FieldError] in
      guard position == 0, address.string == "None" else {
        return PodNetworkValidation.addressErrors(address, at: "\(place)[\(position)]")
      }
      if addresses.count == 1 { return [] }
      return [
        .invalid(place, Document(addresses), "'None' must be the first and only value")
      ]
    }
  }

  /// Each address is of the family in its place.
  private static func mismatches(_ addresses: [IPAddress], _ wanted: Document) -> [FieldError] {
    zip(addresses, wanted.elements).enumerated().compactMap { position, pair in
      let family = pair.0.family == .v4 ? "IPv4" : "IPv6"
      guard let text = pair.1.string, families.contains(text), text != family else { return nil }
      return .invalid(
        "\(place)[\(position)]", Document(pair.0.description),
        "expected an \(text) value as indicated by `ipFamilies[\(position)]`")
    }
  }
}
