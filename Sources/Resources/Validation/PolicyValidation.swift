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
    let errors = preemptionErrors(priority["preemptionPolicy"], at: "preemptionPolicy")
    if value <= priorityMax { return errors }
    return errors + [
      .forbidden(
        "value", "maximum allowed value of a user defined priority is \(priorityMax)")
    ]
  }

  private static let preemptionPolicies = ["PreemptLowerPriority", "Never"]

  /// Whether a class's pods, or one pod, may push others out.
  static func preemptionErrors(_ policy: Document?, at path: String) -> [FieldError] {
    guard let text = policy?.string, !preemptionPolicies.contains(text) else { return [] }
    return [
      text.isEmpty ? .required(path) : .notSupported(path, text, preemptionPolicies)
    ]
  }

  /// What a class stands for stays.
  static func priorityClassChangeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    var errors: [FieldError] = []
    if new["value"] != old["value"] {
      errors.append(.forbidden("value", "may not be changed in an update."))
    }
    if new["preemptionPolicy"] != old["preemptionPolicy"] {
      errors.append(.invalid("preemptionPolicy", new["preemptionPolicy"], "field is immutable"))
    }
    return errors
  }

  static func runtimeClassErrors(_ runtime: Document) -> [FieldError] {
    // The schema asks for a handler.
    var errors = ReferenceRule.label(runtime["handler"], at: "handler")
    if let overhead = runtime["overhead"] {
      errors += ResourceValidation.errors(
        ["limits": overhead["podFixed"] ?? .emptyObject], claims: nil, at: "overhead")
    }
    guard let scheduling = runtime["scheduling"] else { return errors }
    errors += MetadataValidation.labels(
      scheduling["nodeSelector"], at: "scheduling.nodeSelector")
    errors += PlacementValidation.tolerations(
      scheduling["tolerations"], at: "scheduling.tolerations")
    var seen: Set<Document> = []
    for (position, toleration) in (scheduling["tolerations"] ?? .emptyArray).elements.enumerated()
    where !seen.insert(toleration).inserted {
      errors.append(.duplicate("scheduling.tolerations[\(position)]", toleration))
    }
    return errors
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
