import Foundations

/// The rules of fields that name something: other objects, drivers, resources.
/// Source: upstream's `apimachinery/pkg/util/validation`; its messages.
enum ReferenceRule {
  /// Source: upstream's `ValidateCSIDriverName`.
  private static let driverByteCountMax = 63

  /// What a rule for names says of a field; an absent or empty field is somebody else's business.
  static func errors(
    _ value: Document?, at path: String, _ problems: (String) -> [String]
  ) -> [FieldError] {
    guard let value, let text = value.string, !text.isEmpty else { return [] }
    return problems(text).map { .invalid(path, value, $0) }
  }

  static func subdomain(_ value: Document?, at path: String) -> [FieldError] {
    errors(value, at: path) { ObjectName.problems(subdomain: $0) }
  }

  static func label(_ value: Document?, at path: String) -> [FieldError] {
    errors(value, at: path) { ObjectName.problems(label: $0) }
  }

  static func qualifiedName(_ value: Document?, at path: String) -> [FieldError] {
    errors(value, at: path) { ObjectName.problems(qualifiedName: $0) }
  }

  /// Anything that can be one piece of a path.
  static func pathSegment(_ value: Document?, at path: String) -> [FieldError] {
    errors(value, at: path, NameRule.pathSegment.problems)
  }

  /// A name by which a storage driver is known.
  static func driver(_ value: Document?, at path: String) -> [FieldError] {
    guard let value, let text = value.string, !text.isEmpty else { return [.required(path)] }
    var errors = subdomain(Document(text.lowercased()), at: path).map { error in
      if case .invalid = error.problem {
        FieldError.invalid(path, value, error.detail)
      } else {
        error
      }
    }
    if text.utf8.count > driverByteCountMax {
      errors.append(.tooLong(path, byteCountMax: driverByteCountMax))
    }
    return errors
  }

  /// `example.com/path`.
  static func domainPrefixedPath(_ value: Document?, at path: String) -> [FieldError] {
    guard let value, let text = value.string, !text.isEmpty else { return [.required(path)] }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      return [
        .invalid(path, value, #"must be a domain-prefixed path (such as "acme.io/foo")"#)
      ]
    }
    let host = String(parts[0])
    return ObjectName.problems(subdomain: host).map { .invalid(path, Document(host), $0) }
  }
}
