import Foundations

/// The rules of the names by which attributes and capacities of devices are known.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `QualifiedName`; upstream's messages.
enum DeviceNameRule {
  private static let domainByteCountMax = 63
  private static let identifierByteCountMax = 32

  /// `example.com/name`.
  static func fullyQualified(_ name: Document, at path: String) -> [FieldError] {
    let text = name.string ?? ""
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2 else {
      return errors(text, at: path, shown: name) + [
        .invalid(
          path, name, "a fully qualified name must be a domain and a name separated by a slash")
      ]
    }
    return errors(text, at: path, shown: name)
  }

  /// A name, or a domain and a name: the driver's own domain goes without saying.
  /// - Parameter shown: what the field holds.
  static func errors(_ text: String, at path: String, shown: Document) -> [FieldError] {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1: return identifierErrors(parts[0], at: path)
    case 2:
      var errors: [FieldError] = []
      if parts[0].isEmpty {
        errors.append(.required(path, "the domain must not be empty"))
      } else {
        errors += ObjectName.problems(subdomain: parts[0]).map {
          .invalid(path, Document(parts[0]), $0)
        }
        if parts[0].utf8.count > domainByteCountMax {
          errors.append(.tooLong(path, byteCountMax: domainByteCountMax))
        }
      }
      if parts[1].isEmpty {
        return errors + [.required(path, "the name must not be empty")]
      }
      return errors + identifierErrors(parts[1], at: path)
    default:
      return [
        .invalid(
          path, shown,
          "must be either a C identifier or a DNS subdomain followed by a slash and a C identifier")
      ]
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
