/// The rules of what a driver says of a device, for selectors to ask.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `DeviceAttribute`; upstream's messages.
enum DeviceAttributeRule {
  private static let textByteCountMax = 64
  private static let scalars = ["bool", "int", "string", "version"]
  private static let lists = ["bools", "ints", "strings", "versions"]

  static func errors(_ attributes: Document?, at path: String) -> [FieldError] {
    (attributes ?? .emptyObject).members.flatMap { name, value in
      DeviceNameRule.qualified(name, at: path)
        + errors(of: value, at: DeviceMemberPath.of(name, in: path))
    }
  }

  /// How many values an attribute has.
  static func count(_ attribute: Document) -> Int {
    max(1, lists.reduce(0) { $0 + (attribute[$1]?.count ?? 0) })
  }

  private static func errors(of attribute: Document, at path: String) -> [FieldError] {
    var errors = textErrors(attribute["string"], at: "\(path).string")
    errors += versionErrors(attribute["version"], at: "\(path).version")
    for member in lists {
      if let list = attribute[member], list.isEmpty {
        errors.append(.invalid("\(path).\(member)", list, "must not be empty if specified"))
      }
    }
    errors += ListRule.items(attribute["strings"], at: "\(path).strings") { textErrors($0, at: $1) }
    errors += ListRule.items(attribute["versions"], at: "\(path).versions") {
      versionErrors($0, at: $1)
    }
    switch (scalars + lists).filter({ attribute[$0] != nil }).count {
    case 0: return errors + [.invalid(path, "", "exactly one value must be specified")]
    case 1: return errors
    default: return errors + [.invalid(path, attribute, "exactly one value must be specified")]
    }
  }

  private static func textErrors(_ text: Document?, at path: String) -> [FieldError] {
    text?.string?.utf8.count ?? 0 > textByteCountMax
      ? [.tooLong(path, byteCountMax: textByteCountMax)] : []
  }

  private static func versionErrors(_ version: Document?, at path: String) -> [FieldError] {
    guard let version else { return [] }
    let problem = FieldError.invalid(
      path, version, "must be a string compatible with semver.org spec 2.0.0")
    return (isVersion(version.string ?? "") ? [] : [problem]) + textErrors(version, at: path)
  }

  /// Source: semver.org 2.0.0.
  private static func isVersion(_ text: String) -> Bool {
    let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let release = build[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = release[0].split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 3 && numbers.allSatisfy { isNumber($0) }
      && identifiers(release).allSatisfy { isWord($0) && (!isDigits($0) || isNumber($0)) }
      && identifiers(build).allSatisfy { isWord($0) }
  }

  /// What stands behind the mark of a part, between dots.
  private static func identifiers(_ parts: [Substring]) -> [Substring] {
    parts.dropFirst().flatMap { $0.split(separator: ".", omittingEmptySubsequences: false) }
  }

  private static func isNumber(_ part: Substring) -> Bool {
    isDigits(part) && (part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"))
  }

  private static func isDigits(_ part: Substring) -> Bool {
    !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isWord(_ part: Substring) -> Bool {
    !part.isEmpty
      && part.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
  }
}
