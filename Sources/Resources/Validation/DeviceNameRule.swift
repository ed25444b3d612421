import Foundations

/// The rules of the names by which devices, and what is said of them, are known.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `QualifiedName`, `ResourcePool`,
/// `DeviceRequest`; upstream's messages.
enum DeviceNameRule {
  private static let identifierByteCountMax = 32
  private static let poolByteCountMax = 253

  /// Of a device, a request or a set of counters: a DNS label, which nothing is not.
  static func label(_ name: Document?, at path: String) -> [FieldError] {
    let text = name?.string ?? ""
    return ObjectName.problems(label: text).map { .invalid(path, Document(text), $0) }
  }

  /// Of a class that has to be named.
  static func deviceClass(_ name: Document?, at path: String) -> [FieldError] {
    name?.string?.isEmpty ?? true ? [.required(path)] : ReferenceRule.subdomain(name, at: path)
  }

  /// DNS subdomains with slashes between.
  static func pool(_ name: Document?, at path: String) -> [FieldError] {
    let text = name?.string ?? ""
    if text.isEmpty { return [.required(path)] }
    var errors: [FieldError] = []
    if text.utf8.count > poolByteCountMax {
      errors.append(.tooLong(path, byteCountMax: poolByteCountMax))
    }
    for part in text.split(separator: "/", omittingEmptySubsequences: false).map(String.init) {
      errors += ObjectName.problems(subdomain: part).map { .invalid(path, Document(part), $0) }
    }
    return errors
  }

  /// `example.com/name`.
  static func fullyQualified(_ name: Document, at path: String) -> [FieldError] {
    let text = name.string ?? ""
    let errors = qualified(text, at: path)
    if text.contains("/") { return errors }
    return errors + [
      .invalid(
        path, name, "a fully qualified name must be a domain and a name separated by a slash")
    ]
  }

  /// A name, or a domain and a name: the driver's own domain goes without saying. As upstream does,
  /// names with more than one slash are let through.
  static func qualified(_ text: String, at path: String) -> [FieldError] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1: return identifierErrors(parts[0], at: path)
    case 2:
      let domain: [FieldError] =
        parts[0].isEmpty
        ? [.invalid(path, "", "the domain must not be empty")]
        : ReferenceRule.driver(Document(parts[0]), at: path)
      let name: [FieldError] =
        parts[1].isEmpty
        ? [.invalid(path, "", "the name must not be empty")]
        : identifierErrors(parts[1], at: path)
      return domain + name
    default: return []
    }
  }

  private static func identifierErrors(_ name: String, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if name.utf8.count > identifierByteCountMax {
      errors.append(.tooLong(path, byteCountMax: identifierByteCountMax))
    }
    let bytes = Array(name.utf8)
    let isGood =
      bytes.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "_")
      } && !bytes.isEmpty && !(0x30...0x39).contains(bytes[0])
    if !isGood {
      errors.append(
        .invalid(
          path, Document(name),
          "a valid C identifier must start with alphabetic character or '_', followed by a string of "
            + "alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used "
            + "for validation is '[A-Za-z_][A-Za-z0-9_]*')"))
    }
    return errors
  }
}
