import Foundations

/// The rules of priority levels.
/// Source: Kubernetes API reference, "PriorityLevelConfiguration v1"; upstream's messages.
enum PriorityLevelValidation {
  private static let queuesMax = 10_000_000

  static func errors(_ level: Document) -> [FieldError] {
    let spec = level["spec"] ?? .emptyObject
    let name = level[path: "metadata", "name"]?.string ?? ""
    var errors: [FieldError] = []
    let type = spec["type"]?.string ?? ""
    if (name == DefaultFlowControl.exemptName) != (type == "Exempt") {
      errors.append(
        .invalid(
          "spec.type", Document(type), "must be 'Exempt' if and only if `name` is 'exempt'"))
    }
    switch type {
    case "Exempt":
      if spec["limited"] != nil {
        errors.append(
          .forbidden("spec.limited", "must be nil if the type is not Limited"))
      }
      if let exempt = spec["exempt"] { errors += shareErrors(exempt, at: "spec.exempt") }
    case "Limited":
      if spec["exempt"] != nil {
        errors.append(.forbidden("spec.exempt", "must be nil if the type is Limited"))
      }
      if let limited = spec["limited"] {
        errors += limitedErrors(limited, at: "spec.limited")
      } else {
        errors.append(
          .required("spec.limited", "must not be empty when type is Limited"))
      }
    default: errors.append(.notSupported("spec.type", type, ["Exempt", "Limited"]))
    }
    return errors + fixedErrors(spec, name)
  }

  private static func fixedErrors(_ spec: Document, _ name: String) -> [FieldError] {
    guard let fixed = DefaultFlowControl.all.entry(.priorityLevelConfigurations, name),
      fixed.isMandatory, var wanted = fixed.object["spec"]
    else { return [] }
    let isExempt = name == DefaultFlowControl.exemptName
    if isExempt { wanted["exempt"] = spec["exempt"] }
    if wanted == spec { return [] }
    let but = isExempt ? " except the 'spec.exempt' field" : ""
    return [.invalid("spec", spec, "spec of '\(name)'\(but) must equal the fixed value")]
  }

  private static func shareErrors(_ limits: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    if let shares = limits["nominalConcurrencyShares"], shares.integer ?? 0 < 0 {
      errors.append(
        .invalid("\(path).nominalConcurrencyShares", shares, "must be a non-negative integer"))
    }
    if let lendable = limits["lendablePercent"], !(0...100).contains(lendable.integer ?? 0) {
      errors.append(
        .invalid("\(path).lendablePercent", lendable, "must be between 0 and 100, inclusive"))
    }
    return errors
  }

  private static func limitedErrors(_ limited: Document, at path: String) -> [FieldError] {
    var errors = shareErrors(limited, at: path)
    if let borrowing = limited["borrowingLimitPercent"], borrowing.integer ?? 0 < 0 {
      errors.append(
        .invalid(
          "\(path).borrowingLimitPercent", borrowing,
          "if specified, must be a non-negative integer"))
    }
    let response = limited["limitResponse"] ?? .emptyObject
    let place = "\(path).limitResponse"
    let type = response["type"]?.string ?? ""
    switch (type, response["queuing"]) {
    case ("Reject", nil): break
    case ("Reject", _?):
      errors.append(
        .forbidden(
          "\(place).queuing", "must be nil if limited.limitResponse.type is not Limited"))
    case ("Queue", nil):
      errors.append(
        .required(
          "\(place).queuing", "must not be empty if limited.limitResponse.type is Limited"))
    case ("Queue", let queuing?): errors += queuingErrors(queuing, at: "\(place).queuing")
    default: errors.append(.notSupported("\(place).type", type, ["Queue", "Reject"]))
    }
    return errors
  }

  private static func queuingErrors(_ queuing: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    func number(_ member: String) -> Int { queuing[member]?.integer ?? 0 }
    func add(_ member: String, _ problem: String) {
      errors.append(.invalid("\(path).\(member)", queuing[member] ?? 0, problem))
    }
    if number("queueLengthLimit") <= 0 { add("queueLengthLimit", "must be positive") }
    let (queues, handSize) = (number("queues"), number("handSize"))
    if queues <= 0 {
      add("queues", "must be positive")
    } else if queues > queuesMax {
      add("queues", "must not be greater than \(queuesMax)")
    }
    if handSize <= 0 {
      add("handSize", "must be positive")
    } else if handSize > queues {
      add("handSize", "should not be greater than queues (\(queues))")
    } else {
      let bits = ShuffleSharding.hashBits(queues: queues, handSize: handSize)
      if bits > ShuffleSharding.hashBitsMax {
        add(
          "handSize",
          "required entropy bits of deckSize \(queues) and handSize \(handSize) should not be "
            + "greater than \(ShuffleSharding.hashBitsMax)")
      }
    }
    return errors
  }
}
