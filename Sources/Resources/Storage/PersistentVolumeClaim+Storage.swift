package import Foundations

extension PersistentVolumeClaim {
  /// The class it asks for; `nil` where it says nothing, empty where it wants none.
  package var storageClass: String? {
    metadata.annotations[StorageAnnotations.betaClass] ?? spec.storageClassName
  }

  /// Bytes it asks for.
  package var request: Quantity { spec.resources?.requests["storage"] ?? .zero }

  /// Empty for one that names no volume and has none.
  package var volumeName: String { spec.volumeName ?? "" }

  /// Whether volume and claim both say that they belong together.
  package var isBindingComplete: Bool {
    metadata.annotations[StorageAnnotations.bindCompleted] != nil
  }

  /// Bound in word and deed.
  package var isBound: Bool { !volumeName.isEmpty && isBindingComplete }

  package var isBlock: Bool { spec.volumeMode == "Block" }

  /// As a volume refers to it.
  package var reference: ObjectReference {
    var reference = ObjectReference()
    reference.kind = ResourceType.persistentVolumeClaims.kind
    reference.apiVersion = ResourceType.persistentVolumeClaims.apiVersion
    reference.namespace = metadata.namespace
    reference.name = metadata.name
    reference.uid = metadata.uid
    reference.resourceVersion = metadata.resourceVersion
    return reference
  }
}

extension Volume {
  /// The claim in the pod's namespace that it shows: one that the user named, or the one that is
  /// made for the pod and goes with it.
  package func claimName(pod: String) -> String? {
    if let source = persistentVolumeClaim { return source.claimName }
    return ephemeral == nil ? nil : "\(pod)-\(name)"
  }
}
