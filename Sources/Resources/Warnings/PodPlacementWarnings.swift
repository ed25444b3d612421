/// What is told of how a pod chooses its node, by the node's labels and by other pods.
/// Source: upstream's wording.
enum PodPlacementWarnings {
  static func ofNodes(_ spec: Document, at path: String) -> [String] {
    NodeLabelWarnings.ofMap(spec["nodeSelector"]) { "\(path).nodeSelector[\($0)]" }
      + ofAffinity(spec[path: "affinity", "nodeAffinity"], at: "\(path).affinity.nodeAffinity.")
      + spec.placed("topologySpreadConstraints", at: "\(path).").flatMap { place, constraint in
        NodeLabelWarnings.ofKey(
          constraint["topologyKey"]?.string ?? "", at: "\(place).topologyKey")
          + ofSelector(constraint, at: place)
      }
  }

  private static func ofAffinity(_ affinity: Document?, at path: String) -> [String] {
    guard let affinity else { return [] }
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    let terms = affinity[required]?.placed("nodeSelectorTerms", at: "\(path)\(required).") ?? []
    let preferred = affinity.placed("preferredDuringSchedulingIgnoredDuringExecution", at: path)
    return terms.flatMap { NodeLabelWarnings.ofExpressions($0.value, at: $0.place) }
      + preferred.flatMap { place, term in
        NodeLabelWarnings.ofExpressions(term["preference"], at: "\(place).preference")
          + NodeLabelWarnings.ofValues(term["preference"], at: "\(place).preference")
      }
  }

  static func ofPods(_ spec: Document, at path: String) -> [String] {
    ["podAffinity", "podAntiAffinity"].flatMap { kind -> [String] in
      guard let affinity = spec[path: "affinity", kind] else { return [] }
      let place = "\(path).affinity.\(kind)."
      return affinity.placed("requiredDuringSchedulingIgnoredDuringExecution", at: place)
        .flatMap { ofSelector($0.value, at: $0.place) }
        + affinity.placed("preferredDuringSchedulingIgnoredDuringExecution", at: place).flatMap {
          ofSelector($0.value["podAffinityTerm"], at: "\($0.place).podAffinityTerm")
        }
    }
  }

  /// An empty selector takes every pod, none at all takes none.
  private static func ofSelector(_ term: Document?, at path: String) -> [String] {
    term?["labelSelector"] == nil
      ? ["\(path).labelSelector: a null labelSelector results in matching no pod"] : []
  }
}
