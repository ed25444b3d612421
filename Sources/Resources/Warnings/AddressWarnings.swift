import Foundations

/// What is told of addresses that are right, and not as everybody else writes them.
/// Source: RFC 5952; upstream's wording. What is not right is refused, and so told of elsewhere.
enum AddressWarnings {
  static func ofAddress(_ address: Document?, at path: String) -> [String] {
    guard let text = address?.string, let parsed = IPAddress(text), parsed.family == .v6,
      parsed.description != text
    else { return [] }
    return [
      "\(path): IPv6 address \"\(text)\" should be in RFC 5952 canonical format (\"\(parsed)\")"
    ]
  }

  static func ofRange(_ range: Document?, at path: String) -> [String] {
    guard let text = range?.string, let parsed = CIDR(text), parsed.family == .v6,
      parsed.description != text
    else { return [] }
    return [
      "\(path): IPv6 CIDR value \"\(text)\" should be in RFC 5952 canonical format (\"\(parsed)\")"
    ]
  }

  /// - Parameter member: the address in each element; `nil` where the elements are addresses.
  static func ofAddresses(in list: String, _ holder: Document?, at path: String, member: String?)
    -> [String]
  {
    (holder?.placed(list, at: path) ?? []).flatMap { place, element in
      member.map { ofAddress(element[$0], at: "\(place).\($0)") } ?? ofAddress(element, at: place)
    }
  }
}
