import Foundations

/// The rules of fields that hold addresses, and of the kinds that stand for addresses.
/// Source: Kubernetes API reference; upstream's messages.
enum AddressRule {
  static let rangeProblem = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

  static func rangeErrors(_ range: Document?, at path: String) -> [FieldError] {
    guard let range, CIDR(range.string ?? "") == nil else { return [] }
    return [.invalid(path, range, rangeProblem)]
  }

  // MARK: IPAddress

  static func addressErrors(_ address: Document) -> [FieldError] {
    var errors: [FieldError] = []
    // That there is none is told for all kinds.
    if let name = address[path: "metadata", "name"], let text = name.string, !text.isEmpty,
      IPAddress(text) == nil
    {
      errors.append(.invalid("metadata.name", name, PodNetworkValidation.addressProblem))
    }
    let place = "spec.parentRef"
    guard let parent = address[path: "spec", "parentRef"] else {
      return errors + [.required(place)]
    }
    errors += ReferenceRule.subdomain(parent["group"], at: "\(place).group")
    for member in ["resource", "name", "namespace"] {
      errors += ReferenceRule.pathSegment(parent[member], at: "\(place).\(member)")
    }
    return errors
  }

  static func addressChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let parents = [new, old].map { $0[path: "spec", "parentRef"] }
    if parents[0] == parents[1] { return [] }
    return [.invalid("spec.parentRef", parents[0], "field is immutable")]
  }

  // MARK: ServiceCIDR

  private static let rangesMax = 2

  /// - Parameter old: what is replaced: ranges that stay are not looked at again.
  static func serviceRangeErrors(_ object: Document, replacing old: Document?) -> [FieldError] {
    let place = "spec.cidrs"
    let ranges = object[path: "spec", "cidrs"] ?? .emptyArray
    if let old, !addsRange(ranges, to: old[path: "spec", "cidrs"]) { return [] }
    if ranges.isEmpty { return [.required(place, "at least one CIDR required")] }
    if ranges.count > rangesMax {
      return [.invalid(place, object["spec"], "may only hold up to \(rangesMax) values")]
    }
    let errors = ranges.elements.enumerated().flatMap { position, range in
      rangeErrors(range, at: "\(place)[\(position)]")
    }
    let families = ranges.elements.compactMap { CIDR($0.string ?? "")?.family }
    guard families.count == 2, families[0] == families[1] else { return errors }
    return errors + [
      .invalid(
        place, ranges,
        "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64")
    ]
  }

  private static func addsRange(_ new: Document, to old: Document?) -> Bool {
    new.count == rangesMax && old?.count == 1
  }

  /// Ranges stay; one of the other family may be added to a single one.
  static func serviceRangeChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let place = "spec.cidrs"
    let ranges = [new, old].map {
      ($0[path: "spec", "cidrs"] ?? .emptyArray).elements.map { $0 }
    }
    guard
      ranges[0].count == ranges[1].count || ranges[0].count == rangesMax && ranges[1].count == 1
    else { return [.invalid(place, new[path: "spec", "cidrs"], "field is immutable")] }
    return zip(ranges[0], ranges[1]).enumerated().compactMap { position, pair in
      pair.0 == pair.1
        ? nil : .invalid("\(place)[\(position)]", pair.0, "field is immutable")
    }
  }
}
