import Foundations

/// The rules of what an autoscaler measures, and of the values that it aims at.
/// Source: Kubernetes API reference, `autoscaling/v2` `MetricSpec`; upstream's messages.
enum AutoscalerMetricValidation {
  /// - Parameter old: the spec that is replaced. Where it named an object by no version, all may.
  static func errors(_ spec: Document, replacing old: Document?, at path: String) -> [FieldError] {
    let metrics = spec["metrics"] ?? .emptyArray
    let isLax = (old?["metrics"] ?? .emptyArray).elements.contains { metric in
      metric["type"]?.string == "Object" && metric["object"] != nil
        && !versionErrors(metric["object"] ?? .emptyObject, at: "").isEmpty
    }
    let errors = ListRule.items(metrics, at: path) { metricErrors($0, isLax: isLax, at: $1) }
    let types = Set(metrics.elements.compactMap { $0["type"]?.string })
    guard spec["minReplicas"]?.integer == 0, types.isDisjoint(with: ["Object", "External"]) else {
      return errors
    }
    return errors + [
      .forbidden(
        path,
        "must specify at least one Object or External metric to support scaling to zero replicas")
    ]
  }

  // MARK: Sources

  /// By the type that goes with each, in the order in which they are looked at.
  private static let sources: KeyValuePairs = [
    "Object": "object", "External": "external", "Pods": "pods", "Resource": "resource",
    "ContainerResource": "containerResource",
  ]

  private static func metricErrors(_ metric: Document, isLax: Bool, at path: String)
    -> [FieldError]
  {
    let type = metric["type"]?.string ?? ""
    let expected = sources.first { $0.key == type }?.value
    let present = sources.filter { metric[$0.value] != nil }
    var errors: [FieldError] = []
    if type.isEmpty {
      errors.append(.required("\(path).type", "must specify a metric source type"))
    }
    if expected == nil {
      errors.append(.notSupported("\(path).type", type, sources.map(\.key).sorted()))
    }
    if let (type, member) = present.first, let source = metric[member] {
      let place = "\(path).\(member)"
      errors += identityErrors(source, type, isLax: isLax, at: place)
      errors += targetErrors(source["target"] ?? .emptyObject, type, at: "\(place).target")
    }
    if let expected, metric[expected] == nil {
      errors.append(
        .required(
          "\(path).\(expected)", "must populate information for the given metric source"))
    }
    guard present.count > 1 else { return errors }
    return errors
      + present.filter { $0.value != expected }.map {
        .forbidden("\(path).\($0.value)", "must populate the given metric source only")
      }
  }

  private static func identityErrors(
    _ source: Document, _ type: String, isLax: Bool, at path: String
  ) -> [FieldError] {
    switch type {
    case "Resource": return resourceErrors(source["name"], at: "\(path).name") { _, _ in [] }
    case "ContainerResource":
      let container = source["container"]
      let missing = container?.string?.isEmpty ?? true
      return resourceErrors(source["name"], at: "\(path).name", ResourceNameRule.containerErrors)
        + (missing
          ? [.required("\(path).container", "must specify a container")]
          : ReferenceRule.label(container, at: "\(path).container"))
    default:
      var errors: [FieldError] = []
      if type == "Object" {
        errors += ScaledReferenceRule.nameErrors(
          source["describedObject"], at: "\(path).describedObject")
        if !isLax { errors += versionErrors(source, at: path) }
      }
      return errors
        + ScaledReferenceRule.requiredSegment(
          source[path: "metric", "name"], "must specify a metric name", at: "\(path).metric.name")
    }
  }

  private static func resourceErrors(
    _ name: Document?, at path: String, _ rule: (String, String) -> [FieldError]
  ) -> [FieldError] {
    let text = name?.string ?? ""
    return text.isEmpty
      ? [.required(path, "must specify a resource name")] : rule(text, path)
  }

  private static func versionErrors(_ source: Document, at path: String) -> [FieldError] {
    ScaledReferenceRule.versionErrors(
      source["describedObject"], mayBeCore: true, at: "\(path).describedObject")
  }

  // MARK: Targets

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
    return errors + choiceErrors(target, type, at: path)
  }

  /// Which of the values a type of metric can aim at.
  private static func choiceErrors(_ target: Document, _ type: String, at path: String)
    -> [FieldError]
  {
    let (value, average) = (target["value"] != nil, target["averageValue"] != nil)
    let share = target["averageUtilization"] != nil
    return switch type {
    case "Resource" where !share && !average, "ContainerResource" where !share && !average:
      [
        .required(
          "\(path).averageUtilization",
          "must set either a target raw value or a target utilization")
      ]
    case "Resource" where share && average, "ContainerResource" where share && average:
      [
        .forbidden(
          "\(path).averageValue", "may not set both a target raw value and a target utilization")
      ]
    case "Pods" where !average:
      [.required("\(path).averageValue", "must specify a positive target averageValue")]
    case "Object" where !value && !average:
      [.required("\(path).averageValue", "must set either a target value or averageValue")]
    case "External" where !value && !average:
      [
        .required(
          "\(path).averageValue", "must set either a target value for metric or a per-pod target")
      ]
    case "External" where value && average:
      [
        .forbidden(
          "\(path).value", "may not set both a target value for metric and a per-pod target")
      ]
    default: []
    }
  }

  private static func isPositive(_ value: Document) -> Bool {
    guard let quantity = Quantity(value: value) else { return false }
    return !quantity.isZero && !quantity.isNegative
  }
}
