import Foundations
package import Resources

/// What a claim needs next on its way to a volume. Pure.
/// Source: Kubernetes documentation, "Persistent Volumes", "Lifecycle of a volume and claim".
package struct ClaimBinding: Sendable {
  /// What is known around a claim.
  package struct Surroundings: Sendable {
    /// Where the claim names a volume: that one, or none. Else all there are.
    package var volumes: [PersistentVolume] = []
    /// The class that the claim names, where there is one.
    package var storageClass: StorageClass?
    /// The class for claims that name none.
    package var defaultClass: String?
    /// Pods that use the claim and have no node yet.
    package var waitingPods: [String] = []
    package init() {}
  }

  private let claim: PersistentVolumeClaim
  private let around: Surroundings

  package static func plan(_ claim: PersistentVolumeClaim, _ around: Surroundings) -> BindingPlan {
    let binding = ClaimBinding(claim: claim, around: around)
    return claim.isBindingComplete ? binding.keep() : binding.begin()
  }

  // MARK: Not bound yet

  private func begin() -> BindingPlan {
    if !claim.volumeName.isEmpty { return bindToNamed() }
    switch VolumeChoice(for: claim, among: around.volumes) {
    case .reserved(let volume): return .binding(volume, claim)
    case .free(let volumes):
      // Where pods decide, the scheduler takes one.
      if !isDelayed, let volume = volumes.first { return .binding(volume, claim) }
    }
    if claim.metadata.isTerminating { return .unbound(claim, "Pending") }
    if claim.storageClass == nil, let name = around.defaultClass {
      var plan = BindingPlan()
      plan.claim = claim
      plan.claim?.spec.storageClassName = name
      return plan
    }
    if isDelayed && selectedNode == nil { return .unbound(claim, "Pending", waitingNote) }
    if claim.storageClass ?? "" != "" { return provision() }
    return .unbound(
      claim, "Pending",
      BindingNote(
        .normal, "FailedBinding",
        "no persistent volumes available for this claim and no storage class is set"))
  }

  private var isDelayed: Bool { around.storageClass?.waitsForFirstConsumer ?? false }
  private var selectedNode: String? {
    claim.metadata.annotations[StorageAnnotations.selectedNode]
  }

  private var waitingNote: BindingNote {
    let pods = around.waitingPods.sorted()
    guard !pods.isEmpty else {
      return BindingNote(
        .normal, "WaitForFirstConsumer",
        "waiting for first consumer to be created before binding")
    }
    return BindingNote(
      .normal, "WaitForPodScheduled",
      "waiting for pod\(pods.count > 1 ? "s" : "") \(pods.joined(separator: ",")) to be scheduled")
  }

  private func bindToNamed() -> BindingPlan {
    guard let volume = around.volumes.first else { return .unbound(claim, "Pending") }
    if volume.isReserved(for: claim) { return .binding(volume, claim) }
    let name = volume.metadata.name ?? ""
    guard volume.spec.claimRef == nil else {
      return .unbound(
        claim, "Pending",
        BindingNote(
          .warning, "FailedBinding", "volume \"\(name)\" already bound to a different claim."))
    }
    if let mismatch = volume.mismatch(with: claim) {
      return .unbound(
        claim, "Pending",
        BindingNote(
          .warning, "VolumeMismatch", "Cannot bind to requested volume \"\(name)\": \(mismatch)"))
    }
    return .binding(volume, claim)
  }

  /// Asks the class's provisioner for a volume: it reads who is meant from the claim.
  private func provision() -> BindingPlan {
    guard let found = around.storageClass else {
      return .unbound(
        claim, "Pending",
        BindingNote(
          .warning, "ProvisioningFailed",
          "storageclass.storage.k8s.io \"\(claim.storageClass ?? "")\" not found"))
    }
    let provisioner = found.provisioner
    if provisioner == StorageProvisioner.none {
      return .unbound(
        claim, "Pending",
        BindingNote(
          .warning, "ProvisioningFailed",
          "no volume plugin matched name: \(provisioner): make a persistent volume of class "
            + "\"\(claim.storageClass ?? "")\" that fits this claim"))
    }
    let isOwn = provisioner == StorageProvisioner.localPath
    var plan = BindingPlan.unbound(
      claim, "Pending",
      isOwn
        ? nil
        : BindingNote(
          .normal, "ExternalProvisioning",
          "Waiting for a volume to be created either by the external provisioner "
            + "'\(provisioner)' or manually by the system administrator. If volume creation is "
            + "delayed, please verify that the provisioner is running and correctly registered."))
    for name in [StorageAnnotations.provisioner, StorageAnnotations.betaProvisioner] {
      plan.claim?.metadata.annotations[name] = provisioner
    }
    return plan
  }

  // MARK: Bound before

  private func keep() -> BindingPlan {
    if claim.volumeName.isEmpty {
      return lost("ClaimLost", "Bound claim has lost reference to PersistentVolume.")
    }
    guard let volume = around.volumes.first else {
      return lost("ClaimLost", "Bound claim has lost its PersistentVolume.")
    }
    if volume.spec.claimRef == nil || volume.spec.claimRef?.uid == claim.metadata.uid {
      return .binding(volume, claim)
    }
    return lost(
      "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly",
      ofData: false)
  }

  private func lost(_ reason: String, _ message: String, ofData: Bool = true) -> BindingPlan {
    let text = ofData ? "\(message) Data on the volume is lost!" : message
    return .unbound(
      claim, "Lost", claim.status.phase == "Lost" ? nil : BindingNote(.warning, reason, text))
  }
}
