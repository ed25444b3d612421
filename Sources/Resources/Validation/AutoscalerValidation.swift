import Foundations

/// The rules of autoscalers, in the form that is stored. What they measure is looked at in
/// `AutoscalerMetricValidation`.
/// Source: Kubernetes API reference, "HorizontalPodAutoscaler v2"; upstream's messages.
enum AutoscalerValidation {
  /// Seconds. Source: upstream's validation of scaling rules.
  private static let windowMax = 3600
  private static let periodMax = 1800

  /// - Parameter old: what is replaced; what it named or bounded badly may go on.
  static func errors(_ autoscaler: Document, replacing old: Document? = nil) -> [FieldError] {
    let spec = autoscaler["spec"] ?? .emptyObject
    let former = old?["spec"]
    var errors = boundErrors(spec, mayRest: former?["minReplicas"]?.integer == 0)
    errors += targetErrors(spec["scaleTargetRef"], replacing: former?["scaleTargetRef"])
    errors += AutoscalerMetricValidation.errors(spec, replacing: former, at: "spec.metrics")
    for way in ["scaleUp", "scaleDown"] {
      guard let rules = spec["behavior"]?[way] else { continue }
      errors += ruleErrors(rules, at: "spec.behavior.\(way)")
    }
    return errors
  }

  private static func targetErrors(_ target: Document?, replacing old: Document?) -> [FieldError] {
    let path = "spec.scaleTargetRef"
    let target = target ?? .emptyObject
    let errors = ScaledReferenceRule.nameErrors(target, at: path)
    let isKnown =
      old.map { old in ["apiVersion", "kind"].allSatisfy { old[$0] == target[$0] } } ?? false
    if isKnown { return errors }
    // Core's only kind that scales may go without.
    let mayBeCore = target["kind"]?.string == "ReplicationController"
    return errors + ScaledReferenceRule.versionErrors(target, mayBeCore: mayBeCore, at: path)
  }

  /// - Parameter mayRest: there may be no pods at all.
  private static func boundErrors(_ spec: Document, mayRest: Bool) -> [FieldError] {
    var errors: [FieldError] = []
    let least = spec["minReplicas"]?.integer
    let most = spec["maxReplicas"]?.integer ?? 0
    let bound = mayRest ? 0 : 1
    if let least, least < bound {
      errors.append(
        .invalid(
          "spec.minReplicas", Document(least), "must be greater than or equal to \(bound)"))
    }
    if most < 0 {
      errors.append(
        .invalid("spec.maxReplicas", Document(most), "must be greater than or equal to 1"))
    } else if most == 0 {
      errors.append(.required("spec.maxReplicas", "must be set and greater than 0"))
    }
    if let least, most < least {
      errors.append(
        .invalid(
          "spec.maxReplicas", Document(most), "must be greater than or equal to `minReplicas`"))
    }
    return errors
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
    if rules["policies"]?.isEmpty ?? true {
      errors.append(.required("\(path).policies", "must specify at least one Policy"))
    }
    errors += ListRule.items(rules["policies"], at: "\(path).policies", policyErrors)
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
