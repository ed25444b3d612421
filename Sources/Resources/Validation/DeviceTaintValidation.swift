import Foundations

/// The rules of taints of devices, and of what tolerates them.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation", "Device taints and tolerations";
/// upstream's messages.
enum DeviceTaintValidation {
  private static let effects = ["NoExecute", "NoSchedule", "None"]

  /// - Parameter old: what is replaced: an effect of another time may stay.
  static func taintErrors(_ taint: Document, replacing old: Document? = nil, at path: String)
    -> [FieldError]
  {
    let key = taint["key"]?.string ?? ""
    var errors = ObjectName.problems(qualifiedName: key).map {
      FieldError.invalid("\(path).key", Document(key), $0)
    }
    errors += valueErrors(taint, at: path)
    guard old == nil || old?["effect"] != taint["effect"] else { return errors }
    let effect = taint["effect"]?.string ?? ""
    if effect.isEmpty {
      errors.append(.required("\(path).effect"))
    } else if !effects.contains(effect) {
      errors.append(.notSupported("\(path).effect", effect, effects))
    }
    return errors
  }

  static func tolerationErrors(_ toleration: Document, at path: String) -> [FieldError] {
    var errors = ReferenceRule.qualifiedName(toleration["key"], at: "\(path).key")
    switch toleration["operator"]?.string ?? "" {
    case "Exists":
      if let value = toleration["value"], value.string?.isEmpty == false {
        errors.append(
          .invalid("\(path).value", value, "must be empty for operator `Exists`"))
      }
    case "Equal": errors += valueErrors(toleration, at: path)
    case "": errors.append(.required("\(path).operator"))
    case let other:
      errors.append(.notSupported("\(path).operator", other, ["Equal", "Exists"]))
    }
    if let effect = toleration["effect"]?.string, !effect.isEmpty, !effects.contains(effect) {
      errors.append(.notSupported("\(path).effect", effect, effects))
    }
    return errors
  }

  private static func valueErrors(_ taint: Document, at path: String) -> [FieldError] {
    ReferenceRule.errors(taint["value"], at: "\(path).value") {
      ObjectName.problems(labelValue: $0)
    }
  }

  // MARK: Rules that taint devices

  static func ruleErrors(_ rule: Document, replacing old: Document?) -> [FieldError] {
    var errors: [FieldError] = []
    if let selector = rule[path: "spec", "deviceSelector"] {
      let path = "spec.deviceSelector"
      if let driver = selector["driver"] {
        errors += ReferenceRule.driver(driver, at: "\(path).driver")
      }
      if let pool = selector["pool"] { errors += DeviceNameRule.pool(pool, at: "\(path).pool") }
      if let device = selector["device"] {
        errors += DeviceNameRule.label(device, at: "\(path).device")
      }
    }
    return errors
      + taintErrors(
        rule[path: "spec", "taint"] ?? .emptyObject,
        replacing: old.map { $0[path: "spec", "taint"] ?? .emptyObject }, at: "spec.taint")
  }
}
