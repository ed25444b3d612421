import Foundations

/// The rules of containers.
enum ContainerValidation {
  /// - Parameters:
  ///   - pod: the spec that the container is a part of.
  ///   - volumes: the pod's, by name.
  static func errors(
    _ container: Document, of pod: Document, at path: String, volumes: [String: Document]
  ) -> [FieldError] {
    var errors: [FieldError] = []
    if let name = container["name"], let text = name.string, !text.isEmpty {
      errors += ObjectName.problems(label: text).map { .invalid("\(path).name", name, $0) }
    }
    if container["image"]?.string?.isEmpty ?? true { errors.append(.required("\(path).image")) }
    errors += ports(container["ports"], at: "\(path).ports")
    errors += environment(container["env"], at: "\(path).env")
    errors += sources(container["envFrom"], at: "\(path).envFrom")
    errors += MountValidation.errors(container, volumes, at: path)
    errors += ResourceValidation.errors(
      container["resources"], claims: pod["resourceClaims"], at: "\(path).resources")
    errors += resizePolicy(container["resizePolicy"], of: pod, at: "\(path).resizePolicy")
    errors += SecurityContextValidation.containerErrors(
      container["securityContext"], of: pod, at: "\(path).securityContext")
    return errors
  }

  // MARK: Ports

  private static func ports(_ ports: Document?, at path: String) -> [FieldError] {
    guard let ports else { return [] }
    var errors: [FieldError] = []
    var names: Set<String> = []
    for (position, port) in ports.elements.enumerated() {
      let place = "\(path)[\(position)]"
      if let name = port["name"], let text = name.string, !text.isEmpty {
        let problems = portNameProblems(text)
        errors += problems.map { .invalid("\(place).name", name, $0) }
        if problems.isEmpty, !names.insert(text).inserted {
          errors.append(.duplicate("\(place).name", name))
        }
      }
      errors += portErrors(port["containerPort"], at: "\(place).containerPort")
      if let host = port["hostPort"], host.integer != 0 {
        errors += portErrors(host, at: "\(place).hostPort")
      }
    }
    return errors
  }

  static func portErrors(_ port: Document?, at path: String) -> [FieldError] {
    guard let port else { return [] }
    if let number = port.integer, (1...65535).contains(number) { return [] }
    return [.invalid(path, port, "must be between 1 and 65535, inclusive")]
  }

  /// A number, or the name of a container's port.
  static func portOrNameErrors(_ port: Document?, at path: String) -> [FieldError] {
    guard let port, let name = port.string else { return portErrors(port, at: path) }
    return portNameProblems(name).map { .invalid(path, port, $0) }
  }

  /// Source: RFC 6335, section 5.1.
  static func portNameProblems(_ name: String) -> [String] {
    var problems: [String] = []
    if name.utf8.count > 15 { problems.append("must be no more than 15 characters") }
    let bytes = Array(name.utf8)
    let isPlain = bytes.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    if !isPlain {
      problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    }
    if !bytes.contains(where: { (0x61...0x7A).contains($0) }) {
      problems.append("must contain at least one letter (a-z)")
    }
    if name.contains("--") { problems.append("must not contain consecutive hyphens") }
    if name.hasPrefix("-") || name.hasSuffix("-") {
      problems.append("must not begin or end with a hyphen")
    }
    return problems
  }

  // MARK: Environment

  private static func environment(_ variables: Document?, at path: String) -> [FieldError] {
    guard let variables else { return [] }
    var errors: [FieldError] = []
    for (position, variable) in variables.elements.enumerated() {
      let place = "\(path)[\(position)]"
      errors += variableNameErrors(variable["name"], at: "\(place).name")
      guard let source = variable["valueFrom"] else { continue }
      errors += sourceErrors(source, at: "\(place).valueFrom")
      let count = source.count
      if count == 0 {
        errors.append(
          .invalid(
            "\(place).valueFrom", "",
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, "
              + "`secretKeyRef` or `fileKeyRef`"))
      } else if variable["value"]?.string?.isEmpty == false {
        errors.append(
          .invalid("\(place).valueFrom", "", "may not be specified when `value` is not empty"))
      } else if count > 1 {
        errors.append(
          .invalid(
            "\(place).valueFrom", "", "may not have more than one field specified at a time"))
      }
    }
    return errors
  }

