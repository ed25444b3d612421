import Foundations

/// The rules of APIServices.
/// Source: upstream's messages.
enum APIServiceValidation {
  static func errors(_ apiService: Document) -> [FieldError] {
    let spec = apiService["spec"] ?? .emptyObject
    let group = spec["group"]?.string ?? ""
    let version = spec["version"]?.string ?? ""
    var errors: [FieldError] = []
    // That there is none is told for all kinds.
    if let name = apiService[path: "metadata", "name"], let text = name.string, !text.isEmpty,
      text != "\(version).\(group)"
    {
      errors.append(
        .invalid(
          "metadata.name", name, "must be `spec.version+\".\"+spec.group`: \"\(version).\(group)\"")
      )
    }
    if group.isEmpty {
      if version != "v1" {
        errors.append(
          .required(
            "spec.group", "only v1 may have an empty group and it better be legacy kube"))
      }
    } else {
      errors += ObjectName.problems(subdomain: group).map {
        .invalid("spec.group", Document(group), $0)
      }
    }
    errors += ObjectName.problems(label: version).map {
      .invalid("spec.version", Document(version), $0)
    }
    for (member, max) in [("groupPriorityMinimum", 20000), ("versionPriority", 1000)]
    where !(1...max).contains(spec[member]?.integer ?? 0) {
      errors.append(
        .invalid("spec.\(member)", spec[member] ?? 0, "must be positive and less than \(max)"))
    }
    return errors + trustErrors(spec) + serviceErrors(spec["service"])
  }

  private static func trustErrors(_ spec: Document) -> [FieldError] {
    let byteCount = spec["caBundle"]?.base64Bytes?.count ?? 0
    let skips = spec["insecureSkipTLSVerify"]?.bool ?? false
    var errors: [FieldError] = []
    if spec["service"]?.isObject != true {
      if byteCount > 0 {
        errors.append(
          .invalid(
            "spec.caBundle", Document("\(byteCount) bytes"),
            "local APIServices may not have a caBundle"))
      }
      if skips {
        errors.append(
          .invalid(
            "spec.insecureSkipTLSVerify", true,
            "local APIServices may not have insecureSkipTLSVerify"))
      }
    } else if skips && byteCount > 0 {
      errors.append(
        .invalid(
          "spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present"))
    }
    return errors
  }

  private static func serviceErrors(_ service: Document?) -> [FieldError] {
    guard let service, service.isObject else { return [] }
    var errors: [FieldError] = []
    for member in ["namespace", "name"] where service[member]?.string?.isEmpty ?? true {
      errors.append(.required("spec.service.\(member)"))
    }
    if let port = service["port"], !(1...65535).contains(port.integer ?? 0) {
      errors.append(
        .invalid(
          "spec.service.port", port,
          "port is not valid: must be between 1 and 65535, inclusive"))
    }
    return errors
  }
}
