import Foundations

/// The rules of ingresses.
/// Source: Kubernetes documentation, "Ingress"; upstream's messages.
enum IngressValidation {
  private static let pathTypes = ["Exact", "ImplementationSpecific", "Prefix"]
  /// What no path holds, so that it cannot be read in two ways.
  private static let foulParts = ["//", "/./", "/../", "%2f", "%2F"]
  private static let foulEnds = ["/..", "/."]

  static func errors(_ ingress: Document) -> [FieldError] {
    let spec = ingress["spec"] ?? .emptyObject
    var errors: [FieldError] = []
    if spec["defaultBackend"] == nil && spec["rules"]?.isEmpty ?? true {
      errors.append(
        .invalid(
          "spec", spec["rules"], "either `defaultBackend` or `rules` must be specified"))
    }
    if let backend = spec["defaultBackend"] {
      errors += backendErrors(backend, at: "spec.defaultBackend")
    }
    for (position, rule) in (spec["rules"] ?? .emptyArray).elements.enumerated() {
      errors += ruleErrors(rule, at: "spec.rules[\(position)]")
    }
    for (position, entry) in (spec["tls"] ?? .emptyArray).elements.enumerated() {
      errors += certificateErrors(entry, at: "spec.tls[\(position)]")
    }
    if let name = spec["ingressClassName"] {
      errors += ObjectName.problems(subdomain: name.string ?? "").map {
        .invalid("spec.ingressClassName", name, $0)
      }
    }
    return errors
  }

  /// The class as it was named before there was a field for it.
  private static let classAnnotation = "kubernetes.io/ingress.class"

  static func createErrors(_ ingress: Document) -> [FieldError] {
    guard let old = ingress[path: "metadata", "annotations", classAnnotation],
      let name = ingress[path: "spec", "ingressClassName"], name != old
    else { return [] }
    return [
      .invalid(
        "annotations.\(classAnnotation)", old,
        "must match `ingressClassName` when both are specified")
    ]
  }

  private static func ruleErrors(_ rule: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let host = rule["host"], let text = host.string, !text.isEmpty {
      if IPAddress(text) != nil {
        errors.append(
          .invalid("\(path).host", host, "must be a DNS name, not an IP address"))
      }
      errors += hostErrors(host, at: "\(path).host")
    }
    guard let http = rule["http"] else { return errors }
    let paths = http["paths"] ?? .emptyArray
    if paths.isEmpty { errors.append(.required("\(path).http.paths")) }
    for (number, entry) in paths.elements.enumerated() {
      errors += pathErrors(entry, at: "\(path).http.paths[\(number)]")
    }
    return errors
  }

  /// A name of the DNS, or `*.` before one.
  private static func hostErrors(_ host: Document, at path: String) -> [FieldError] {
    let text = host.string ?? ""
    guard text.contains("*") else {
      return ObjectName.problems(subdomain: text).map { .invalid(path, host, $0) }
    }
    let isGood =
      text.hasPrefix("*.") && ObjectName.problems(subdomain: String(text.dropFirst(2))).isEmpty
    return isGood ? [] : [.invalid(path, host, wildcardProblem)]
  }

  private static let wildcardProblem =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which "
    + "must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric "
    + "character (e.g. '*.example.com', regex used for validation is "
    + #"'\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#

  private static func certificateErrors(_ entry: Document, at path: String) -> [FieldError] {
    (entry["hosts"] ?? .emptyArray).elements.enumerated().flatMap { position, host in
      hostErrors(host, at: "\(path).hosts[\(position)]")
    } + ReferenceRule.subdomain(entry["secretName"], at: "\(path).secretName")
  }

  private static func pathErrors(_ entry: Document, at path: String) -> [FieldError] {
    guard let kind = entry["pathType"] else {
      return [.required("\(path).pathType", "pathType must be specified")]
    }
    var errors: [FieldError] = []
    let value = entry["path"] ?? ""
    let text = value.string ?? ""
    switch kind.string {
    case "Exact", "Prefix":
      if !text.hasPrefix("/") {
        errors.append(.invalid("\(path).path", value, "must be an absolute path"))
      }
      errors += foulParts.filter(text.contains).map {
        .invalid("\(path).path", value, "must not contain '\($0)'")
      }
      errors += foulEnds.filter(text.hasSuffix).map {
        .invalid("\(path).path", value, "cannot end with '\($0)'")
      }
    case "ImplementationSpecific":
      if !text.isEmpty, !text.hasPrefix("/") {
        errors.append(.invalid("\(path).path", value, "must be an absolute path"))
      }
    default:
      errors.append(.notSupported("\(path).pathType", kind.string ?? "", pathTypes))
    }
    return errors + backendErrors(entry["backend"] ?? .emptyObject, at: "\(path).backend")
  }

