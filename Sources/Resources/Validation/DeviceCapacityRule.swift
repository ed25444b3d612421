import Foundations

/// The rules of how much a device has, and in which portions it is given to several claims.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `DeviceCapacity` and
/// `CapacityRequestPolicy`; upstream's messages.
enum DeviceCapacityRule {
  private static let choicesMax = 10

  /// - Parameter isShared: several claims may have parts of the device.
  static func errors(_ capacity: Document?, isShared: Bool, at path: String) -> [FieldError] {
    (capacity ?? .emptyObject).members.flatMap { name, value in
      DeviceNameRule.qualified(name, at: path)
        + portionErrors(value, isShared, at: DeviceMemberPath.of(name, in: path))
    }
  }

  private static func portionErrors(_ capacity: Document, _ isShared: Bool, at path: String)
    -> [FieldError]
  {
    guard let policy = capacity["requestPolicy"] else { return [] }
    let place = "\(path).requestPolicy"
    guard isShared else {
      return [.forbidden(place, "allowMultipleAllocations must be true")]
    }
    let whole = amount(capacity["value"]) ?? Quantity(0)
    let usual = amount(policy["default"])
    switch (policy["validValues"].flatMap { $0.isEmpty ? nil : $0 }, policy["validRange"]) {
    case (nil, nil): return []
    case (.some, .some):
      return [
        .forbidden(
          place,
          #"exactly one policy can be specified, cannot specify "validValues" and "validRange" at "#
            + "the same time")
      ]
    case (let values?, nil):
      guard let usual else {
        return [.required("\(place).default", "required when validValues is defined")]
      }
      return choiceErrors(values, usual, whole, at: "\(place).validValues")
    case (nil, let range?):
      guard let usual else {
        return [.required("\(place).default", "required when validRange is defined")]
      }
      return rangeErrors(range, usual, whole, at: "\(place).validRange")
    }
  }

  private static func amount(_ value: Document?) -> Quantity? {
    value.flatMap { Quantity(value: $0) }
  }

  // MARK: Choices

  /// Upstream tells choices apart as whole numbers.
  private static let wholeNumber = ListRule.Key { "\((amount($0) ?? Quantity(0)).roundedUp)" }

  private static func choiceErrors(
    _ values: Document, _ usual: Quantity, _ whole: Quantity, at path: String
  ) -> [FieldError] {
    let amounts = values.elements.map { amount($0) ?? Quantity(0) }
    var errors: [FieldError] = []
    for position in amounts.indices.dropFirst() where amounts[position - 1] > amounts[position] {
      errors.append(
        .invalid(
          "\(path)[\(position)]", values[position], "values must be sorted in ascending order"))
    }
    errors += ListRule.set(
      values, max: choicesMax, at: path, by: wholeNumber
    ) { value, place in
      guard let amount = amount(value), amount > whole else { return [] }
      return [.invalid(place, value, "option is larger than capacity value: \(whole)")]
    }
    // A list that is too long is not looked into.
    if amounts.count > choicesMax || !amounts.contains(usual) {
      errors.append(
        .invalid(
          path, Document(usual.description),
          "default value is not valid according to the requestPolicy"))
    }
    return errors
  }

  // MARK: Ranges

  private static func rangeErrors(
    _ range: Document, _ usual: Quantity, _ whole: Quantity, at path: String
  ) -> [FieldError] {
    guard let least = amount(range["min"]) else {
      return [.required("\(path).min", "required when validRange is defined")]
    }
    var errors: [FieldError] = []
    func refuse(_ member: String, _ amount: Quantity, _ detail: String) {
      errors.append(.invalid("\(path).\(member)", Document(amount.description), detail))
    }
    if least > whole { refuse("min", least, "min is larger than capacity value: \(whole)") }
    if usual < least { refuse("min", usual, "default is less than min: \(least)") }
    let most = amount(range["max"])
    if let most {
      if least > most { refuse("max", least, "min is larger than max: \(most)") }
      if most > whole { refuse("max", most, "max is larger than capacity value: \(whole)") }
      if usual > most { refuse("max", usual, "default is more than max: \(most)") }
    }
    guard let step = amount(range["step"]) else { return errors }
    if let next = least.adding(step), next > whole {
      refuse("step", step, "one step \(next) is larger than capacity value: \(whole)")
    }
    for amount in [usual, most].compactMap(\.self) where !isStep(amount, step, from: least) {
      refuse("step", amount, "value is not a multiple of a given step (\(step)) from (\(least))")
    }
    return errors
  }

  /// In whole numbers, as upstream counts. A step of nothing, on which upstream falls over, leads
  /// nowhere.
  private static func isStep(_ amount: Quantity, _ step: Quantity, from least: Quantity) -> Bool {
    let (distance, overflows) = amount.roundedUp.subtractingReportingOverflow(least.roundedUp)
    if step.isZero || overflows { return distance == 0 }
    return distance.remainderReportingOverflow(dividingBy: step.roundedUp).partialValue == 0
  }
}
