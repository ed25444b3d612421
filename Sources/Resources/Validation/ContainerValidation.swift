import Foundations

/// The rules of containers.
enum ContainerValidation {
  /// - Parameter volumes: the names of the pod's volumes.
  static func errors(_ container: Document, at path: String, volumes: Set<String>) -> [FieldError] {
    var errors: [FieldError] = []
    if let name = container["name"], let text = name.string, !text.isEmpty {
      errors += ObjectName.problems(label: text).map { .invalid("\(path).name", name, $0) }
    }
    let image = container["image"]?.string ?? ""
    if image.isEmpty {
      errors.append(.required("\(path).image"))
    } else if image.first?.isWhitespace == true || image.last?.isWhitespace == true {
      errors.append(
        .invalid("\(path).image", Document(image), "must not have leading or trailing whitespace"))
    }
    errors += ports(container["ports"], at: "\(path).ports")
    errors += environment(container["env"], at: "\(path).env")
    errors += sources(container["envFrom"], at: "\(path).envFrom")
    errors += mounts(container["volumeMounts"], at: "\(path).volumeMounts", volumes)
    errors += devices(container["volumeDevices"], at: "\(path).volumeDevices", volumes)
    errors += propagation(container, at: path)
    errors += ResourceValidation.errors(container["resources"], at: "\(path).resources")
    errors += resizePolicy(container["resizePolicy"], at: "\(path).resizePolicy")
    errors += SecurityContextValidation.containerErrors(
      container["securityContext"], at: "\(path).securityContext")
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
      errors += ProbeValidation.errors(container[probe], probe, at: "\(path).\(probe)")
    }
    for hook in ["postStart", "preStop"] {
      let place = "\(path).lifecycle.\(hook)"
      if let handler = container[path: "lifecycle", hook] {
        errors += ProbeValidation.handlerErrors(
          handler, among: ["exec", "httpGet", "tcpSocket", "sleep"], at: place)
      }
    }
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
        errors += portNameProblems(text).map { .invalid("\(place).name", name, $0) }
        if !names.insert(text).inserted { errors.append(.duplicate("\(place).name", name)) }
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
      if let name = variable["name"], let text = name.string, !text.isEmpty,
        text.contains("=") || !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
      {
        errors.append(
          .invalid(
            "\(place).name", name,
            "a valid environment variable name must consist only of printable ASCII characters "
              + "other than '='"))
      }
      guard let source = variable["valueFrom"] else { continue }
      let count = source.members.reduce(0) { count, _ in count + 1 }
      if count != 1 {
        errors.append(
          .invalid(
            "\(place).valueFrom", "",
            count == 0
              ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, "
                + "`secretKeyRef` or `fileKeyRef`"
              : "may not have more than one field specified at a time"))
      }
      errors += sourceErrors(source, at: "\(place).valueFrom")
      if variable["value"]?.string?.isEmpty == false {
        errors.append(
          .invalid("\(place).valueFrom", "", "may not be specified when `value` is not empty"))
      }
    }
    return errors
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
    return errors
  }

  private static func sources(_ sources: Document?, at path: String) -> [FieldError] {
    guard let sources else { return [] }
    return sources.elements.enumerated().flatMap { position, source -> [FieldError] in
      let place = "\(path)[\(position)]"
      let kinds = ["configMapRef", "secretRef"].filter { source[$0] != nil }
      guard kinds.count == 1, let kind = kinds.first else {
        return [
          .invalid(
            path, "",
            kinds.isEmpty
              ? "must specify one of: `configMapRef` or `secretRef`"
              : "may not have more than one field specified at a time")
        ]
      }
      guard source[path: kind, "name"]?.string?.isEmpty ?? true else {
        return ReferenceRule.subdomain(source[path: kind, "name"], at: "\(place).\(kind).name")
      }
      return [.required("\(place).\(kind).name")]
    }
  }

  // MARK: Mounts

  private static let mountChoices = [
    ("mountPropagation", ["Bidirectional", "HostToContainer", "None"]),
    ("recursiveReadOnly", ["Disabled", "Enabled", "IfPossible"]),
  ]

  private static func mounts(_ mounts: Document?, at path: String, _ volumes: Set<String>)
    -> [FieldError]
  {
    guard let mounts else { return [] }
    var errors: [FieldError] = []
    var places: Set<String> = []
    for (position, mount) in mounts.elements.enumerated() {
      let place = "\(path)[\(position)]"
      if let name = mount["name"], let text = name.string, !text.isEmpty, !volumes.contains(text) {
        errors.append(.notFound("\(place).name", name))
      }
      for (member, allowed) in Self.mountChoices {
        guard let text = mount[member]?.string, !allowed.contains(text) else { continue }
        errors.append(.notSupported("\(path).\(member)", text, allowed))
      }
      if let target = mount["mountPath"], let text = target.string, !text.isEmpty,
        !places.insert(text).inserted
      {
        errors.append(.invalid("\(place).mountPath", target, "must be unique"))
      }
      if let both = mount["subPathExpr"], both.string?.isEmpty == false,
        mount["subPath"]?.string?.isEmpty == false
      {
        errors.append(
          .invalid("\(place).subPathExpr", both, "subPathExpr and subPath are mutually exclusive"))
      }
      for member in ["subPath", "subPathExpr"] {
        guard let inner = mount[member], let text = inner.string, !text.isEmpty else { continue }
        errors += VolumeValidation.descendingPathProblems(text).map {
          .invalid("\(path).\(member)", inner, $0)
        }
      }
    }
    return errors
  }

  private static func devices(_ devices: Document?, at path: String, _ volumes: Set<String>)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    var seen = ["name": Set<String>(), "devicePath": []]
    for (position, device) in (devices ?? .emptyArray).elements.enumerated() {
      let place = "\(path)[\(position)]"
      for member in ["name", "devicePath"] {
        let text = device[member]?.string ?? ""
        if !text.isEmpty, seen[member]?.insert(text).inserted == false {
          errors.append(.invalid("\(place).\(member)", device[member], "must be unique"))
        }
      }
      let name = device["name"] ?? ""
      if !volumes.contains(name.string ?? "") {
        errors.append(.notFound("\(place).name", name))
      }
    }
    return errors
  }

  private static func propagation(_ container: Document, at path: String) -> [FieldError] {
    if container[path: "securityContext", "privileged"]?.bool == true { return [] }
    let mounts = container["volumeMounts"] ?? .emptyArray
    guard mounts.elements.contains(where: { $0["mountPropagation"]?.string == "Bidirectional" })
    else { return [] }
    return [
      .forbidden(
        "\(path).volumeMounts.mountPropagation",
        "Bidirectional mount propagation is available only to privileged containers")
    ]
  }

  private static func resizePolicy(_ policies: Document?, at path: String) -> [FieldError] {
    var seen: Set<String> = []
    return (policies ?? .emptyArray).elements.enumerated().flatMap {
      position, policy -> [FieldError] in
      let resource = policy["resourceName"]?.string ?? ""
      let restart = policy["restartPolicy"]?.string ?? ""
      var errors: [FieldError] = []
      if !["cpu", "memory"].contains(resource) {
        errors.append(.notSupported(path, resource, ["cpu", "memory"]))
      }
      if !["NotRequired", "RestartContainer"].contains(restart) {
        errors.append(
          restart.isEmpty
            ? .required(path) : .notSupported(path, restart, ["NotRequired", "RestartContainer"]))
      }
      if !seen.insert(resource).inserted {
        errors.append(.duplicate("\(path)[\(position)]", Document(resource)))
      }
      return errors
    }
  }
}
