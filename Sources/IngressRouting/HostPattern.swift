/// The host names that a rule is about. Names are in lower case, without port and closing dot.
package enum HostPattern: Hashable, Sendable, CustomStringConvertible {
  /// Every host, also none.
  case any
  case exact(String)
  /// One label in front of this: `.example.test` stands for `*.example.test`.
  case wildcard(String)

  /// - Parameter host: as an Ingress spells it; `nil` and the empty string are every host.
  package init(_ host: String?) {
    guard let host, !host.isEmpty else {
      self = .any
      return
    }
    let name = host.lowercased()
    self = name.hasPrefix("*.") ? .wildcard(String(name.dropFirst())) : .exact(name)
  }

  package var description: String {
    switch self {
    case .any: "*"
    case .exact(let name): name
    case .wildcard(let suffix): "*\(suffix)"
    }
  }

  /// Whether every host of `other` is one of this: a certificate's name and a rule's host.
  package func covers(_ other: HostPattern) -> Bool {
    switch (self, other) {
    case (.any, _): true
    case (.wildcard(let suffix), .exact(let name)): Self.parent(of: name) == suffix[...]
    default: self == other
    }
  }

  /// What stands behind the first label, with its dot: `.example.test`. `nil` for one label alone,
  /// or none in front of the dot.
  package static func parent(of name: String) -> Substring? {
    guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
      return nil
    }
    return name[dot...]
  }

  /// The host of a request's `host` field, as the tables of hosts have it: no port, no closing dot,
  /// lower case. Allocates nothing for what is so already.
  package static func name(ofHostField field: String) -> String {
    var name = field[...]
    if name.utf8.first == UInt8(ascii: "[") {
      if let end = name.utf8.firstIndex(of: UInt8(ascii: "]")) { name = name[...end] }
    } else if let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) {
      name = name[..<colon]
    }
    if name.utf8.last == UInt8(ascii: ".") { name = name.dropLast() }
    let isLower = name.utf8.allSatisfy { !(0x41...0x5A).contains($0) }
    if isLower, name.utf8.count == field.utf8.count { return field }
    return isLower ? String(name) : name.lowercased()
  }
}
