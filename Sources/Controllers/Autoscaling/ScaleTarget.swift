import Foundations
import Resources

/// What an autoscaler scales: a workload's wished-for number of pods, and which pods are its own.
struct ScaleTarget: Sendable {
  let resource: ResourceType
  let key: ObjectKey
  let replicas: Int
  /// Matches nothing where the workload has none.
  let selector: LabelSelector?

  /// The kinds that can be scaled.
  static let resources: [ResourceType] = [
    .deployments, .replicaSets, .statefulSets, .replicationControllers,
  ]

  struct NotScalable: Error, CustomStringConvertible {
    let description: String
  }

  /// - Throws: `NotScalable` where it names a kind without a scale.
  static func resource(of reference: CrossVersionObjectReference) throws(NotScalable)
    -> ResourceType
  {
    let group = GroupVersionKind(apiVersion: reference.apiVersion ?? "", kind: reference.kind).group
    let found = resources.first { $0.kind == reference.kind && $0.group == group }
    guard let found else {
      throw NotScalable(
        description: "no matches for kind \"\(reference.kind)\" in group \"\(group)\"")
    }
    return found
  }

  init(_ resource: ResourceType, _ object: Document) {
    self.resource = resource
    key = ObjectKey(object)
    replicas = object[path: "spec", "replicas"]?.integer ?? 1
    let wire = object[path: "spec", "selector"]
    if resource == .replicationControllers {
      selector = wire.map { LabelSelector(labels: [String: String](value: $0) ?? [:]) }
    } else {
      // Validation has refused selectors that cannot be read.
      selector = wire.flatMap { try? LabelSelector(selectorObject: $0) }
    }
  }
}
