package import Resources

/// What a volume needs next, seen from its side of a binding. Pure.
/// Source: Kubernetes documentation, "Persistent Volumes", "Reclaiming".
package enum VolumeBinding {
  /// - Parameter claim: the one of the name that the volume refers to, where there is one.
  package static func plan(_ volume: PersistentVolume, _ claim: PersistentVolumeClaim?)
    -> BindingPlan
  {
    guard let reference = volume.spec.claimRef, !(reference.uid ?? "").isEmpty else {
      // Free, or kept for a claim that has not come: that one binds itself.
      return settled(volume, "Available")
    }
    guard let claim, claim.metadata.uid == reference.uid else { return released(volume) }
    if claim.volumeName == volume.metadata.name { return settled(volume, "Bound") }
    if claim.volumeName.isEmpty { return unfinished(volume, claim) }
    let isOwnWaste =
      volume.metadata.annotations[StorageAnnotations.provisionedBy] != nil
      && volume.spec.persistentVolumeReclaimPolicy == "Delete"
    // Made for a claim that got another: nobody needs it.
    return isOwnWaste ? released(volume) : given(volume)
  }

  private static func settled(_ volume: PersistentVolume, _ phase: String) -> BindingPlan {
    var plan = BindingPlan()
    plan.volume = volume
    plan.volume?.setPhase(phase)
    return plan
  }

  /// The claim has yet to say that it wants this volume, and does where it can.
  private static func unfinished(_ volume: PersistentVolume, _ claim: PersistentVolumeClaim)
    -> BindingPlan
  {
    var plan = BindingPlan()
    if volume.isBlock != claim.isBlock {
      plan.volumeNotes = [
        BindingNote(
          .warning, "VolumeMismatch",
          "Cannot bind PersistentVolume to requested PersistentVolumeClaim "
            + "\"\(claim.metadata.name ?? "")\" due to incompatible volumeMode.")
      ]
      plan.claimNotes = [
        BindingNote(
          .warning, "VolumeMismatch",
          "Cannot bind PersistentVolume \"\(volume.metadata.name ?? "")\" to requested "
            + "PersistentVolumeClaim due to incompatible volumeMode.")
      ]
    }
    return plan
  }

  /// The claim chose another: the volume is free again, but for what its user fixed.
  private static func given(_ volume: PersistentVolume) -> BindingPlan {
    var plan = settled(volume, "Available")
    if volume.metadata.annotations[StorageAnnotations.boundByController] != nil {
      plan.volume?.spec.claimRef = nil
      plan.volume?.metadata.annotations[StorageAnnotations.boundByController] = nil
    } else {
      plan.volume?.spec.claimRef?.uid = nil
    }
    return plan
  }

  /// The claim is gone. What a provisioner made, it takes away; what a user made stays.
  private static func released(_ volume: PersistentVolume) -> BindingPlan {
    // A failure stays to be seen.
    let phase = volume.status.phase
    if phase == "Failed" { return BindingPlan() }
    switch volume.spec.persistentVolumeReclaimPolicy {
    case "Recycle":
      return failed(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!")
    case "Delete" where volume.metadata.annotations[StorageAnnotations.provisionedBy] == nil:
      return failed(
        volume, "VolumeFailedDelete",
        "error getting deleter volume plugin for volume \"\(volume.metadata.name ?? "")\": nobody "
          + "is known to have made it; remove its files and delete it, or set "
          + "\".spec.persistentVolumeReclaimPolicy\" to \"Retain\"")
    default: return settled(volume, "Released")
    }
  }

  private static func failed(_ volume: PersistentVolume, _ reason: String, _ message: String)
    -> BindingPlan
  {
    var plan = BindingPlan()
    plan.volume = volume
    plan.volume?.setPhase("Failed", message)
    plan.volumeNotes = [BindingNote(.warning, reason, message)]
    return plan
  }
}
