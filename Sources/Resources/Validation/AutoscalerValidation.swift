import Foundations

/// The rules of autoscalers, in the form that is stored.
/// Source: Kubernetes API reference, "HorizontalPodAutoscaler v2"; upstream's messages.
enum AutoscalerValidation {
  /// Seconds. Source: upstream's validation of scaling rules.
  private static let windowMax = 3600
  private static let periodMax = 1800

  /// - Parameter old: what is replaced; a target that it named badly may go on.
  static func errors(_ autoscaler: Document, replacing old: Document? = nil) -> [FieldError] {
    guard let spec = autoscaler["spec"] else { return [.required("spec")] }
    var errors = boundErrors(spec)
    for name in ["kind", "name"] where spec["scaleTargetRef"]?[name]?.string?.isEmpty ?? true {
      errors.append(.required("spec.scaleTargetRef.\(name)"))
    }
    let target = spec["scaleTargetRef"] ?? .emptyObject
    if target != old?[path: "spec", "scaleTargetRef"] {
      errors += targetNameErrors(target, at: "spec.scaleTargetRef")
    }
    for (index, metric) in (spec["metrics"]?.elements.map { $0 } ?? []).enumerated() {
      errors += metricErrors(metric, at: "spec.metrics[\(index)]")
    }
    for way in ["scaleUp", "scaleDown"] {
      guard let rules = spec["behavior"]?[way] else { continue }
      errors += ruleErrors(rules, at: "spec.behavior.\(way)")
    }
    return errors
  }

  /// What is scaled stands in a path.
  private static func targetNameErrors(_ target: Document, at path: String) -> [FieldError] {
    var errors = ["kind", "name"].flatMap {
      ReferenceRule.pathSegment(target[$0], at: "\(path).\($0)")
    }
    let version = target["apiVersion"]?.string ?? ""
    // Core's only kind that scales may go without.
    if !version.contains("/"), target["kind"]?.string != "ReplicationController" {
      errors.append(
        .invalid(
          "\(path).apiVersion", Document(version), "apiVersion must specify API group"))
    }
    return errors
  }

  private static func boundErrors(_ spec: Document) -> [FieldError] {
    var errors: [FieldError] = []
    let least = spec["minReplicas"]?.integer ?? 1
    let most = spec["maxReplicas"]?.integer ?? 0
    if least < 1 {
      errors.append(
        .invalid("spec.minReplicas", spec["minReplicas"], "must be greater than or equal to 1"))
    }
    if most < 0 {
      errors.append(
        .invalid("spec.maxReplicas", Document(most), "must be greater than or equal to 1"))
    } else if most == 0 {
      errors.append(.required("spec.maxReplicas", "must be set and greater than 0"))
    }
    if most < least {
      errors.append(
        .invalid(
          "spec.maxReplicas", Document(most), "must be greater than or equal to `minReplicas`"))
    }
    return errors
  }

  // MARK: Metrics

  private static let sources = [
    "ContainerResource": "containerResource", "External": "external", "Object": "object",
    "Pods": "pods", "Resource": "resource",
  ]

  private static func metricErrors(_ metric: Document, at path: String) -> [FieldError] {
    let type = metric["type"]?.string ?? ""
    if type.isEmpty { return [.required("\(path).type", "must specify a metric source type")] }
    guard let member = sources[type] else {
      return [.notSupported("\(path).type", type, sources.keys.sorted())]
    }
    var errors: [FieldError] = []
    for other in sources.values.sorted() where other != member && metric[other] != nil {
      errors.append(.forbidden("\(path).\(other)", "must populate the given metric source only"))
    }
    guard let source = metric[member] else {
      return errors + [
        .required("\(path).\(member)", "must populate information for the given metric source")
      ]
    }
    let place = "\(path).\(member)"
    return errors + identityErrors(source, type, at: place)
      + targetErrors(source["target"] ?? .emptyObject, type, at: "\(place).target")
  }

