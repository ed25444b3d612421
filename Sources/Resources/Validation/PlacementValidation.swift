import Foundations

/// The rules of where a pod may run: affinities, spreading, tolerations and gates.
/// Source: Kubernetes documentation, "Assigning Pods to Nodes", "Pod Topology Spread Constraints",
/// "Taints and Tolerations", "Pod Scheduling Readiness"; upstream's messages.
enum PlacementValidation {
  /// - Parameter labels: the pod's own; `nil` of a template, whose pods may have others.
  static func errors(_ spec: Document, labels: Document?, at path: String) -> [FieldError] {
    var errors = nodeAffinity(
      spec[path: "affinity", "nodeAffinity"], at: "\(path).affinity.nodeAffinity")
    for kind in ["podAffinity", "podAntiAffinity"] {
      errors += podAffinity(spec[path: "affinity", kind], labels, at: "\(path).affinity.\(kind)")
    }
    errors += tolerations(spec["tolerations"], at: "\(path).tolerations")
    errors += SpreadingValidation.errors(
      spec["topologySpreadConstraints"], labels: labels, at: "\(path).topologySpreadConstraints")
    errors += PolicyValidation.preemptionErrors(
      spec["preemptionPolicy"], at: "\(path).preemptionPolicy")
    return errors + gates(spec, at: path)
  }

  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  // MARK: Nodes

  private static func nodeAffinity(_ affinity: Document?, at path: String) -> [FieldError] {
    guard let affinity else { return [] }
    var errors: [FieldError] = []
    if let selector = affinity[required] {
      errors += nodeSelector(selector, at: "\(path).\(required)")
    }
    for (position, choice) in (affinity[preferred] ?? .emptyArray).elements.enumerated() {
      let place = "\(path).\(preferred)[\(position)]"
      errors += weight(choice["weight"], at: place)
      if let term = choice["preference"] {
        errors += nodeTerm(term, isWish: true, at: "\(place).preference")
      }
    }
    return errors
  }

  /// What nodes have to be like, for pods and for volumes.
  static func nodeSelector(_ selector: Document, at path: String) -> [FieldError] {
    let place = "\(path).nodeSelectorTerms"
    let terms = selector["nodeSelectorTerms"] ?? .emptyArray
    if terms.isEmpty { return [.required(place, "must have at least one node selector term")] }
    return terms.elements.enumerated().flatMap { position, term in
      nodeTerm(term, at: "\(place)[\(position)]")
    }
  }

  /// - Parameter isWish: a node without the labels is taken too, so any value may be named.
  static func nodeTerm(_ term: Document, isWish: Bool = false, at path: String) -> [FieldError] {
    (term["matchExpressions"] ?? .emptyArray).elements.enumerated().flatMap {
      position, requirement in
      nodeRequirement(requirement, isWish, at: "\(path).matchExpressions[\(position)]")
    }
      + (term["matchFields"] ?? .emptyArray).elements.enumerated().flatMap {
        position, requirement in
        nodeField(requirement, at: "\(path).matchFields[\(position)]")
      }
  }

