import Foundations

/// The formats of strings that a schema may name. Those that are not known here hold for any string, as
/// upstream has it.
/// Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions",
/// "Formats"; RFC 3339, RFC 4122.
enum ValueFormat {
  static func isKnown(_ format: String) -> Bool { rules[name(format)] != nil }

  static func matches(_ format: String, _ text: String) -> Bool {
    rules[name(format)]?(text) ?? true
  }

  /// `date-time` and `datetime` are one.
  private static func name(_ format: String) -> String { format.filter { $0 != "-" } }

  private static let rules: [String: @Sendable (String) -> Bool] = [
    "ipv4": { IPAddress($0) != nil && !$0.contains(":") },
    "ipv6": { IPAddress($0) != nil && $0.contains(":") },
    "cidr": { CIDR($0) != nil },
    "mac": pattern("^([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2}[:-]?){1,3}$"),
    "uuid": pattern("(?i)^[0-9A-F]{8}-?[0-9A-F]{4}-?[0-9A-F]{4}-?[0-9A-F]{4}-?[0-9A-F]{12}$"),
    "uuid3": pattern("(?i)^[0-9A-F]{8}-?[0-9A-F]{4}-?3[0-9A-F]{3}-?[0-9A-F]{4}-?[0-9A-F]{12}$"),
    "uuid4": pattern(
      "(?i)^[0-9A-F]{8}-?[0-9A-F]{4}-?4[0-9A-F]{3}-?[89AB][0-9A-F]{3}-?[0-9A-F]{12}$"),
    "uuid5": pattern(
      "(?i)^[0-9A-F]{8}-?[0-9A-F]{4}-?5[0-9A-F]{3}-?[89AB][0-9A-F]{3}-?[0-9A-F]{12}$"),
    "byte": pattern(
      "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})?$"),
    "date": pattern("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
    "datetime": { Timestamp($0) != nil },
    "duration": pattern("^[-+]?([0-9]+(\\.[0-9]*)?\\s*(ns|us|µs|μs|ms|s|m|h|d|w)\\s*)+$|^0$"),
    "email": pattern("^[^@\\s]+@[^@\\s]+$"),
    "hostname": pattern(
      "^([a-zA-Z0-9\\p{L}]([a-zA-Z0-9\\p{L}-]{0,61}[a-zA-Z0-9\\p{L}])?)"
        + "(\\.[a-zA-Z0-9\\p{L}]([a-zA-Z0-9\\p{L}-]{0,61}[a-zA-Z0-9\\p{L}])?)*\\.?$"),
    "uri": pattern("^[a-zA-Z][a-zA-Z0-9+.-]*:[^\\s]*$|^/[^\\s]*$"),
    "hexcolor": pattern("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
    "k8sshortname": { ObjectName.problems(label: $0).isEmpty },
    "k8slongname": { ObjectName.problems(subdomain: $0).isEmpty },
  ]

  private static func pattern(_ text: String) -> @Sendable (String) -> Bool {
    // A constant of this file, which the tests run each of.
    guard let expression = try? RegularExpression(text) else {
      preconditionFailure("\(text) is no pattern")
    }
    return { expression.matches($0) }
  }
}
