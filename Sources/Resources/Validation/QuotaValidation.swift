import Foundations

/// The rules of resource quotas: what is bounded, by how much, and of which pods and claims.
/// Source: Kubernetes documentation, "Resource Quotas"; upstream's messages.
enum QuotaValidation {
  /// Scopes that take no values.
  private static let plainScopes: Set<String> = [
    "BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity",
  ]
  private static let scopes = plainScopes.union(["PriorityClass", "VolumeAttributesClass"])
  private static let contradictions: [Set<String>] = [
    ["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"],
  ]

  static func errors(_ quota: Document) -> [FieldError] {
    let spec = quota["spec"] ?? .emptyObject
    let hard = (spec["hard"] ?? .emptyObject).members.map { $0 }
    var errors = hard.flatMap { name, amount in
      ResourceNameRule.quotaErrors(name, at: "spec.hard[\(name)]")
        + amountErrors(name, amount, at: "spec.hard[\(name)]")
    }
    let bounded = hard.map(\.name).filter(ResourceNameRule.isStandardQuota)
    errors += scopeErrors(spec["scopes"], bounded)
    return errors + selectorErrors(spec["scopeSelector"], spec["scopes"], bounded)
  }

  /// What is told of a quota: names and amounts as in the quota itself.
  static func statusErrors(_ status: Document) -> [FieldError] {
    ["hard", "used"].flatMap { member in
      (status[member] ?? .emptyObject).members.flatMap { name, amount in
        ResourceNameRule.quotaErrors(name, at: "status.\(member)[\(name)]")
          + amountErrors(name, amount, at: "status.\(member)[\(name)]")
      }
    }
  }

  /// Which objects a quota is about stays.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let sets = [new, old].map {
      Set(($0[path: "spec", "scopes"] ?? .emptyArray).elements.compactMap(\.string))
    }
    if sets[0] == sets[1] { return [] }
    return [.invalid("spec.scopes", new[path: "spec", "scopes"], "field is immutable")]
  }

  static func amountErrors(_ name: String, _ amount: Document, at path: String) -> [FieldError] {
    guard let text = amount.string, let quantity = try? Quantity(parsing: text) else { return [] }
    var errors: [FieldError] = []
    if quantity.isNegative {
      errors.append(.invalid(path, amount, "must be greater than or equal to 0"))
    }
    if ResourceNameRule.isCounted(name), quantity.milliValue % 1000 != 0 {
      errors.append(.invalid(path, amount, "must be an integer"))
    }
    return errors
  }

  private static func scopeErrors(_ list: Document?, _ bounded: [String]) -> [FieldError] {
    guard let list else { return [] }
    let place = "spec.scopes"
    var errors: [FieldError] = []
    let names = list.elements.map { $0.string ?? "" }
    for name in names {
      if !scopes.contains(name) { errors.append(.invalid(place, list, "unsupported scope")) }
      errors += misfits(name, bounded).map { _ in
        .invalid(place, list, "unsupported scope applied to resource")
      }
    }
    return errors + contradictionErrors(Set(names), list, at: place)
  }

  private static func selectorErrors(
    _ selector: Document?, _ list: Document?, _ bounded: [String]
  ) -> [FieldError] {
    guard let selector else { return [] }
    let place = "spec.scopeSelector.matchExpressions"
    var errors: [FieldError] = []
    var names: Set<String> = []
    for requirement in (selector["matchExpressions"] ?? .emptyArray).elements {
      let name = requirement["scopeName"]?.string ?? ""
      names.insert(name)
      if !scopes.contains(name) {
        errors.append(.invalid("\(place).scopeName", Document(name), "unsupported scope"))
      }
      errors += misfits(name, bounded).map { _ in
        .invalid(place, selector, "unsupported scope applied to resource")
      }
      errors += operatorErrors(requirement, name, at: place)
    }
    return errors + contradictionErrors(names, list, at: place)
  }

  private static func operatorErrors(_ requirement: Document, _ scope: String, at path: String)
    -> [FieldError]
  {
    let text = requirement["operator"]?.string ?? ""
    let values = requirement["values"] ?? .emptyArray
    var errors: [FieldError] = []
    if plainScopes.contains(scope), text != "Exists" {
      errors.append(
        .invalid(
          "\(path).operator", Document(text),
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
            + "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
            + "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"))
    }
    switch text {
    case "In", "NotIn":
      if values.isEmpty {
        errors.append(
          .required(
            "\(path).values",
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"))
      }
    case "Exists", "DoesNotExist":
      if !values.isEmpty {
        errors.append(
          .invalid(
            "\(path).values", values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"))
      }
    default:
      errors.append(
        .invalid("\(path).operator", Document(text), "not a valid selector operator"))
    }
    return errors
  }

  private static func contradictionErrors(
    _ names: Set<String>, _ list: Document?, at path: String
  ) -> [FieldError] {
    contradictions.filter(names.isSuperset).map { _ in
      .invalid(path, list, "conflicting scopes")
    }
  }

  /// Bounded resources that a scope does not speak of.
  private static func misfits(_ scope: String, _ bounded: [String]) -> [String] {
    let fitting: Set<String>
    switch scope {
    case "BestEffort": fitting = ["pods"]
    case "VolumeAttributesClass": fitting = ["persistentvolumeclaims", "requests.storage"]
    case let name where scopes.contains(name):
      fitting = [
        "pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
      ]
    default: return []
    }
    return bounded.filter { !fitting.contains($0) }
  }
}
