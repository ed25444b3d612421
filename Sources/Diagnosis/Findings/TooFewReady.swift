import Foundations
import Resources

/// Workloads with fewer ready pods than they should have, where nothing else says why.
enum TooFewReady {
  static func all(_ picture: ClusterPicture, besides found: [Finding]) -> [Finding] {
    let told = Set(found.map(\.subject))
    return WorkloadScale.kinds.flatMap { kind in
      picture[kind].compactMap { object -> Finding? in
        let reference = ObjectReference(kind, object)
        let scale = WorkloadScale(object, kind)
        let metadata = ObjectMeta(object["metadata"] ?? .emptyObject)
        guard !scale.isComplete, WorkloadScale.isOwn(object), !told.contains(reference),
          !metadata.isTerminating,
          picture.age(of: metadata.creationTimestamp) > Patience.workload,
          picture.age(of: lastChange(object)) > Patience.workload
        else { return nil }
        return Finding(
          .tooFewReady, reference, "has \(scale.ready) ready pods of \(scale.desired)",
          reason: picture.warning(about: reference) ?? "none of its pods says why",
          remedy: "look at its events: kubectl describe \(reference.kubectl)")
      }
    }
  }

  /// When its conditions last changed: a rollout that is going on is no trouble.
  private static func lastChange(_ object: Document) -> Timestamp? {
    (object[path: "status", "conditions"] ?? .emptyArray).elements.flatMap {
      [$0["lastUpdateTime"], $0["lastTransitionTime"]]
    }.compactMap { $0?.string.flatMap { Timestamp($0) } }.max()
      ?? object[path: "metadata", "creationTimestamp"]?.string.flatMap { Timestamp($0) }
  }
}
