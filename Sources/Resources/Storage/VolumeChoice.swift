import Foundations

/// The volumes that a claim which names none may get. Pure.
/// Source: Kubernetes documentation, "Persistent Volumes", "Binding".
package enum VolumeChoice: Equatable, Sendable {
  /// One that is kept for it: no other will do.
  case reserved(PersistentVolume)
  /// The smallest first, then in order of names.
  case free([PersistentVolume])

  /// O(volumes).
  package init(
    for claim: PersistentVolumeClaim, among volumes: some Sequence<PersistentVolume>
  ) {
    var free: [PersistentVolume] = []
    let wanted = claim.spec.selector
    // Validation has refused selectors that cannot be read.
    let selector = wanted.flatMap { try? LabelSelector($0) }
    for volume in volumes {
      if volume.isReserved(for: claim) {
        guard volume.serves(claim) else { continue }
        self = .reserved(volume)
        return
      }
      if wanted != nil && selector == nil { continue }
      if volume.isFree(for: claim, selector) { free.append(volume) }
    }
    self = .free(
      free.sorted {
        ($0.capacity, $0.metadata.name ?? "") < ($1.capacity, $1.metadata.name ?? "")
      })
  }
}