  /// A node by its own name is all that fields can ask for.
  private static func nodeField(_ requirement: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let values = requirement["values"] ?? .emptyArray
    switch requirement["operator"]?.string {
    case "In", "NotIn":
      if values.count != 1 {
        errors.append(
          .required(
            "\(path).values",
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"))
      }
    case let other:
      errors.append(
        .invalid("\(path).operator", Document(other ?? ""), "not a valid selector operator"))
    }
    guard requirement["key"]?.string == "metadata.name" else {
      return errors + [
        .invalid(
          "\(path).key", requirement["key"] ?? "", "not a valid field selector key")
      ]
    }
    for (position, value) in values.elements.enumerated() {
      errors += ObjectName.problems(subdomain: value.string ?? "").map {
        .invalid("\(path).values[\(position)]", value, $0)
      }
    }
    return errors
  }

  private static func nodeRequirement(_ requirement: Document, _ isWish: Bool, at path: String)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    let count = requirement["values"]?.count ?? 0
    switch requirement["operator"]?.string {
    case "In", "NotIn":
      if count == 0 {
        errors.append(
          .required("\(path).values", "must be specified when `operator` is 'In' or 'NotIn'"))
      }
    case "Exists", "DoesNotExist":
      if count > 0 {
        errors.append(
          .forbidden(
            "\(path).values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      }
    case "Gt", "Lt":
      if count != 1 {
        errors.append(
          .required(
            "\(path).values", "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      }
    case let other:
      errors.append(
        .invalid("\(path).operator", Document(other ?? ""), "not a valid selector operator"))
    }
    for (position, value) in (requirement["values"] ?? .emptyArray).elements.enumerated()
    where !isWish {
      errors += ReferenceRule.errors(value, at: "\(path).values[\(position)]") {
        ObjectName.problems(labelValue: $0)
      }
    }
    let key = requirement["key"]?.string ?? ""
    return errors
      + ObjectName.problems(qualifiedName: key).map { .invalid("\(path).key", Document(key), $0) }
  }

  private static func weight(_ weight: Document?, at path: String) -> [FieldError] {
    if (1...100).contains(weight?.integer ?? 0) { return [] }
    return [.invalid("\(path).weight", weight ?? 0, "must be in the range 1-100")]
  }

  // MARK: Other pods

  private static func podAffinity(_ affinity: Document?, _ labels: Document?, at path: String)
    -> [FieldError]
  {
    guard let affinity else { return [] }
    var errors: [FieldError] = []
    for (position, term) in (affinity[required] ?? .emptyArray).elements.enumerated() {
      errors += podTerm(term, labels, at: "\(path).\(required)[\(position)]")
    }
    for (position, choice) in (affinity[preferred] ?? .emptyArray).elements.enumerated() {
      let place = "\(path).\(preferred)[\(position)]"
      errors += weight(choice["weight"], at: place)
      errors += podTerm(
        choice["podAffinityTerm"] ?? .emptyObject, labels, at: "\(place).podAffinityTerm")
    }
    return errors
  }

  private static func podTerm(_ term: Document, _ labels: Document?, at path: String)
    -> [FieldError]
  {
    var errors = SelectorValidation.errors(term["labelSelector"], at: "\(path).labelSelector")
    errors += SelectorValidation.errors(
      term["namespaceSelector"], at: "\(path).namespaceSelector")
    for name in (term["namespaces"] ?? .emptyArray).elements {
      errors += ObjectName.problems(label: name.string ?? "").map {
        .invalid("\(path).namespace", name, $0)
      }
    }
    let key = term["topologyKey"]?.string ?? ""
    if key.isEmpty { errors.append(.required("\(path).topologyKey", "can not be empty")) }
    errors += ObjectName.problems(qualifiedName: key).map {
      .invalid("\(path).topologyKey", Document(key), $0)
    }
    return errors + SpreadingValidation.labelKeys(term, podLabels: labels, at: path)
  }

  // MARK: Taints and gates

  static func tolerations(_ tolerations: Document?, at path: String) -> [FieldError] {
    guard let tolerations else { return [] }
    var errors: [FieldError] = []
    for (position, toleration) in tolerations.elements.enumerated() {
      let place = "\(path)[\(position)]"
      let name = toleration["operator"]?.string ?? ""
      if let key = toleration["key"], let text = key.string, !text.isEmpty {
        errors += ObjectName.problems(qualifiedName: text).map { .invalid("\(place).key", key, $0) }
      } else if name != "Exists" {
        errors.append(
          .invalid(
            "\(place).operator", Document(name),
            "operator must be Exists when `key` is empty, which means "
              + "\"match all values and all keys\""))
      }
      if name == "Exists", let value = toleration["value"], value.string?.isEmpty == false {
        errors.append(
          .invalid(
            "\(place).operator", value, "value must be empty when `operator` is 'Exists'"))
      }
      if name != "Exists" {
        errors += ReferenceRule.errors(toleration["value"], at: "\(place).operator") {
          ObjectName.problems(labelValue: $0)
        }
      }
      let effect = toleration["effect"] ?? ""
      if toleration["tolerationSeconds"] != nil, effect.string != "NoExecute" {
        errors.append(
          .invalid(
            "\(place).effect", effect,
            "effect must be 'NoExecute' when `tolerationSeconds` is set"))
      }
    }
    return errors
  }

  private static func gates(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, gate) in (spec["schedulingGates"] ?? .emptyArray).elements.enumerated() {
      let place = "\(path).schedulingGates[\(position)]"
      let name = gate["name"]?.string ?? ""
      errors += ObjectName.problems(qualifiedName: name).map {
        .invalid(place, Document(name), $0)
      }
      if !seen.insert(name).inserted { errors.append(.duplicate(place, Document(name))) }
    }
    for (position, gate) in (spec["readinessGates"] ?? .emptyArray).elements.enumerated() {
      let name = gate["conditionType"]?.string ?? ""
      errors += ObjectName.problems(qualifiedName: name).map {
        .invalid("\(path).readinessGates[\(position)].conditionType", Document(name), $0)
      }
    }
    return errors
  }
}