  private static func backendErrors(_ backend: Document, at path: String) -> [FieldError] {
    switch (backend["service"], backend["resource"]) {
    case (.some, .some):
      return [.invalid(path, "", "cannot set both resource and service backends")]
    case (nil, nil): return [.invalid(path, "", "resource or service backend is required")]
    case (nil, let resource?): return resourceErrors(resource, at: "\(path).resource")
    case (let service?, nil): return serviceErrors(service, at: path)
    }
  }

  private static func serviceErrors(_ service: Document, at path: String) -> [FieldError] {
    let place = "\(path).service"
    var errors: [FieldError] = []
    if service["name"]?.string?.isEmpty ?? true { errors.append(.required("\(place).name")) }
    errors += ReferenceRule.label(service["name"], at: "\(place).name")
    let port = service["port"] ?? .emptyObject
    let hasNumber = port["number"]?.integer ?? 0 != 0
    let hasName = port["name"]?.string?.isEmpty == false
    switch (hasName, hasNumber) {
    case (true, true):
      errors.append(.invalid(path, "", "cannot set both port name & port number"))
    case (true, false):
      errors += ReferenceRule.errors(
        port["name"], at: "\(place).port.name", ContainerValidation.portNameProblems)
    case (false, true):
      errors += ContainerValidation.portErrors(port["number"], at: "\(place).port.number")
    case (false, false): errors.append(.required(path, "port name or number is required"))
    }
    return errors
  }

  /// Another object of the namespace.
  static func resourceErrors(_ reference: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let group = reference["apiGroup"] {
      errors += ObjectName.problems(subdomain: group.string ?? "").map {
        .invalid("\(path).apiGroup", group, $0)
      }
    }
    for member in ["kind", "name"] {
      if reference[member]?.string?.isEmpty ?? true {
        errors.append(.required("\(path).\(member)"))
      }
      errors += ReferenceRule.pathSegment(reference[member], at: "\(path).\(member)")
    }
    return errors
  }

  // MARK: Classes

  private static let controllerByteCountMax = 250

  static func classErrors(_ object: Document) -> [FieldError] {
    let spec = object["spec"] ?? .emptyObject
    let place = "spec.controller"
    var errors = ReferenceRule.domainPrefixedPath(spec["controller"], at: place)
    if let text = spec["controller"]?.string, text.utf8.count > controllerByteCountMax {
      errors.append(.tooLong(place, byteCountMax: controllerByteCountMax))
    }
    guard let parameters = spec["parameters"] else { return errors }
    return errors + resourceErrors(parameters, at: "spec.parameters")
      + scopeErrors(parameters, at: "spec.parameters")
  }

  private static func scopeErrors(_ parameters: Document, at path: String) -> [FieldError] {
    guard let scope = parameters["scope"] else { return [.required("\(path).scope")] }
    let namespace = parameters["namespace"]
    switch scope.string {
    case "Namespace":
      guard let namespace else {
        return [
          .required("\(path).namespace", "`parameters.scope` is set to 'Namespace'")
        ]
      }
      return ObjectName.problems(label: namespace.string ?? "").map {
        .invalid("\(path).namespace", namespace, $0)
      }
    case "Cluster":
      if namespace == nil { return [] }
      return [
        .forbidden("\(path).namespace", "`parameters.scope` is set to 'Cluster'")
      ]
    default:
      return [.notSupported("\(path).scope", scope.string ?? "", ["Cluster", "Namespace"])]
    }
  }

  /// Whose class it is stays.
  static func classChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let controllers = [new, old].map { $0[path: "spec", "controller"] }
    if controllers[0] == controllers[1] { return [] }
    return [.invalid("spec.controller", controllers[0], "field is immutable")]
  }
}
