package import Resources

/// A mark on a node that keeps pods away which do not tolerate it. Source: core/v1 Taint.
package struct Taint: Hashable, Sendable {
  package let key: String
  package let value: String
  /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
  package let effect: String

  package init(key: String, value: String = "", effect: String) {
    self.key = key
    self.value = value
    self.effect = effect
  }

  package init(_ taint: Document) {
    self.init(
      key: taint["key"]?.string ?? "", value: taint["value"]?.string ?? "",
      effect: taint["effect"]?.string ?? "")
  }

  /// As messages spell it.
  package var description: String { "{\(key): \(value)}" }
}

/// What a pod puts up with. Source: core/v1 Toleration.
package struct Toleration: Hashable, Sendable {
  package let key: String
  package let `operator`: String
  package let value: String
  package let effect: String
  /// How long it puts up with `NoExecute`; `nil` is forever.
  package let seconds: Int?

  package init(_ toleration: Document) {
    key = toleration["key"]?.string ?? ""
    let stated = toleration["operator"]?.string ?? ""
    `operator` = stated.isEmpty ? "Equal" : stated
    value = toleration["value"]?.string ?? ""
    effect = toleration["effect"]?.string ?? ""
    seconds = toleration["tolerationSeconds"]?.integer
  }

  package func tolerates(_ taint: Taint) -> Bool {
    guard effect.isEmpty || effect == taint.effect, key.isEmpty || key == taint.key else {
      return false
    }
    switch `operator` {
    case "Exists": return true
    case "Equal": return !key.isEmpty && value == taint.value
    case "Gt": return compare(taint, >)
    case "Lt": return compare(taint, <)
    default: return false
    }
  }

  private func compare(_ taint: Taint, _ holds: (Int, Int) -> Bool) -> Bool {
    guard let found = Int(taint.value), let wanted = Int(value) else { return false }
    return holds(found, wanted)
  }
}
