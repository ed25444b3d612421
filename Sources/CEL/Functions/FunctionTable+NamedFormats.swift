import Foundations
import Resources

/// A format that texts are checked against by name.
struct NamedFormat: OpaqueValue, Equatable {
  let name: String
  var typeName: String { "kubernetes.NamedFormat" }

  static let names: Set<String> = [
    "dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix",
    "dns1123SubdomainPrefix", "dns1035LabelPrefix", "labelValue", "uri", "uuid", "byte", "date",
    "datetime",
  ]

  private static let label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
  private static let label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
  private static let word = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

  /// What is wrong with a text; empty where nothing is.
  func problems(_ text: String) -> [String] {
    switch name {
    case "dns1123Label", "dns1123LabelPrefix":
      return Self.checked(
        masked(text), Self.label, bytesMax: 63,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
          + "and must start and end with an alphanumeric character", ["my-name", "123-abc"])
    case "dns1123Subdomain", "dns1123SubdomainPrefix":
      return Self.checked(
        masked(text), "\(Self.label)(\\.\(Self.label))*", bytesMax: 253,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
          + "'.', and must start and end with an alphanumeric character", ["example.com"])
    case "dns1035Label", "dns1035LabelPrefix":
      return Self.checked(
        masked(text), Self.label1035, bytesMax: 63,
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
          + "alphabetic character, and end with an alphanumeric character", ["my-name", "abc-123"])
    case "labelValue":
      return Self.checked(
        text, "(\(Self.word))?", bytesMax: 63,
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
          + "'.', and must start and end with an alphanumeric character",
        ["MyValue", "my_value", "12345"])
    case "qualifiedName": return Self.qualified(text)
    case "uri": return URLValue(text) == nil ? ["invalid URI for request"] : []
    case "uuid":
      return Self.checked(
        text, "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", bytesMax: 36,
        "does not match the UUID format", [])
    case "byte": return Base64.decode(text) == nil ? ["invalid base64"] : []
    case "date": return Timestamp("\(text)T00:00:00Z") == nil ? ["invalid date"] : []
    default: return Timestamp(text) == nil ? ["invalid datetime"] : []
    }
  }

  /// A prefix may end in a dash, since a name is made of it.
  private func masked(_ text: String) -> String {
    name.hasSuffix("Prefix") && text.count > 1 && text.hasSuffix("-") ? "\(text.dropLast())a" : text
  }

  private static func checked(
    _ text: String, _ pattern: String, bytesMax: Int, _ rule: String, _ examples: [String]
  ) -> [String] {
    var problems: [String] = []
    if text.utf8.count > bytesMax { problems.append("must be no more than \(bytesMax) bytes") }
    // The patterns are ours; one that did not compile would refuse every text, and fail the tests.
    let isMatch = (try? RegularExpression("^(?:\(pattern))$"))?.matches(text) == true
    if !isMatch {
      let shown = examples.map { "'\($0)'" }.joined(separator: ",  or ")
      let suffix =
        examples.isEmpty ? "" : " (e.g. \(shown), regex used for validation is '\(pattern)')"
      problems.append(rule + suffix)
    }
    return problems
  }

  private static func qualified(_ text: String) -> [String] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let rule =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
      + "alphanumeric character"
    switch parts.count {
    case 1: return checked(parts[0], word, bytesMax: 63, "name part \(rule)", ["MyName"])
    case 2:
      if parts[0].isEmpty { return ["prefix part must be non-empty"] }
      let prefix = NamedFormat(name: "dns1123Subdomain").problems(parts[0])
      return prefix.map { "prefix part \($0)" }
        + checked(parts[1], word, bytesMax: 63, "name part \(rule)", ["MyName"])
    default: return ["a qualified name \(rule) with an optional DNS subdomain prefix and '/'"]
    }
  }
}

/// Source: Kubernetes documentation, "CEL", format library.
extension FunctionTable {
  mutating func addNamedFormats() {
    let type = CELType.opaque("kubernetes.NamedFormat")
    for name in NamedFormat.names {
      global("format.\(name)", [], type) { _, _ in .opaque(NamedFormat(name: name)) }
    }
    global("format.named", [.string], .optional(type)) { a, _ in
      let name = Self.text(a[0])
      return .optional(NamedFormat.names.contains(name) ? .opaque(NamedFormat(name: name)) : nil)
    }
    member("validate", [type, .string], .optional(.list(.string))) {
      (a, run) throws(EvaluationError) in
      let text = try a[1].asString()
      try run.charge(text.utf8.count)
      let problems = try a[0].asOpaque(NamedFormat.self).problems(text)
      return .optional(problems.isEmpty ? nil : .list(problems.map { .string($0) }))
    }
  }
}
