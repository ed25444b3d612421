import Foundations

/// The rules of limit ranges.
/// Source: Kubernetes documentation, "Limit Ranges"; upstream's messages.
enum LimitRangeValidation {
  private static let types = ["Container", "PersistentVolumeClaim", "Pod"]

  static func errors(_ range: Document) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, limit) in (range[path: "spec", "limits"] ?? .emptyArray).elements.enumerated() {
      let place = "spec.limits[\(position)]"
      let type = limit["type"]?.string ?? ""
      errors += typeErrors(type, at: "\(place).type")
      if !seen.insert(type).inserted { errors.append(.duplicate("\(place).type", Document(type))) }
      errors += LimitCheck(limit: limit, type: type, path: place).errors()
    }
    return errors
  }

  private static func typeErrors(_ type: String, at path: String) -> [FieldError] {
    let problems = ObjectName.problems(qualifiedName: type)
    if !problems.isEmpty { return problems.map { .invalid(path, Document(type), $0) } }
    if type.contains("/") || types.contains(type) { return [] }
    return [
      .invalid(path, Document(type), "must be a standard limit type or fully qualified")
    ]
  }
}

/// One entry of a limit range: its amounts, and how they stand to each other.
private struct LimitCheck {
  let limit: Document
  let type: String
  let path: String

  func errors() -> [FieldError] {
    let isPod = type == "Pod"
    var errors = ["max", "min"].flatMap(nameErrors)
    for member in ["default", "defaultRequest"] {
      if !isPod {
        errors += nameErrors(member)
      } else if limit[member]?.isEmpty == false {
        errors.append(
          .forbidden("\(path).\(member)", "may not be specified when `type` is 'Pod'"))
      }
    }
    if type == "PersistentVolumeClaim", limit[path: "min", "storage"] == nil,
      limit[path: "max", "storage"] == nil
    {
      errors.append(
        .required(
          "\(path).limits",
          "either minimum or maximum storage value is required, but neither was provided"))
    }
    errors += nameErrors("maxLimitRequestRatio")
    let members =
      ["max", "min", "maxLimitRequestRatio"] + (isPod ? [] : ["default", "defaultRequest"])
    let names = Set(members.flatMap { limit[$0]?.members.map(\.name) ?? [] })
    return errors + names.sorted().flatMap { amountErrors($0, isPod: isPod) }
  }

  private func nameErrors(_ member: String) -> [FieldError] {
    (limit[member] ?? .emptyObject).members.flatMap { name, _ -> [FieldError] in
      let place = "\(path).\(member)[\(name)]"
      return type == "Pod" || type == "Container"
        ? ResourceNameRule.containerErrors(name, at: place)
        : ResourceNameRule.errors(name, at: place)
    }
  }

  private func amount(_ member: String, _ name: String) -> Quantity? {
    limit[member]?[name]?.string.flatMap { try? Quantity(parsing: $0) }
  }

  /// What one resource's amounts have to be, from the least to the most.
  private func amountErrors(_ name: String, isPod: Bool) -> [FieldError] {
    let (least, most) = (amount("min", name), amount("max", name))
    let usual = isPod ? nil : amount("default", name)
    let request = isPod ? nil : amount("defaultRequest", name)
    let order: [(String, String, low: (String, Quantity?), high: (String, Quantity?))] = [
      ("min", "min", ("min value", least), ("max value", most)),
      (
        "defaultRequest", "defaultRequest", ("min value", least), ("default request value", request)
      ),
      ("defaultRequest", "defaultRequest", ("default request value", request), ("max value", most)),
      (
        "defaultRequest", "defaultRequest", ("default request value", request),
        ("default limit value", usual)
      ),
      ("default", "min", ("min value", least), ("default value", usual)),
      ("default", "max", ("default value", usual), ("max value", most)),
    ]
    var errors: [FieldError] = []
    for (member, shown, low, high) in order {
      guard let lower = low.1, let upper = high.1, lower > upper else { continue }
      errors.append(
        .invalid(
          "\(path).\(member)[\(name)]", limit[shown]?[name],
          "\(low.0) \(lower) is greater than \(high.0) \(upper)"))
    }
    errors += ratioErrors(name, least, most)
    if !ResourceNameRule.isOvercommittable(name), let usual, let request, usual != request {
      errors.append(
        .invalid(
          "\(path).defaultRequest[\(name)]", limit["defaultRequest"]?[name],
          "default value \(usual) must equal to defaultRequest value \(request) in \(name)"))
    }
    return errors
  }

  private func ratioErrors(_ name: String, _ least: Quantity?, _ most: Quantity?) -> [FieldError] {
    guard let ratio = amount("maxLimitRequestRatio", name) else { return [] }
    let place = "\(path).maxLimitRequestRatio[\(name)]"
    let value = limit["maxLimitRequestRatio"]?[name]
    var errors: [FieldError] = []
    if ratio < Quantity(1) {
      errors.append(.invalid(place, value, "ratio \(ratio) is less than 1"))
    }
    if let least, let most {
      let bound = most.approximate / least.approximate
      if ratio.approximate > bound {
        errors.append(
          .invalid(
            place, value,
            "ratio \(ratio) is greater than max/min = \(bound.text(decimals: 6))"))
      }
    }
    return errors
  }
}

extension Double {
  /// With so many digits behind the point; infinite and undefined as upstream's language spells them.
  fileprivate func text(decimals: Int) -> String {
    guard isFinite else { return isNaN ? "NaN" : self > 0 ? "+Inf" : "-Inf" }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (magnitude * Double(scale)).rounded()
    guard rounded < Double(Int.max) else { return description }
    let (whole, rest) = Int(rounded).quotientAndRemainder(dividingBy: scale)
    let digits = String(rest)
    return (self < 0 ? "-" : "") + "\(whole)."
      + String(repeating: "0", count: decimals - digits.count) + digits
  }
}
