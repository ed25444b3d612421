import Foundations
import Resources

/// Objects that were deleted and do not go.
enum TerminationFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    ClusterPicture.kinds.flatMap { kind in
      picture[kind].compactMap { finding(of: $0, kind, picture) }
    }
  }

  private static func finding(of object: Document, _ kind: ResourceType, _ picture: ClusterPicture)
    -> Finding?
  {
    let metadata = ObjectMeta(object["metadata"] ?? .emptyObject)
    // The time of deletion of a pod is when its grace is over.
    guard let deletion = metadata.deletionTimestamp,
      picture.age(of: deletion) > Patience.termination
    else { return nil }
    let reference = ObjectReference(kind, object)
    let (reason, remedy) =
      kind == .namespaces
      ? namespace(object, reference) : waiting(object, metadata, kind, reference, picture)
    return Finding(
      .stuckTerminating, reference,
      "was deleted \(picture.age(of: deletion).components.seconds) s ago and is still there",
      reason: reason, remedy: remedy)
  }

  /// A namespace tells what of it is left in its conditions.
  private static func namespace(_ object: Document, _ reference: ObjectReference) -> (
    String, String
  ) {
    let telling = (object[path: "status", "conditions"] ?? .emptyArray).elements.filter {
      $0["status"]?.string == "True"
    }.compactMap { $0["message"]?.string }
    let finalizers = (object[path: "spec", "finalizers"] ?? .emptyArray).elements.compactMap(
      \.string)
    return (
      telling.isEmpty
        ? "it waits for \(finalizers.joined(separator: ", "))" : telling.joined(separator: " "),
      "mend what looks after the finalizers that are named, or take them from metadata.finalizers of "
        + "the objects left in \(reference.name)"
    )
  }

  private static func waiting(
    _ object: Document, _ metadata: ObjectMeta, _ kind: ResourceType,
    _ reference: ObjectReference, _ picture: ClusterPicture
  ) -> (String, String) {
    let finalizers = metadata.finalizers
    if kind == .persistentVolumeClaims {
      let users = picture.pods(in: reference.namespace).filter { pod in
        pod.spec.volumes.contains {
          $0.document[path: "persistentVolumeClaim", "claimName"]?.string == reference.name
        }
      }.compactMap(\.metadata.name)
      if !users.isEmpty {
        return (
          "it is used by \(users.map { "Pod \($0)" }.joined(separator: ", "))",
          "delete those pods, or what makes them"
        )
      }
    }
    if finalizers.isEmpty {
      let node = object[path: "spec", "nodeName"]?.string ?? ""
      return (
        kind == .pods ? "node \(node) has not ended it" : "nobody has taken it away",
        kind == .pods
          ? "look after node \(node); where it is gone for good: kubectl delete "
            + "\(reference.kubectl) --force" : "look after the API server"
      )
    }
    return (
      "it waits for its finalizers: \(finalizers.joined(separator: ", "))",
      "mend what looks after them; where that is gone for good: kubectl patch \(reference.kubectl) "
        + "--type=merge -p '{\"metadata\":{\"finalizers\":null}}'"
    )
  }
}
