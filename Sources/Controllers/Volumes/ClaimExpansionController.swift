package import Foundations
package import Resources

/// Grows volumes whose claims ask for more than they have.
/// Source: Kubernetes documentation, "Persistent Volumes", "Expanding Persistent Volumes Claims".
package final class ClaimExpansionController: Controller {
  package let name = "volume-expand-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let claims: Informer
  private let volumes: Informer
  private let events: any EventSink

  package init(client: any ClusterClient, informers: InformerSet, events: any EventSink) {
    self.client = client
    self.events = events
    claims = informers[.persistentVolumeClaims]
    volumes = informers[.persistentVolumes]
    claims.onChange { [queue] change in
      if case .removed = change { return }
      let claim = PersistentVolumeClaim(change.object)
      if ClaimExpansion.isWanted(by: claim) { queue.add(claim.metadata.key) }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let claim = claims[key].map({ PersistentVolumeClaim($0) }),
      ClaimExpansion.isWanted(by: claim),
      let volume = volumes[ObjectKey(namespace: "", name: claim.volumeName)]
    else { return nil }
    let owner = OwnerIdentity(.persistentVolumeClaims, claim.metadata)
    switch ClaimExpansion.step(claim, PersistentVolume(volume)) {
    case .leaveToOthers:
      events.record(
        owner.note(
          .normal, "ExternalExpanding",
          "waiting for an external controller to expand this PVC"))
    case .grow(let grownVolume, let grownClaim):
      if grownVolume.document != volume {
        _ = try await client.update(.persistentVolumes, namespace: nil, grownVolume.document)
      }
      let written = try await client.update(
        .persistentVolumeClaims, namespace: key.namespace, grownClaim.document,
        subresource: "status")
      events.record(
        owner.note(.normal, "VolumeResizeSuccessful", "Resize volume succeeded"))
      let version = written[path: "metadata", "resourceVersion"]
      await claims.waitUntil(key) {
        $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
      }
    }
    return nil
  }
}

/// How a claim grows. Pure.
package enum ClaimExpansion {
  package enum Step: Equatable, Sendable {
    case leaveToOthers
    /// The volume first, then the claim's status.
    case grow(PersistentVolume, PersistentVolumeClaim)
  }

  package static func isWanted(by claim: PersistentVolumeClaim) -> Bool {
    guard claim.isBound, claim.status.phase == "Bound",
      let present = claim.status.capacity["storage"]
    else { return false }
    return claim.request > present
  }

  /// A directory of a node needs nothing done to it.
  package static func step(_ claim: PersistentVolumeClaim, _ volume: PersistentVolume) -> Step {
    guard LocalPathVolume.isOne(volume) else { return .leaveToOthers }
    var volume = volume
    if volume.capacity < claim.request { volume.spec.capacity["storage"] = claim.request }
    var claim = claim
    claim.status.capacity["storage"] = claim.request
    claim.status.conditions.removeAll { ["Resizing", "FileSystemResizePending"].contains($0.type) }
    return .grow(volume, claim)
  }
}
