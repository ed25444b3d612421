package import Resources

/// Gives claims that name no class the default one, where there is one.
/// Source: Kubernetes documentation, "Admission Control", "DefaultStorageClass".
package struct DefaultStorageClassAdmission: AdmissionPlugin {
  private let classes: @Sendable () -> [Document]

  package init(classes: @escaping @Sendable () -> [Document]) { self.classes = classes }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .persistentVolumeClaims, write.operation == .create,
      write.subresource == nil, PersistentVolumeClaim(object).storageClass == nil,
      let name = StorageClass.default(of: classes())?.metadata.name
    else { return }
    object.set(Document(name), at: ["spec", "storageClassName"])
  }
}
