/// The rules of when single containers are started again.
/// Source: Kubernetes documentation, "Pod Lifecycle", "Individual container restart policy and rules";
/// upstream's messages.
enum RestartValidation {
  private static let policies = ["Always", "Never", "OnFailure"]
  private static let actions = ["Restart", "RestartAllContainers"]
  private static let rulesMax = 20
  private static let exitCodesMax = 255

  /// - Parameter list: the container's, by its member's name; those added to a running pod have no
  ///   policy.
  static func errors(_ container: Document, list: String, at path: String) -> [FieldError] {
    if list == "ephemeralContainers" { return [] }
    let rules = container["restartPolicyRules"] ?? .emptyArray
    let place = "\(path).restartPolicy"
    var errors: [FieldError] = []
    if let policy = container["restartPolicy"] {
      let text = policy.string ?? ""
      if !policies.contains(text) { errors.append(.notSupported(place, text, policies)) }
    } else if !rules.isEmpty {
      errors.append(.required(place, "must specify restartPolicy when restart rules are used"))
      if list == "initContainers" { return errors }
    }
    if rules.count > rulesMax {
      errors.append(.tooMany("\(path).restartPolicyRules", count: rules.count, max: rulesMax))
    }
    return errors
      + rules.elements.enumerated().flatMap { position, rule in
        ruleErrors(rule, at: "\(path).restartPolicyRules[\(position)]")
      }
  }

  private static func ruleErrors(_ rule: Document, at path: String) -> [FieldError] {
    let action = rule["action"]?.string ?? ""
    var errors: [FieldError] =
      actions.contains(action) ? [] : [.notSupported("\(path).action", action, actions)]
    guard let codes = rule["exitCodes"] else {
      return errors + [.required("\(path).exitCodes", "must be specified")]
    }
    let name = codes["operator"]?.string ?? ""
    if name != "In" && name != "NotIn" {
      errors.append(.notSupported("\(path).exitCodes.operator", name, ["In", "NotIn"]))
    }
    let count = codes["values"]?.count ?? 0
    if count > exitCodesMax {
      errors.append(.tooMany("\(path).exitCodes.values", count: count, max: exitCodesMax))
    }
    return errors
  }
}
