import Foundations

/// The rules of claims of devices, of their templates and of classes of devices. What their
/// expressions say is not looked at here.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation"; upstream's messages.
enum DeviceClaimValidation {
  private static let requestsMax = 32
  private static let alternativesMax = 8
  private static let modes = ["All", "ExactCount"]

  // MARK: Classes

  static func classErrors(_ object: Document) -> [FieldError] {
    let spec = object["spec"] ?? .emptyObject
    var errors = selectorErrors(spec["selectors"], at: "spec.selectors")
    for (position, config) in (spec["config"] ?? .emptyArray).elements.enumerated() {
      errors += configErrors(config, at: "spec.config[\(position)]")
    }
    if let name = spec["extendedResourceName"], !isExtended(name.string ?? "") {
      errors.append(
        .invalid("spec.extendedResourceName", name, "must be a valid extended resource name"))
    }
    return errors
  }

  private static func isExtended(_ name: String) -> Bool {
    name.contains("/") && !name.contains("kubernetes.io/") && !name.hasPrefix("requests.")
      && ObjectName.problems(qualifiedName: "requests.\(name)").isEmpty
  }

  // MARK: Claims

  /// - Parameter path: where the claim's `spec` stands.
  static func errors(_ spec: Document?, at path: String) -> [FieldError] {
    let devices = spec?["devices"] ?? .emptyObject
    let place = "\(path).devices"
    let requests = (devices["requests"] ?? .emptyArray).elements.map { $0 }
    var errors: [FieldError] = []
    if requests.count > requestsMax {
      errors.append(.tooMany("\(place).requests", count: requests.count, max: requestsMax))
    }
    var names: Set<String> = []
    for (position, request) in requests.enumerated() {
      let inner = "\(place).requests[\(position)]"
      errors += requestErrors(request, at: inner)
      let name = request["name"]?.string ?? ""
      if !names.insert(name).inserted { errors.append(.duplicate(inner, Document(name))) }
    }
    let known = names.union(
      requests.flatMap { request in
        (request["firstAvailable"] ?? .emptyArray).elements.map {
          "\(request["name"]?.string ?? "")/\($0["name"]?.string ?? "")"
        }
      })
    for (position, constraint) in (devices["constraints"] ?? .emptyArray).elements.enumerated() {
      errors += constraintErrors(constraint, known, at: "\(place).constraints[\(position)]")
    }
    for (position, config) in (devices["config"] ?? .emptyArray).elements.enumerated() {
      let inner = "\(place).config[\(position)]"
      errors += referenceErrors(config["requests"], known, at: "\(inner).requests")
      errors += configErrors(config, at: inner)
    }
    return errors
  }

  /// What is claimed stays.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    if new["spec"] == old["spec"] { return [] }
    return [.invalid("spec", new["spec"], "field is immutable")]
  }

  private static func requestErrors(_ request: Document, at path: String) -> [FieldError] {
    var errors = ReferenceRule.label(request["name"], at: "\(path).name")
    let exact = request["exactly"]
    let choices = request["firstAvailable"].flatMap { $0.isEmpty ? nil : $0 }
    switch (exact, choices) {
    case (nil, nil):
      errors.append(
        .required(path, "exactly one of `exactly` or `firstAvailable` is required"))
    case (.some, .some):
      errors.append(
        .invalid(
          path, nil,
          "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set"))
    case (let exact?, nil): errors += amountErrors(exact, at: "\(path).exactly")
    case (nil, let choices?):
      if choices.count > alternativesMax {
        errors.append(
          .tooMany("\(path).firstAvailable", count: choices.count, max: alternativesMax))
      }
      var names: Set<String> = []
      for (position, choice) in choices.elements.enumerated() {
        let place = "\(path).firstAvailable[\(position)]"
        errors += ReferenceRule.label(choice["name"], at: "\(place).name")
        errors += amountErrors(choice, at: place)
        if !names.insert(choice["name"]?.string ?? "").inserted {
          errors.append(.duplicate(place, choice["name"]))
        }
      }
    }
    return errors
  }

  /// Of which class, and how many.
  private static func amountErrors(_ request: Document, at path: String) -> [FieldError] {
    var errors = ReferenceRule.subdomain(request["deviceClassName"], at: "\(path).deviceClassName")
    errors += selectorErrors(request["selectors"], at: "\(path).selectors")
    let count = request["count"]?.integer ?? 0
    switch request["allocationMode"]?.string ?? "" {
    case "All":
      if count != 0 {
        errors.append(
          .invalid(
            "\(path).count", request["count"], "must not be specified when allocationMode is 'All'")
        )
      }
    case "ExactCount":
      if count <= 0 {
        errors.append(.invalid("\(path).count", request["count"] ?? 0, "must be greater than zero"))
      }
    case let mode: errors.append(.notSupported("\(path).allocationMode", mode, modes))
    }
    for (position, toleration) in (request["tolerations"] ?? .emptyArray).elements.enumerated() {
      errors += ReferenceRule.qualifiedName(
        toleration["key"], at: "\(path).tolerations[\(position)].key")
    }
    return errors
  }

  private static func selectorErrors(_ selectors: Document?, at path: String) -> [FieldError] {
    (selectors ?? .emptyArray).elements.enumerated().compactMap { position, selector in
      selector["cel"] == nil ? .required("\(path)[\(position)].cel") : nil
    }
  }

  private static func configErrors(_ config: Document, at path: String) -> [FieldError] {
    guard let opaque = config["opaque"] else { return [.required("\(path).opaque")] }
    return ReferenceRule.driver(opaque["driver"], at: "\(path).opaque.driver")
  }

  private static func constraintErrors(
    _ constraint: Document, _ known: Set<String>, at path: String
  ) -> [FieldError] {
    var errors = referenceErrors(constraint["requests"], known, at: "\(path).requests")
    let members = ["matchAttribute", "distinctAttribute"].filter { constraint[$0] != nil }
    guard members.count == 1, let member = members.first, let name = constraint[member] else {
      return errors + [
        .required(
          path,
          #"exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields "#
            + "are set")
      ]
    }
    errors += DeviceNameRule.fullyQualified(name, at: "\(path).\(member)")
    return errors
  }

  /// Requests of the claim, by their names.
  private static func referenceErrors(_ list: Document?, _ known: Set<String>, at path: String)
    -> [FieldError]
  {
    var seen: Set<String> = []
    return (list ?? .emptyArray).elements.enumerated().flatMap { position, name -> [FieldError] in
      let text = name.string ?? ""
      let place = "\(path)[\(position)]"
      var errors = text.split(separator: "/", omittingEmptySubsequences: false).prefix(2).flatMap {
        ObjectName.problems(label: String($0)).map { FieldError.invalid(place, name, $0) }
      }
      if !known.contains(text) {
        errors.append(
          .invalid(
            place, name,
            "must be the name of a request in the claim or the name of a request and a subrequest "
              + "separated by '/'"))
      }
      if !seen.insert(text).inserted { errors.append(.duplicate(place, name)) }
      return errors
    }
  }
}
