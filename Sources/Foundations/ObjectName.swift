/// The rules for names, as the API words them. Each function returns what is wrong; empty is good.
/// Source: Kubernetes documentation, "Object Names and IDs"; RFC 1123; RFC 1035.
package enum ObjectName {
  private static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

  /// `web-1`: at most 63 lower-case letters, digits and dashes.
  package static func problems(label name: String) -> [String] {
    var problems: [String] = []
    if name.utf8.count > 63 { problems.append("must be no more than 63 characters") }
    if !isLabel(name.utf8) {
      problems.append(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
          + "and must start and end with an alphanumeric character (e.g. 'my-name',  or "
          + "'123-abc', regex used for validation is '\(labelPattern)')")
    }
    return problems
  }

  /// `web-1`: a label that begins with a letter, as names of hosts once had to. Source: RFC 1035.
  package static func problems(hostLabel name: String) -> [String] {
    var problems: [String] = []
    if name.utf8.count > 63 { problems.append("must be no more than 63 characters") }
    if !isLabel(name.utf8) || !(name.utf8.first.map { (0x61...0x7A).contains($0) } ?? false) {
      problems.append(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
          + "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
          + "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")
    }
    return problems
  }

  /// `web.example.com`: labels with dots between, at most 253 characters.
  package static func problems(subdomain name: String) -> [String] {
    var problems: [String] = []
    if name.utf8.count > 253 { problems.append("must be no more than 253 characters") }
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if !labels.allSatisfy({ isLabel($0) }) {
      problems.append(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
          + "or '.', and must start and end with an alphanumeric character (e.g. 'example.com', "
          + "regex used for validation is '\(labelPattern)(\\.\(labelPattern))*')")
    }
    return problems
  }

  /// `example.com/Role`: the key of a label or annotation.
  package static func problems(qualifiedName name: String) -> [String] {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    var problems: [String] = []
    let local: Substring.UTF8View
    switch parts.count {
    case 1: local = parts[0]
    case 2:
      local = parts[1]
      if parts[0].isEmpty {
        problems.append("prefix part must be non-empty")
      } else {
        problems += self.problems(subdomain: String(decoding: parts[0], as: UTF8.self))
          .map { "prefix part \($0)" }
      }
    default:
      return [
        "a qualified name \(nameRule) with an optional DNS subdomain prefix and '/' "
          + "(e.g. 'example.com/MyName')"
      ]
    }
    if local.isEmpty {
      problems.append("name part must be non-empty")
    } else if local.count > 63 {
      problems.append("name part must be no more than 63 bytes")
    }
    if !isName(local) { problems.append("name part \(nameRule)") }
    return problems
  }

  /// At most 63 characters, as a name or empty.
  package static func problems(labelValue value: String) -> [String] {
    var problems: [String] = []
    if value.utf8.count > 63 { problems.append("must be no more than 63 bytes") }
    if !value.isEmpty && !isName(value.utf8[...]) {
      problems.append(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
          + "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
          + "'my_value',  or '12345', regex used for validation is "
          + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
    }
    return problems
  }

  /// The key of a config map or secret: a file name.
  package static func problems(configKey key: String) -> [String] {
    var problems: [String] = []
    if key.utf8.count > 253 { problems.append("must be no more than 253 characters") }
    let isGood =
      !key.isEmpty && key.utf8.allSatisfy { isAlphanumeric($0) || "-._".utf8.contains($0) }
    if !isGood {
      problems.append(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
          + "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
          + "'[-._a-zA-Z0-9]+')")
    }
    if key == "." { problems.append("must not be '.'") }
    if key == ".." {
      problems.append("must not be '..'")
    } else if key.hasPrefix("..") {
      problems.append("must not start with '..'")
    }
    return problems
  }

  private static let nameRule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    + "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

  private static func isLabel(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, first != UInt8(ascii: "-"),
      last != UInt8(ascii: "-")
    else { return false }
    return bytes.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
  }

  private static func isName(_ bytes: Substring.UTF8View) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first),
      isAlphanumeric(last)
    else { return false }
    return bytes.allSatisfy { isAlphanumeric($0) || "-._".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
  }
}
