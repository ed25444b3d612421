package import Resources

/// Refuses creates in namespaces that do not exist or are on their way out, and the deletion of the
/// namespaces that the cluster needs.
package struct NamespaceLifecycle: AdmissionPlugin {
  private let namespace: @Sendable (String) -> Document?

  /// - Parameter namespace: reads a namespace by name.
  package init(namespace: @escaping @Sendable (String) -> Document?) { self.namespace = namespace }

  private static let immortal: Set<String> = ["default", "kube-system", "kube-public"]

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    if write.resource == .namespaces {
      if write.operation == .delete && Self.immortal.contains(write.name) {
        throw .forbidden(write.resource, write.name, "this namespace may not be deleted")
      }
      return
    }
    guard write.operation == .create, write.resource.isNamespaced, let name = write.namespace else {
      return
    }
    guard let namespace = namespace(name) else { throw .notFound(.namespaces, name) }
    guard namespace[path: "metadata", "deletionTimestamp"] != nil else { return }
    // Access questions and events about the end may still be written.
    if write.resource == .events || write.resource.group == "authorization.k8s.io" { return }
    var error = APIError.forbidden(
      write.resource, write.name,
      "unable to create new content in namespace \(name) because it is being terminated")
    error.details.causes = [
      APIError.Cause(
        reason: "NamespaceTerminating", message: "namespace \(name) is being terminated",
        field: "metadata.namespace")
    ]
    throw error
  }
}
