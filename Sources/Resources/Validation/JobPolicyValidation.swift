import Foundations

/// The rules of what a Job says of pods that fail, and of when it has succeeded.
/// Source: Kubernetes documentation, "Jobs", "Pod failure policy", "Success policy"; upstream's
/// messages.
enum JobPolicyValidation {
  private static let rulesMax = 20
  private static let exitCodesMax = 255
  private static let conditionsMax = 20
  private static let indexListByteCountMax = 64 * 1024
  private static let actions = ["Count", "FailIndex", "FailJob", "Ignore"]
  private static let statuses = ["False", "True", "Unknown"]

  static func errors(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let policy = spec["podFailurePolicy"] {
      errors += failureErrors(policy, spec, at: "\(path).podFailurePolicy.rules")
    }
    if let policy = spec["successPolicy"] {
      errors += successErrors(policy, spec, at: "\(path).successPolicy")
    }
    if let replacement = spec["podReplacementPolicy"]?.string {
      // Pods that a policy judges have to be over first.
      let allowed =
        spec["podFailurePolicy"] == nil ? ["Failed", "TerminatingOrFailed"] : ["Failed"]
      if !allowed.contains(replacement) {
        errors.append(.notSupported("\(path).podReplacementPolicy", replacement, allowed))
      }
    }
    return errors
  }

  // MARK: Failure

  private static func failureErrors(_ policy: Document, _ spec: Document, at path: String)
    -> [FieldError]
  {
    let rules = policy["rules"] ?? .emptyArray
    var errors: [FieldError] = []
    if rules.count > rulesMax {
      errors.append(.tooMany(path, count: rules.count, max: rulesMax))
    }
    let containers = Set(
      ["containers", "initContainers"].flatMap {
        (spec[path: "template", "spec", $0] ?? .emptyArray).elements.compactMap {
          $0["name"]?.string
        }
      })
    for (position, rule) in rules.elements.enumerated() {
      let place = "\(path)[\(position)]"
      errors += actionErrors(rule["action"]?.string ?? "", spec, at: "\(place).action")
      if let codes = rule["onExitCodes"] {
        errors += exitCodeErrors(codes, containers, at: "\(place).onExitCodes")
      }
      let conditions = rule["onPodConditions"] ?? .emptyArray
      errors += conditionErrors(conditions, at: "\(place).onPodConditions")
      let hasCodes = rule["onExitCodes"] != nil
      if hasCodes != conditions.isEmpty {
        errors.append(
          FieldError(
            place, .invalid(value: ""),
            hasCodes
              ? "specifying both OnExitCodes and OnPodConditions is not supported"
              : "specifying one of OnExitCodes and OnPodConditions is required"))
      }
    }
    return errors
  }

  private static func actionErrors(_ action: String, _ spec: Document, at path: String)
    -> [FieldError]
  {
    switch action {
    case "": [.required(path, "valid values: \(list(actions))")]
    case "FailIndex":
      spec["backoffLimitPerIndex"] != nil
        ? []
        : [.invalid(path, Document(action), "requires the backoffLimitPerIndex to be set")]
    default: actions.contains(action) ? [] : [.notSupported(path, action, actions)]
    }
  }

  private static func exitCodeErrors(
    _ requirement: Document, _ containers: Set<String>, at path: String
  ) -> [FieldError] {
    var errors = operatorErrors(requirement["operator"]?.string ?? "", at: "\(path).operator")
    if let name = requirement["containerName"], !containers.contains(name.string ?? "") {
      errors.append(
        .invalid(
          "\(path).containerName", name,
          "must be one of the container or initContainer names in the pod template"))
    }
    let values = requirement["values"] ?? .emptyArray
    let place = "\(path).values"
    if values.isEmpty {
      errors.append(.invalid(place, values, "at least one value is required"))
    } else if values.count > exitCodesMax {
      errors.append(.tooMany(place, count: values.count, max: exitCodesMax))
    }
    var seen: Set<Int> = []
    let codes = values.elements.map { $0.integer ?? 0 }
    for (position, code) in codes.enumerated() {
      if code == 0, requirement["operator"]?.string == "In" {
        errors.append(
          .invalid("\(place)[\(position)]", Document(code), "must not be 0 for the In operator"))
      }
      if !seen.insert(code).inserted {
        errors.append(.duplicate("\(place)[\(position)]", Document(code)))
      }
    }
    if codes != codes.sorted() { errors.append(.invalid(place, values, "must be ordered")) }
    return errors
  }

