package import Resources

extension Informer {
  /// Pods by the claims that they use.
  package static let byClaim = "claim"
  /// Claims without a volume, by the class that they ask for, and by the volume.
  static let unboundByClass = "unbound class"
  static let unboundByVolume = "unbound volume"
  /// Volumes by the claim that they are kept for.
  static let byClaimReference = "claim reference"

  package func indexByClaim() {
    addIndex(Self.byClaim) { Self.claims(of: $0).map(\.description) }
  }

  func indexUnbound() {
    addIndex(Self.unboundByClass) { object in
      let claim = PersistentVolumeClaim(object)
      return claim.isBindingComplete ? [] : [claim.storageClass ?? ""]
    }
    addIndex(Self.unboundByVolume) { object in
      let claim = PersistentVolumeClaim(object)
      return claim.isBindingComplete || claim.volumeName.isEmpty ? [] : [claim.volumeName]
    }
  }

  func indexByClaimReference() {
    addIndex(Self.byClaimReference) { object in
      guard let reference = PersistentVolume(object).spec.claimRef else { return [] }
      return [
        ObjectKey(namespace: reference.namespace ?? "", name: reference.name ?? "").description
      ]
    }
  }

  /// The claims that a pod uses. Most use none.
  static func claims(of pod: Document) -> [ObjectKey] {
    let key = ObjectKey(pod)
    return pod[path: "spec", "volumes"]?.elements.compactMap { volume in
      guard volume["persistentVolumeClaim"] != nil || volume["ephemeral"] != nil else { return nil }
      return Volume(volume).claimName(pod: key.name).map {
        ObjectKey(namespace: key.namespace, name: $0)
      }
    } ?? []
  }

  /// The pods that use a claim.
  func pods(using claim: ObjectKey) -> [Pod] {
    objects(Self.byClaim, claim.description).map { Pod($0) }
  }
}