  private static func identityErrors(_ source: Document, _ type: String, at path: String)
    -> [FieldError]
  {
    func isMissing(_ names: String...) -> Bool {
      source.value(at: names)?.string?.isEmpty ?? true
    }
    switch type {
    case "Resource", "ContainerResource":
      var errors: [FieldError] = []
      if isMissing("name") {
        errors.append(.required("\(path).name", "must specify a resource name"))
      }
      if type == "ContainerResource" {
        errors += ReferenceRule.label(source["container"], at: "\(path).container")
        if !isMissing("name") {
          errors += ResourceNameRule.containerErrors(
            source["name"]?.string ?? "", at: "\(path).name")
        }
      }
      if type == "ContainerResource" && isMissing("container") {
        errors.append(.required("\(path).container", "must specify a container"))
      }
      return errors
    default:
      var errors = ReferenceRule.pathSegment(
        source[path: "metric", "name"], at: "\(path).metric.name")
      if isMissing("metric", "name") {
        errors.append(.required("\(path).metric.name", "must specify a metric name"))
      }
      for member in ["kind", "name"] {
        errors += ReferenceRule.pathSegment(
          source[path: "describedObject", member], at: "\(path).describedObject.\(member)")
      }
      return errors
    }
  }

  private static func targetErrors(_ target: Document, _ type: String, at path: String)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    let kind = target["type"]?.string ?? ""
    if kind.isEmpty {
      errors.append(.required("\(path).type", "must specify a metric target type"))
    }
    if !["Utilization", "Value", "AverageValue"].contains(kind) {
      errors.append(
        .invalid(
          "\(path).type", Document(kind), "must be either Utilization, Value, or AverageValue"))
    }
    for name in ["value", "averageValue", "averageUtilization"] {
      guard let value = target[name], !isPositive(value) else { continue }
      errors.append(
        .invalid(
          "\(path).\(name)", value,
          name == "averageUtilization" ? "must be greater than 0" : "must be positive"))
    }
    let (value, average) = (target["value"] != nil, target["averageValue"] != nil)
    let share = target["averageUtilization"] != nil
    switch type {
    case "Resource", "ContainerResource":
      if !share && !average {
        errors.append(
          .required(
            "\(path).averageUtilization",
            "must set either a target raw value or a target utilization"))
      }
      if share && average {
        errors.append(
          .forbidden(
            "\(path).averageValue", "may not set both a target raw value and a target utilization"))
      }
    case "Pods" where !average:
      errors.append(
        .required("\(path).averageValue", "must specify a positive target averageValue"))
    case "Object" where !value && !average:
      errors.append(
        .required("\(path).averageValue", "must set either a target value or averageValue"))
    case "External" where !value && !average:
      errors.append(
        .required(
          "\(path).averageValue", "must set either a target value for metric or a per-pod target"))
    case "External" where value && average:
      errors.append(
        .forbidden(
          "\(path).value", "may not set both a target value for metric and a per-pod target"))
    default: break
    }
    return errors
  }

  private static func isPositive(_ value: Document) -> Bool {
    guard let quantity = Quantity(value: value) else { return false }
    return !quantity.isZero && !quantity.isNegative
  }

  // MARK: Behavior

  private static func ruleErrors(_ rules: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let window = rules["stabilizationWindowSeconds"], let seconds = window.integer {
      let field = "\(path).stabilizationWindowSeconds"
      if seconds < 0 {
        errors.append(.invalid(field, window, "must be greater than or equal to zero"))
      }
      if seconds > windowMax {
        errors.append(.invalid(field, window, "must be less than or equal to \(windowMax)"))
      }
    }
    let policies = ["Disabled", "Max", "Min"]
    if let policy = rules["selectPolicy"]?.string, !policies.contains(policy) {
      errors.append(.notSupported("\(path).selectPolicy", policy, policies))
    }
    if let list = rules["policies"], list.isEmpty {
      errors.append(.required("\(path).policies", "must specify at least one Policy"))
    }
    for (index, policy) in (rules["policies"]?.elements.map { $0 } ?? []).enumerated() {
      errors += policyErrors(policy, at: "\(path).policies[\(index)]")
    }
    if let tolerance = rules["tolerance"], Quantity(value: tolerance)?.isNegative ?? false {
      errors.append(
        .invalid("\(path).tolerance", tolerance, "must be greater than or equal to 0"))
    }
    return errors
  }

  private static func policyErrors(_ policy: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let type = policy["type"]?.string ?? ""
    if type != "Pods" && type != "Percent" {
      errors.append(.notSupported("\(path).type", type, ["Percent", "Pods"]))
    }
    for name in ["value", "periodSeconds"] where policy[name]?.integer ?? 0 <= 0 {
      errors.append(
        .invalid("\(path).\(name)", policy[name] ?? 0, "must be greater than zero"))
    }
    if let period = policy["periodSeconds"], period.integer ?? 0 > periodMax {
      errors.append(
        .invalid("\(path).periodSeconds", period, "must be less than or equal to \(periodMax)"))
    }
    return errors
  }
}
