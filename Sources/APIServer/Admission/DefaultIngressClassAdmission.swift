import IngressRouting
package import Resources

/// Gives Ingresses that name no class the default one, where there is one: of several the newest, then
/// the first by name.
/// Source: Kubernetes documentation, "Admission Control", "DefaultIngressClass".
package struct DefaultIngressClassAdmission: AdmissionPlugin {
  private let classes: @Sendable () -> [Document]

  package init(classes: @escaping @Sendable () -> [Document]) { self.classes = classes }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .ingresses, write.operation == .create, write.subresource == nil
    else { return }
    let ingress = Ingress(object)
    guard ingress.spec.ingressClassName == nil,
      ingress.metadata.annotations[IngressClasses.legacyAnnotation] == nil,
      let name = IngressClasses.default(of: classes())
    else { return }
    object.set(Document(name), at: ["spec", "ingressClassName"])
  }
}
