package import Resources

/// Lets only those claims grow whose class can make volumes larger.
/// Source: Kubernetes documentation, "Admission Control", "PersistentVolumeClaimResize".
package struct ClaimResizeAdmission: AdmissionPlugin {
  private let storageClass: @Sendable (_ name: String) -> Document?

  package init(storageClass: @escaping @Sendable (_ name: String) -> Document?) {
    self.storageClass = storageClass
  }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .persistentVolumeClaims, write.operation == .update,
      write.subresource == nil, let old = write.old.map({ PersistentVolumeClaim($0) })
    else { return }
    let new = PersistentVolumeClaim(object)
    guard new.request > old.request else { return }
    guard old.status.phase == "Bound" else {
      throw .forbidden(
        write.resource, write.name, "Only bound persistent volume claims can be expanded")
    }
    let name = new.storageClass ?? ""
    let isAllowed =
      !name.isEmpty && name == old.storageClass
      && storageClass(name)?["allowVolumeExpansion"]?.bool == true
    if !isAllowed {
      throw .forbidden(
        write.resource, write.name,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the "
          + "pvc must support resize")
    }
  }
}
