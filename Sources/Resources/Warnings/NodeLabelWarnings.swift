import Foundations

/// What is told of labels of nodes that have other names by now, wherever they are selected by.
/// Source: Kubernetes documentation, "Well-Known Labels, Annotations and Taints"; upstream's wording.
enum NodeLabelWarnings {
  private static let deprecated: [String: String] = [
    "beta.kubernetes.io/arch": since(14, "kubernetes.io/arch"),
    "beta.kubernetes.io/os": since(14, "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": since(17, "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": since(17, "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": since(17, "node.kubernetes.io/instance-type"),
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods":
      "deprecated since v1.22; use Taints and Tolerations instead",
    "node-role.kubernetes.io/master": "use \"node-role.kubernetes.io/control-plane\" instead",
  ]

  private static func since(_ minor: Int, _ successor: String) -> String {
    "deprecated since v1.\(minor); use \"\(successor)\" instead"
  }

  static func problem(of label: String?) -> String? { label.flatMap { deprecated[$0] } }

  /// - Parameter place: where a member is, by its name.
  static func ofMap(_ map: Document?, place: (String) -> String) -> [String] {
    (map ?? .emptyObject).members.compactMap { name, _ in
      deprecated[name].map { "\(place(name)): \($0)" }
    }
  }

  /// Of the list `matchExpressions`.
  static func ofExpressions(_ term: Document?, at path: String) -> [String] {
    (term?.placed("matchExpressions", at: "\(path).") ?? []).flatMap { place, expression in
      ofKey(expression["key"]?.string ?? "", at: "\(place).key")
    }
  }

  static func ofKey(_ key: String, at path: String) -> [String] {
    deprecated[key].map { ["\(path): \(key) is \($0)"] } ?? []
  }

  /// Of terms that are only preferred: their values are not validated.
  static func ofValues(_ term: Document?, at path: String) -> [String] {
    (term?.placed("matchExpressions", at: "\(path).") ?? []).flatMap { place, expression in
      expression.placed("values", at: "\(place).").flatMap { place, value in
        ObjectName.problems(labelValue: value.string ?? "").map {
          "\(place): \(value.string ?? "") is invalid, \($0)"
        }
      }
    }
  }
}
