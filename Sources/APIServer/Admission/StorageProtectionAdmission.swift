package import Resources

/// Lets claims and volumes stay until nobody uses them any more, whoever deletes them.
/// Source: Kubernetes documentation, "Admission Control", "StorageObjectInUseProtection".
package struct StorageProtectionAdmission: AdmissionPlugin {
  package init() {}

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.operation == .create, write.subresource == nil else { return }
    let finalizer: String
    switch write.resource {
    case .persistentVolumeClaims: finalizer = StorageAnnotations.claimProtection
    case .persistentVolumes: finalizer = StorageAnnotations.volumeProtection
    default: return
    }
    let present = object[path: "metadata", "finalizers"]?.elements.map { $0 } ?? []
    if present.contains(where: { $0.string == finalizer }) { return }
    object.set(Document(present + [Document(finalizer)]), at: ["metadata", "finalizers"])
  }
}
