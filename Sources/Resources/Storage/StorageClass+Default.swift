import Foundations

extension StorageClass {
  package var isDefault: Bool {
    let annotations = metadata.annotations
    return annotations[StorageAnnotations.defaultClass] == "true"
      || annotations[StorageAnnotations.betaDefaultClass] == "true"
  }

  /// Whether volumes are bound, or made, only once a pod that uses the claim has a node.
  package var waitsForFirstConsumer: Bool { volumeBindingMode == "WaitForFirstConsumer" }

  /// The class for claims that name none: of several, the newest, then the first by name.
  /// Source: Kubernetes documentation, "Storage Classes", "Default StorageClass".
  package static func `default`(of classes: some Sequence<Document>) -> StorageClass? {
    classes.lazy.map { StorageClass($0) }.filter(\.isDefault).max {
      let left = $0.metadata.creationTimestamp?.seconds ?? 0
      let right = $1.metadata.creationTimestamp?.seconds ?? 0
      return left == right
        ? ($0.metadata.name ?? "") > ($1.metadata.name ?? "") : left < right
    }
  }
}
