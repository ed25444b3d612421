import Foundations
import Resources

/// Which pods a pod wants to be near, or away from, on nodes that share the value of a label.
/// Source: core/v1 PodAffinityTerm.
package struct PodAffinityTerm: Sendable {
  /// The label whose value tells the places apart.
  package let topologyKey: String
  private let selector: LabelSelector?
  private let namespaces: Set<String>
  private let namespaceSelector: LabelSelector?

  /// - Parameters:
  ///   - namespace, labels: of the pod that states the term: without namespaces it means its own,
  ///     and `matchLabelKeys` take the values of its labels.
  init(_ term: Document, namespace: String, labels: [String: String]) {
    topologyKey = term["topologyKey"]?.string ?? ""
    let mismatched = Self.requirements(term["mismatchLabelKeys"], .notIn, labels)
    let matched = Self.requirements(term["matchLabelKeys"], .in, labels)
    selector = LabelSelector.read(term["labelSelector"], adding: matched + mismatched)
    let listed = Set(term["namespaces"]?.elements.compactMap(\.string) ?? [])
    namespaceSelector = LabelSelector.read(term["namespaceSelector"], adding: [])
    namespaces = listed.isEmpty && namespaceSelector == nil ? [namespace] : listed
  }

  /// Whether the term is about a pod.
  /// - Parameter namespaceLabels: the labels of every namespace.
  func covers(_ pod: SchedulingPod, namespaceLabels: [String: [String: String]]) -> Bool {
    guard let selector else { return false }
    let namespace = pod.key.namespace
    return
      (namespaces.contains(namespace)
      || namespaceSelector?.matches(namespaceLabels[namespace] ?? [:]) ?? false)
      && selector.matches(pod.labels)
  }

  static func requirements(
    _ keys: Document?, _ kind: LabelSelector.Requirement.Operator, _ labels: [String: String]
  ) -> [LabelSelector.Requirement] {
    (keys?.elements.compactMap(\.string) ?? []).compactMap { key in
      labels[key].map { LabelSelector.Requirement(key: key, operator: kind, values: [$0]) }
    }
  }
}

/// What a pod says about the pods around it. Source: core/v1 PodAffinity and PodAntiAffinity.
package struct PodAffinity: Sendable {
  package typealias Weighted = (weight: Int, term: PodAffinityTerm)
  /// Places must have a pod of each.
  package let required: [PodAffinityTerm]
  /// Places must have no pod of any.
  package let forbidden: [PodAffinityTerm]
  /// Weights are negative for pods to be away from.
  package let preferred: [Weighted]

  /// `nil` where the pod says nothing.
  init?(_ affinity: Document?, namespace: String, labels: [String: String]) {
    func required(_ kind: String) -> [PodAffinityTerm] {
      affinity?[path: kind, "requiredDuringSchedulingIgnoredDuringExecution"]?.elements.map {
        PodAffinityTerm($0, namespace: namespace, labels: labels)
      } ?? []
    }
    func preferred(_ kind: String, sign: Int) -> [Weighted] {
      affinity?[path: kind, "preferredDuringSchedulingIgnoredDuringExecution"]?.elements.map {
        (
          sign * ($0["weight"]?.integer ?? 0),
          PodAffinityTerm(
            $0["podAffinityTerm"] ?? .emptyObject, namespace: namespace, labels: labels)
        )
      } ?? []
    }
    guard affinity?["podAffinity"] != nil || affinity?["podAntiAffinity"] != nil else { return nil }
    self.required = required("podAffinity")
    forbidden = required("podAntiAffinity")
    self.preferred =
      preferred("podAffinity", sign: 1) + preferred("podAntiAffinity", sign: -1)
    if self.required.isEmpty && forbidden.isEmpty && self.preferred.isEmpty { return nil }
  }
}

extension LabelSelector {
  /// Reads a selector of a pod's spec; `nil` where there is none, which selects nothing. Validation
  /// has refused those that cannot be read.
  static func read(_ selector: Document?, adding more: [Requirement]) -> LabelSelector? {
    guard let selector, !selector.isNull, var read = try? LabelSelector(selectorObject: selector)
    else { return nil }
    read.requirements += more
    return read
  }
}
