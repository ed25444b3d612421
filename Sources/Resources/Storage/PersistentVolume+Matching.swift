package import Foundations

extension PersistentVolume {
  package var storageClass: String {
    metadata.annotations[StorageAnnotations.betaClass] ?? spec.storageClassName ?? ""
  }

  package var capacity: Quantity { spec.capacity["storage"] ?? .zero }

  package var isBlock: Bool { spec.volumeMode == "Block" }

  /// Whether it is kept for `claim`: by name, and by identity where it says one.
  package func isReserved(for claim: PersistentVolumeClaim) -> Bool {
    guard let reference = spec.claimRef, reference.name == claim.metadata.name,
      reference.namespace == claim.metadata.namespace
    else { return false }
    let uid = reference.uid ?? ""
    return uid.isEmpty || uid == claim.metadata.uid
  }

  /// Why it cannot serve a claim that asks for it by name; `nil` where it can.
  package func mismatch(with claim: PersistentVolumeClaim) -> String? {
    if metadata.isTerminating {
      return "the volume is marked for deletion \"\(metadata.name ?? "")\""
    }
    if capacity < claim.request { return "requested PV is too small" }
    if storageClass != claim.storageClass ?? "" { return "storageClassName does not match" }
    if (spec.volumeAttributesClassName ?? "") != (claim.spec.volumeAttributesClassName ?? "") {
      return "volumeAttributesClassName does not match"
    }
    if isBlock != claim.isBlock { return "incompatible volumeMode" }
    return offersModes(of: claim) ? nil : "incompatible accessMode"
  }

  package func offersModes(of claim: PersistentVolumeClaim) -> Bool {
    let offered = Set(spec.accessModes)
    return claim.spec.accessModes.allSatisfy { offered.contains($0) }
  }

  /// Whether it may be given to a claim that names no volume, wherever its pods are.
  func isFree(for claim: PersistentVolumeClaim, _ selector: LabelSelector?) -> Bool {
    spec.claimRef == nil && status.phase == "Available" && mismatch(with: claim) == nil
      && selector?.matches(metadata.labels) ?? true
  }

  /// Whether it serves the claim that it is kept for.
  func serves(_ claim: PersistentVolumeClaim) -> Bool {
    capacity >= claim.request && isBlock == claim.isBlock && !metadata.isTerminating
  }
}
