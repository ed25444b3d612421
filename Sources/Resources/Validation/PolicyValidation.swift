import Foundations

/// The rules of small kinds that steer others: disruption budgets, priority classes, runtime
/// classes and leases.
/// Source: Kubernetes API reference; upstream's messages.
enum PolicyValidation {
  static func budgetErrors(_ budget: Document) -> [FieldError] {
    guard let spec = budget["spec"] else { return [] }
    var errors: [FieldError] = []
    if spec["minAvailable"] != nil && spec["maxUnavailable"] != nil {
      errors.append(
        .invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"))
    }
    for member in ["minAvailable", "maxUnavailable"] {
      errors += WorkloadValidation.shareErrors(
        spec[member], at: "spec.\(member)", isBounded: true)
    }
    return errors + SelectorValidation.errors(spec["selector"], at: "spec.selector")
  }

  /// Of classes that users make: those of the system lie above.
  private static let priorityMax = 1_000_000_000

  static func priorityClassErrors(_ priority: Document) -> [FieldError] {
    let name = priority[path: "metadata", "name"]?.string ?? ""
    let value = priority["value"]?.integer ?? 0
    if name.hasPrefix("system-") {
      let known = ["system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000]
      if known[name] == value { return [] }
      return [
        .forbidden(
          "metadata.name",
          "priority class names with 'system-' prefix are reserved for system use only. error: "
            + "\(name) is not a known system priority class")
      ]
    }
    if value <= priorityMax { return [] }
    return [
      .forbidden(
        "value", "maximum allowed value of a user defined priority is \(priorityMax)")
    ]
  }

  static func runtimeClassErrors(_ runtime: Document) -> [FieldError] {
    guard let handler = runtime["handler"], let text = handler.string, !text.isEmpty else {
      return []  // The schema asks for it.
    }
    return ObjectName.problems(label: text).map { .invalid("handler", handler, $0) }
  }

  static func leaseErrors(_ lease: Document) -> [FieldError] {
    guard let spec = lease["spec"] else { return [] }
    var errors: [FieldError] = []
    if let duration = spec["leaseDurationSeconds"], duration.integer ?? 0 <= 0 {
      errors.append(
        .invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"))
    }
    if let count = spec["leaseTransitions"], count.integer ?? 0 < 0 {
      errors.append(
        .invalid("spec.leaseTransitions", count, "must be greater than or equal to 0"))
    }
    return errors
  }
}
