import IngressRouting
import Resources

/// Which Secrets Ingresses name for their certificates. A value; each question costs the Ingresses that
/// name that Secret, however many others there are.
struct ServedCertificates: Sendable {
  private var ingresses: [ObjectKey: Ingress] = [:]
  private var namers: [NodeReference: Set<ObjectKey>] = [:]

  /// Whether an Ingress of one of these classes names the Secret.
  func isNamed(_ secret: NodeReference, within classes: IngressClasses) -> Bool {
    namers[secret]?.contains { ingresses[$0].map { classes.serves($0) } ?? false } ?? false
  }

  /// - Parameter ingress: `nil` where it is gone.
  mutating func set(_ key: ObjectKey, to ingress: Document?) {
    for secret in secrets(of: ingresses[key], key) {
      namers[secret]?.remove(key)
      if namers[secret]?.isEmpty == true { namers[secret] = nil }
    }
    let ingress = ingress.map { Ingress($0) }
    let named = secrets(of: ingress, key)
    // What names none is nobody's reason to read one.
    ingresses[key] = named.isEmpty ? nil : ingress
    for secret in named { namers[secret, default: []].insert(key) }
  }

  mutating func removeAll() {
    ingresses = [:]
    namers = [:]
  }

  private func secrets(of ingress: Ingress?, _ key: ObjectKey) -> Set<NodeReference> {
    guard let ingress else { return [] }
    let names = ingress.spec.tls.compactMap(\.secretName).filter { !$0.isEmpty }
    return Set(names.map { NodeReference(kind: .secret, namespace: key.namespace, name: $0) })
  }
}