  private static func variableNameErrors(_ name: Document?, at path: String) -> [FieldError] {
    guard let name, let text = name.string,
      text.contains("=") || !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else { return [] }
    return [
      .invalid(
        path, name,
        "a valid environment variable name must consist only of printable ASCII characters other "
          + "than '='")
    ]
  }

  private static func sourceErrors(_ source: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let field = source["fieldRef"] {
      errors += DownwardFieldValidation.errors(
        field, allowed: DownwardFieldValidation.environment, at: "\(path).fieldRef")
    }
    if let resource = source["resourceFieldRef"] {
      errors += DownwardFieldValidation.resourceErrors(resource, at: "\(path).resourceFieldRef")
    }
    for kind in ["configMapKeyRef", "secretKeyRef"] {
      guard let reference = source[kind] else { continue }
      let name = reference["name"]?.string ?? ""
      errors += ObjectName.problems(subdomain: name).map {
        .invalid("\(path).\(kind).name", Document(name), $0)
      }
      if let key = reference["key"], let text = key.string, !text.isEmpty {
        errors += ObjectName.problems(configKey: text).map {
          .invalid("\(path).\(kind).key", key, $0)
        }
      }
    }
    if let file = source["fileKeyRef"] {
      errors += variableNameErrors(file["key"], at: "\(path).fileKeyRef.key")
      errors += ReferenceRule.label(file["volumeName"], at: "\(path).fileKeyRef.volumeName")
      if let target = file["path"] {
        errors += VolumeValidation.backstepErrors(target, at: "\(path).fileKeyRef.path")
      }
    }
    return errors
  }

  private static func sources(_ sources: Document?, at path: String) -> [FieldError] {
    (sources ?? .emptyArray).elements.enumerated().flatMap { position, source -> [FieldError] in
      let place = "\(path)[\(position)]"
      var errors = variableNameErrors(source["prefix"], at: "\(place).prefix")
      let kinds = ["configMapRef", "secretRef"].filter { source[$0] != nil }
      for kind in kinds {
        let name = source[path: kind, "name"]
        if name?.string?.isEmpty ?? true { errors.append(.required("\(place).\(kind).name")) }
        errors += ReferenceRule.subdomain(name, at: "\(place).\(kind).name")
      }
      if kinds.count != 1 {
        errors.append(
          .invalid(
            path, "",
            kinds.isEmpty
              ? "must specify one of: `configMapRef` or `secretRef`"
              : "may not have more than one field specified at a time"))
      }
      return errors
    }
  }

  // MARK: Resizing

  private static func resizePolicy(_ policies: Document?, of pod: Document, at path: String)
    -> [FieldError]
  {
    let isOnce = pod["restartPolicy"]?.string == "Never"
    var seen: Set<String> = []
    return (policies ?? .emptyArray).elements.enumerated().flatMap {
      position, policy -> [FieldError] in
      let resource = policy["resourceName"]?.string ?? ""
      let restart = policy["restartPolicy"]?.string ?? ""
      var errors =
        choiceErrors(resource, ["cpu", "memory"], at: path)
        + choiceErrors(restart, ["NotRequired", "RestartContainer"], at: path)
      if isOnce, restart != "NotRequired" {
        errors.append(
          .invalid(
            path, Document(restart),
            "must be 'NotRequired' when pod `restartPolicy` is 'Never'"))
      }
      if !seen.insert(resource).inserted {
        errors.append(.duplicate("\(path)[\(position)]", Document(resource)))
      }
      return errors
    }
  }

  private static func choiceErrors(_ text: String, _ allowed: [String], at path: String)
    -> [FieldError]
  {
    if text.isEmpty { return [.required(path)] }
    return allowed.contains(text) ? [] : [.notSupported(path, text, allowed)]
  }
}