  private static func operatorErrors(_ name: String, at path: String) -> [FieldError] {
    let operators = ["In", "NotIn"]
    if name.isEmpty { return [.required(path, "valid values: \(list(operators))")] }
    return operators.contains(name) ? [] : [.notSupported(path, name, operators)]
  }

  private static func conditionErrors(_ patterns: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if patterns.count > conditionsMax {
      errors.append(.tooMany(path, count: patterns.count, max: conditionsMax))
    }
    for (position, pattern) in patterns.elements.enumerated() {
      let place = "\(path)[\(position)]"
      let type = pattern["type"]?.string ?? ""
      errors += ObjectName.problems(qualifiedName: type).map {
        .invalid("\(place).type", Document(type), $0)
      }
      let status = pattern["status"]?.string ?? ""
      if status.isEmpty {
        errors.append(.required("\(place).status", "valid values: \(list(statuses))"))
      } else if !statuses.contains(status) {
        errors.append(.notSupported("\(place).status", status, statuses))
      }
    }
    return errors
  }

  /// As upstream prints lists.
  private static func list(_ values: [String]) -> String {
    "[" + values.map { "\"\($0)\"" }.joined(separator: " ") + "]"
  }

  // MARK: Success

  private static func successErrors(_ policy: Document, _ spec: Document, at path: String)
    -> [FieldError]
  {
    guard spec["completionMode"]?.string == "Indexed" else {
      return [.invalid(path, policy, "requires indexed completion mode")]
    }
    // Without completions that is what is wrong.
    guard let completions = spec["completions"]?.integer else { return [] }
    let rules = policy["rules"] ?? .emptyArray
    var errors: [FieldError] = []
    if rules.isEmpty {
      errors.append(
        .required(
          "\(path).rules",
          "at least one rules must be specified when the successPolicy is specified"
        ))
    }
    if rules.count > rulesMax {
      errors.append(.tooMany("\(path).rules", count: rules.count, max: rulesMax))
    }
    for (position, rule) in rules.elements.enumerated() {
      errors += successRuleErrors(rule, completions, at: "\(path).rules[\(position)]")
    }
    return errors
  }

  private static func successRuleErrors(_ rule: Document, _ completions: Int, at path: String)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    if rule["succeededCount"] == nil, rule["succeededIndexes"] == nil {
      errors.append(
        .required(
          path, "at least one of succeededCount or succeededIndexes must be specified"))
    }
    var named = 0
    if let indexes = rule["succeededIndexes"], let text = indexes.string {
      let place = "\(path).succeededIndexes"
      if text.utf8.count > indexListByteCountMax {
        errors.append(.tooLong(place, byteCountMax: indexListByteCountMax))
      }
      do {
        named = try JobIndexValidation.count(in: text, completions: completions)
      } catch {
        errors.append(
          .invalid(place, indexes, "error parsing succeededIndexes: \(error.message)"))
      }
    }
    guard let value = rule["succeededCount"], let count = value.integer else { return errors }
    let place = "\(path).succeededCount"
    if count < 0 { errors.append(.invalid(place, value, "must be greater than or equal to 0")) }
    if count > completions {
      errors.append(
        .invalid(
          place, value,
          "must be less than or equal to \(completions) (the number of specified completions)"))
    }
    if rule["succeededIndexes"] != nil, count > named {
      errors.append(
        .invalid(
          place, value,
          "must be less than or equal to \(named) (the number of indexes in the specified "
            + "succeededIndexes field)"))
    }
    return errors
  }
}
