package import Resources

/// What a volume and a claim should become, and what is to be told of it.
package struct BindingPlan: Equatable, Sendable {
  /// `nil` leaves it as it is.
  package var volume: PersistentVolume?
  package var claim: PersistentVolumeClaim?
  package var claimNotes: [BindingNote] = []
  package var volumeNotes: [BindingNote] = []

  package init() {}
}

/// Something to tell of a claim or a volume.
package struct BindingNote: Equatable, Sendable {
  package let kind: ObjectEventNote.Kind
  package let reason: String
  package let message: String

  package init(_ kind: ObjectEventNote.Kind, _ reason: String, _ message: String) {
    self.kind = kind
    self.reason = reason
    self.message = message
  }
}

extension BindingPlan {
  /// Volume and claim as they are once they belong together. What a user has fixed is kept, and what
  /// was the controller's choice is marked as such.
  static func binding(_ volume: PersistentVolume, _ claim: PersistentVolumeClaim) -> BindingPlan {
    var plan = BindingPlan()
    var volume = volume
    if !volume.isReserved(for: claim) {
      volume.metadata.annotations[StorageAnnotations.boundByController] = "yes"
    }
    if volume.spec.claimRef?.uid != claim.metadata.uid || !volume.isReserved(for: claim) {
      volume.spec.claimRef = claim.reference
    }
    volume.setPhase("Bound")
    var claim = claim
    if claim.volumeName != volume.metadata.name {
      claim.spec.volumeName = volume.metadata.name
      claim.metadata.annotations[StorageAnnotations.boundByController] = "yes"
    }
    if !claim.isBindingComplete {
      claim.metadata.annotations[StorageAnnotations.bindCompleted] = "yes"
    }
    if claim.status.phase != "Bound" {
      // One that is bound already grows on its own.
      claim.status.capacity = volume.spec.capacity
      claim.status.phase = "Bound"
    }
    claim.status.accessModes = volume.spec.accessModes
    plan.volume = volume
    plan.claim = claim
    return plan
  }

  /// A claim that belongs to no volume (any more).
  static func unbound(
    _ claim: PersistentVolumeClaim, _ phase: String, _ note: BindingNote? = nil
  ) -> BindingPlan {
    var plan = BindingPlan()
    var changed = claim
    changed.status.phase = phase
    changed.status.document["capacity"] = nil
    changed.status.document["accessModes"] = nil
    plan.claim = changed
    if let note { plan.claimNotes = [note] }
    return plan
  }
}

extension PersistentVolume {
  /// - Parameter message: why it is in that phase, where that is no matter of course.
  mutating func setPhase(_ phase: String, _ message: String? = nil) {
    status.phase = phase
    status.message = message
  }
}
