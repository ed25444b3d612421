import Foundations

/// The rules of what a pod refers to by name, and of its own name as a host.
/// Source: Kubernetes API reference, "PodSpec"; upstream's messages.
enum PodNameValidation {
  static func errors(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let rules: [(String, (String) -> [String])] = [
      ("serviceAccountName", ObjectName.problems(subdomain:)),
      ("nodeName", ObjectName.problems(subdomain:)),
      ("hostname", ObjectName.problems(label:)), ("subdomain", ObjectName.problems(label:)),
      ("priorityClassName", ObjectName.problems(subdomain:)),
    ]
    for (member, problems) in rules {
      guard let name = spec[member], let text = name.string, !text.isEmpty else { continue }
      errors += problems(text).map { .invalid("\(path).\(member)", name, $0) }
    }
    errors += MetadataValidation.labels(spec["nodeSelector"], at: "\(path).nodeSelector")
    if let name = spec["runtimeClassName"] {
      errors += ObjectName.problems(subdomain: name.string ?? "").map {
        .invalid("\(path).runtimeClassName", name, $0)
      }
    }
    return errors + hostnameErrors(spec, at: path)
  }

  /// The longest host name that Linux takes.
  private static let hostnameByteCountMax = 64

  private static func hostnameErrors(_ spec: Document, at path: String) -> [FieldError] {
    guard let name = spec["hostnameOverride"], let text = name.string else { return [] }
    let place = "\(path).hostnameOverride"
    var errors: [FieldError] = []
    for member in ["setHostnameAsFQDN", "hostNetwork"] where spec[member]?.bool == true {
      errors.append(.forbidden(place, "may not be specified when \(member) is true"))
    }
    if text.utf8.count > hostnameByteCountMax {
      errors.append(.tooLong(place, byteCountMax: hostnameByteCountMax))
    }
    return errors + ObjectName.problems(subdomain: text).map { .invalid(place, name, $0) }
  }
}
