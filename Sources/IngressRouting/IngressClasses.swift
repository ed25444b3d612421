import Foundations
package import Resources

/// Which Ingresses are this ingress's to serve.
/// Source: Kubernetes documentation, "Ingress", "Ingress class".
package struct IngressClasses: Sendable {
  /// What an IngressClass names as its controller to have its Ingresses served here.
  package static let controller = "martlet.io/ingress"
  /// The class that every cluster has.
  package static let usualName = "martlet"
  package static let defaultAnnotation = "ingressclass.kubernetes.io/is-default-class"
  /// How Ingresses named their class before there were IngressClasses.
  package static let legacyAnnotation = "kubernetes.io/ingress.class"

  /// The class for Ingresses that name none, if there is one.
  package static func `default`(of classes: some Sequence<Document>) -> String? {
    classes.lazy.map { IngressClass($0) }
      .filter { $0.metadata.annotations[defaultAnnotation] == "true" }
      .max {
        let left = $0.metadata.creationTimestamp?.seconds ?? 0
        let right = $1.metadata.creationTimestamp?.seconds ?? 0
        return left == right
          ? ($0.metadata.name ?? "") > ($1.metadata.name ?? "") : left < right
      }?.metadata.name
  }

  private let own: Set<String>

  package init(_ classes: some Sequence<Document>) {
    own = Set(
      classes.lazy.map { IngressClass($0) }.filter { $0.spec.controller == Self.controller }
        .compactMap(\.metadata.name))
  }

  package func serves(_ ingress: Ingress) -> Bool {
    if let name = ingress.spec.ingressClassName { return own.contains(name) }
    return ingress.metadata.annotations[Self.legacyAnnotation].map { own.contains($0) } ?? false
  }
}
