/// What the parts of storage say to each other on volumes and claims.
/// Source: Kubernetes documentation, "Well-Known Labels, Annotations and Taints".
package enum StorageAnnotations {
  /// On a claim: its binding to a volume is done.
  package static let bindCompleted = "pv.kubernetes.io/bind-completed"
  /// On either: the binding was the controller's choice, not the user's.
  package static let boundByController = "pv.kubernetes.io/bound-by-controller"
  /// On a volume: who made it.
  package static let provisionedBy = "pv.kubernetes.io/provisioned-by"
  /// On a claim: who is to make its volume. Both names are read by provisioners out there.
  package static let provisioner = "volume.kubernetes.io/storage-provisioner"
  package static let betaProvisioner = "volume.beta.kubernetes.io/storage-provisioner"
  /// On a claim: where the first pod that uses it goes.
  package static let selectedNode = "volume.kubernetes.io/selected-node"
  /// On either: the class, before it had a field.
  package static let betaClass = "volume.beta.kubernetes.io/storage-class"
  /// On a class: claims without one get it.
  package static let defaultClass = "storageclass.kubernetes.io/is-default-class"
  package static let betaDefaultClass = "storageclass.beta.kubernetes.io/is-default-class"

  package static let claimProtection = "kubernetes.io/pvc-protection"
  package static let volumeProtection = "kubernetes.io/pv-protection"
}

/// Makers of volumes that are known by name.
package enum StorageProvisioner {
  /// Martlet's own: directories of the node that the first pod goes to.
  package static let localPath = "martlet.io/local-path"
  /// A class whose volumes are made by hand.
  package static let none = "kubernetes.io/no-provisioner"
}
