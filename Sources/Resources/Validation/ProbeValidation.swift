/// The rules of probes and lifecycle hooks.
enum ProbeValidation {
  private static let probes = ["livenessProbe", "readinessProbe", "startupProbe"]

  /// - Parameters:
  ///   - pod: the spec that the container is a part of.
  ///   - list: the container's, by its member's name.
  static func errors(_ container: Document, of pod: Document, list: String, at path: String)
    -> [FieldError]
  {
    let isBrief = list == "initContainers" && container["restartPolicy"]?.string != "Always"
    if list == "ephemeralContainers" { return [] }
    if isBrief {
      // What ends before the pod starts is not probed, and hooks into nothing.
      return (["lifecycle"] + probes).filter { container[$0] != nil }.map {
        .forbidden(
          "\(path).\($0)", "may not be set for init containers without restartPolicy=Always")
      }
    }
    return lifecycleErrors(container["lifecycle"], of: pod, at: "\(path).lifecycle")
      + probes.flatMap { errors(container[$0], $0, at: "\(path).\($0)") }
  }

  private static func lifecycleErrors(_ lifecycle: Document?, of pod: Document, at path: String)
    -> [FieldError]
  {
    guard let lifecycle else { return [] }
    let grace = max(pod["terminationGracePeriodSeconds"]?.integer ?? 30, 0)
    var errors: [FieldError] = []
    for hook in ["postStart", "preStop"] {
      guard let handler = lifecycle[hook] else { continue }
      let place = "\(path).\(hook)"
      errors += handlerErrors(
        handler, among: ["exec", "httpGet", "tcpSocket", "sleep"], at: place)
      guard let seconds = handler[path: "sleep", "seconds"],
        !(0...grace).contains(seconds.integer ?? 0)
      else { continue }
      errors.append(
        .invalid(
          "\(place).sleep", seconds,
          "must be non-negative and less than terminationGracePeriodSeconds (\(grace))"))
    }
    return errors
  }

  private static func errors(_ probe: Document?, _ name: String, at path: String) -> [FieldError] {
    guard let probe else { return [] }
    var errors = handlerErrors(probe, among: ["exec", "httpGet", "tcpSocket", "grpc"], at: path)
    for member in [
      "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold",
      "failureThreshold",
    ] {
      guard let value = probe[member], value.integer ?? 0 < 0 else { continue }
      errors.append(
        .invalid("\(path).\(member)", value, "must be greater than or equal to 0"))
    }
    if name != "readinessProbe", let threshold = probe["successThreshold"], threshold.integer != 1,
      threshold.integer != 0
    {
      errors.append(.invalid("\(path).successThreshold", threshold, "must be 1"))
    }
    if let grace = probe["terminationGracePeriodSeconds"] {
      let place = "\(path).terminationGracePeriodSeconds"
      if name == "readinessProbe" {
        errors.append(.invalid(place, grace, "must not be set for readinessProbes"))
      } else if grace.integer ?? 0 <= 0 {
        errors.append(.invalid(place, grace, "must be greater than 0"))
      }
    }
    return errors
  }

  private static func headerErrors(_ name: Document?, at path: String) -> [FieldError] {
    let bytes = Array((name?.string ?? "").utf8)
    let isGood =
      !bytes.isEmpty
      && bytes.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "-")
      }
    if isGood { return [] }
    return [
      .invalid(
        path, name ?? "",
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. "
          + "'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')")
    ]
  }

  /// Exactly one of the ways to ask a container.
  static func handlerErrors(_ handler: Document, among kinds: [String], at path: String)
    -> [FieldError]
  {
    let found = kinds.filter { handler[$0] != nil }
    guard let kind = found.first else {
      return [.required(path, "must specify a handler type")]
    }
    var errors = found.dropFirst().map {
      FieldError.forbidden("\(path).\($0)", "may not specify more than 1 handler type")
    }
    guard let action = handler[kind] else { return errors }
    let place = "\(path).\(kind)"
    switch kind {
    case "exec":
      if action["command"]?.isEmpty ?? true { errors.append(.required("\(place).command")) }
    case "httpGet":
      if action["path"]?.string?.isEmpty ?? true { errors.append(.required("\(place).path")) }
      for header in (action["httpHeaders"] ?? .emptyArray).elements {
        errors += headerErrors(header["name"], at: "\(place).httpHeaders")
      }
      errors += ContainerValidation.portOrNameErrors(action["port"] ?? 0, at: "\(place).port")
    case "tcpSocket":
      errors += ContainerValidation.portOrNameErrors(action["port"] ?? 0, at: "\(place).port")
    case "grpc": errors += ContainerValidation.portErrors(action["port"] ?? 0, at: "\(place).port")
    default: break
    }
    return errors
  }
}
