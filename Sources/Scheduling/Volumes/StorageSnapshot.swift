package import Resources

/// Claims, volumes and classes as the scheduler sees them, with what it has decided about them and
/// nobody else knows yet.
package struct StorageSnapshot: Sendable {
  private var claims: [ObjectKey: PersistentVolumeClaim] = [:]
  private var volumes: [String: PersistentVolume] = [:]
  private var classes: [String: StorageClass] = [:]
  /// Pods on nodes, by the claims that they use.
  private var users: [ObjectKey: Set<ObjectKey>] = [:]
  /// Where claims are going to have their volume, and which volumes they are going to have.
  private var chosenNodes: [ObjectKey: String] = [:]
  private var chosenVolumes: [String: ObjectKey] = [:]

  package init() {}

  // MARK: What the API says

  package mutating func upsert(claim: Document) {
    let claim = PersistentVolumeClaim(claim)
    claims[claim.metadata.key] = claim
    if !claim.volumeName.isEmpty { forgetChoices(of: [claim.metadata.key]) }
  }

  package mutating func removeClaim(_ key: ObjectKey) {
    claims[key] = nil
    forgetChoices(of: [key])
  }

  package mutating func upsert(volume: Document) {
    let volume = PersistentVolume(volume)
    let name = volume.metadata.name ?? ""
    volumes[name] = volume
    if volume.spec.claimRef != nil { chosenVolumes[name] = nil }
  }

  package mutating func removeVolume(_ name: String) {
    volumes[name] = nil
    chosenVolumes[name] = nil
  }

  package mutating func upsert(storageClass: Document) {
    let found = StorageClass(storageClass)
    classes[found.metadata.name ?? ""] = found
  }

  package mutating func removeClass(_ name: String) { classes[name] = nil }

  // MARK: What is decided

  package mutating func place(_ pod: SchedulingPod) {
    for claim in pod.claims { users[claim.key, default: []].insert(pod.key) }
  }

  package mutating func forget(_ pod: SchedulingPod) {
    for claim in pod.claims {
      users[claim.key]?.remove(pod.key)
      if users[claim.key]?.isEmpty == true { users[claim.key] = nil }
    }
  }

  /// Counts decisions at once, so that the next pod sees them.
  package mutating func choose(_ decisions: [VolumeDecision], on node: String) {
    for decision in decisions {
      chosenNodes[decision.claim] = node
      if case .bind(_, let volume) = decision { chosenVolumes[volume] = decision.claim }
    }
  }

  /// What was decided did not come to pass, or everybody knows it by now.
  package mutating func forgetChoices(of keys: some Sequence<ObjectKey>) {
    for key in keys where chosenNodes.removeValue(forKey: key) != nil {
      for (volume, claim) in chosenVolumes where claim == key { chosenVolumes[volume] = nil }
    }
  }

  // MARK: What it means

  /// What a pod's claims mean for its place; `nil` where it has none. O(claims), and O(volumes)
  /// for each claim that waits for its first pod.
  package func needs(of pod: SchedulingPod) -> PodVolumes? {
    guard !pod.claims.isEmpty else { return nil }
    var needs = PodVolumes()
    var delayed: [PersistentVolumeClaim] = []
    for use in pod.claims {
      guard let claim = claims[use.key] else { return .refused(missing(use)) }
      let name = use.key.name
      if claim.status.phase == "Lost" {
        return .refused(
          "persistentvolumeclaim \"\(name)\" bound to non-existent persistentvolume "
            + "\"\(claim.volumeName)\"")
      }
      if claim.metadata.isTerminating {
        return .refused("persistentvolumeclaim \"\(name)\" is being deleted")
      }
      if use.isEphemeral && claim.metadata.controllerReference?.uid != pod.uid {
        return .refused(
          "PVC \(use.key) was not created for pod \(pod.key) (pod is not owner)")
      }
      if claim.spec.accessModes.contains("ReadWriteOncePod"),
        users[use.key]?.contains(where: { $0 != pod.key }) == true
      {
        needs.isClaimInUse = true
      }
      if claim.isBound {
        needs.addBound(volumes[claim.volumeName])
      } else if isDelayed(claim) {
        delayed.append(claim)
      } else {
        return .refused("pod has unbound immediate PersistentVolumeClaims")
      }
    }
    // The smallest first, so that the large volumes are left for the large claims.
    delayed.sort { $0.request < $1.request }
    needs.delayed = delayed.map { waiting($0) }
    return needs
  }

  private func missing(_ use: ClaimUse) -> String {
    let text = "persistentvolumeclaim \"\(use.key.name)\""
    return use.isEphemeral
      ? "waiting for ephemeral volume controller to create the \(text)" : "\(text) not found"
  }

  /// Whether its volume is chosen with the node of its first pod. One that names its volume is the
  /// binder's.
  private func isDelayed(_ claim: PersistentVolumeClaim) -> Bool {
    claim.volumeName.isEmpty && classes[claim.storageClass ?? ""]?.waitsForFirstConsumer == true
  }

  private func waiting(_ claim: PersistentVolumeClaim) -> PodVolumes.DelayedClaim {
    let key = claim.metadata.key
    let storageClass = classes[claim.storageClass ?? ""]
    let isProvisioned = !["", StorageProvisioner.none].contains(storageClass?.provisioner ?? "")
    let node =
      claim.metadata.annotations[StorageAnnotations.selectedNode] ?? chosenNodes[key]
    let free = volumes.values.filter { volume in
      chosenVolumes[volume.metadata.name ?? ""].map { $0 == key } ?? true
    }
    return PodVolumes.DelayedClaim(
      key: key, node: node, choice: VolumeChoice(for: claim, among: free),
      topologies: isProvisioned ? storageClass?.allowedTopologies ?? [] : nil)
  }
}

/// A claim that a pod uses.
package struct ClaimUse: Hashable, Sendable {
  package let key: ObjectKey
  /// Made for the pod, and gone with it.
  package let isEphemeral: Bool

  /// The claims that a pod uses, each once. Most use none.
  static func all(in pod: Document, _ key: ObjectKey) -> [ClaimUse] {
    guard let volumes = pod[path: "spec", "volumes"] else { return [] }
    var uses: [ClaimUse] = []
    for volume in volumes.elements {
      let isEphemeral = volume["ephemeral"] != nil
      guard isEphemeral || volume["persistentVolumeClaim"] != nil,
        let name = Volume(volume).claimName(pod: key.name)
      else { continue }
      let use = ClaimUse(
        key: ObjectKey(namespace: key.namespace, name: name), isEphemeral: isEphemeral)
      if !uses.contains(use) { uses.append(use) }
    }
    return uses
  }
}
