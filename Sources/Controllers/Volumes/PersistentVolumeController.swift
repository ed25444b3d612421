package import Foundations
package import Resources

/// Brings claims and volumes together, and says how they stand.
package final class PersistentVolumeController: Controller {
  package let name = "persistentvolume-controller"
  /// Keys within a namespace are claims, the others volumes.
  package let queue = KeyedQueue<ObjectKey>()
  /// One, so that no two claims are given the same volume.
  package let workersMax = 1
  private let client: any ClusterClient
  private let claims: Informer
  private let volumes: Informer
  private let classes: Informer
  private let pods: Informer
  private let events: any EventSink
  private let now: @Sendable () -> Timestamp

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.events = events
    self.now = now
    claims = informers[.persistentVolumeClaims]
    volumes = informers[.persistentVolumes]
    classes = informers[.storageClasses]
    pods = informers[.pods]
    pods.indexByClaim()
    claims.indexUnbound()
    volumes.indexByClaimReference()
    claims.onChange { [queue, volumes] change in
      let claim = PersistentVolumeClaim(change.object)
      let key = claim.metadata.key
      queue.add(key)
      if !claim.volumeName.isEmpty { queue.add(Self.key(ofVolume: claim.volumeName)) }
      for volume in volumes.objects(Informer.byClaimReference, key.description) {
        queue.add(ObjectKey(volume))
      }
    }
    volumes.onChange { [weak self] in self?.volumeChanged($0) }
    classes.onChange { [weak self] change in
      let found = StorageClass(change.object)
      self?.wakeClaims(ofClass: found.metadata.name ?? "")
      if found.isDefault { self?.wakeClaims(ofClass: "") }
    }
  }

  private static func key(ofVolume name: String) -> ObjectKey {
    ObjectKey(namespace: "", name: name)
  }

  private func volumeChanged(_ change: Informer.Change) {
    let volume = PersistentVolume(change.object)
    queue.add(volume.metadata.key)
    if let reference = volume.spec.claimRef {
      queue.add(ObjectKey(namespace: reference.namespace ?? "", name: reference.name ?? ""))
    } else {
      wakeClaims(ofClass: volume.storageClass)
    }
    // Whoever named it waits for it, whatever its class is.
    for claim in claims.objects(Informer.unboundByVolume, volume.metadata.name ?? "") {
      queue.add(ObjectKey(claim))
    }
  }

  private func wakeClaims(ofClass name: String) {
    for claim in claims.objects(Informer.unboundByClass, name) { queue.add(ObjectKey(claim)) }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    if key.namespace.isEmpty {
      try await reconcileVolume(key)
    } else {
      try await reconcileClaim(key)
    }
    return nil
  }

  private func reconcileClaim(_ key: ObjectKey) async throws {
    guard let claim = claims[key].map({ PersistentVolumeClaim($0) }) else { return }
    var around = ClaimBinding.Surroundings()
    if claim.volumeName.isEmpty {
      around.volumes = volumes.objects.map { PersistentVolume($0) }
      around.storageClass = (claim.storageClass ?? "").isEmpty ? nil : storageClass(of: claim)
      around.defaultClass = StorageClass.default(of: classes.objects)?.metadata.name
      around.waitingPods = pods.pods(using: key)
        .filter { ($0.spec.nodeName ?? "").isEmpty }.compactMap(\.metadata.name)
    } else {
      around.volumes =
        volumes[Self.key(ofVolume: claim.volumeName)]
        .map { [PersistentVolume($0)] } ?? []
      if around.volumes.isEmpty && claim.isBindingComplete {
        // A claim is not called lost because the informer lags.
        around.volumes = try await live(claim.volumeName)
      }
    }
    let plan = ClaimBinding.plan(claim, around)
    let chosen = around.volumes.first { $0.metadata.name == plan.volume?.metadata.name }
    try await carryOut(plan, claim: claim, volume: plan.volume == nil ? nil : chosen)
  }

  private func storageClass(of claim: PersistentVolumeClaim) -> StorageClass? {
    classes[ObjectKey(namespace: "", name: claim.storageClass ?? "")].map { StorageClass($0) }
  }

  private func live(_ volume: String) async throws -> [PersistentVolume] {
    do {
      return [
        PersistentVolume(
          try await client.get(.persistentVolumes, namespace: nil, name: volume))
      ]
    } catch let error as APIError where error.reason == .notFound {
      return []
    }
  }

  private func reconcileVolume(_ key: ObjectKey) async throws {
    guard let volume = volumes[key].map({ PersistentVolume($0) }) else { return }
    var claim: PersistentVolumeClaim?
    if let reference = volume.spec.claimRef {
      let claimKey = ObjectKey(namespace: reference.namespace ?? "", name: reference.name ?? "")
      claim = claims[claimKey].map { PersistentVolumeClaim($0) }
      let isReclaimed = ["Released", "Failed"].contains(volume.status.phase ?? "")
      if claim?.metadata.uid != reference.uid, !(reference.uid ?? "").isEmpty, !isReclaimed {
        // Data hang on it: the informer may lag.
        do {
          claim = PersistentVolumeClaim(
            try await client.get(
              .persistentVolumeClaims, namespace: claimKey.namespace, name: claimKey.name))
        } catch let error as APIError where error.reason == .notFound {
          claim = nil
        }
      }
    }
    try await carryOut(VolumeBinding.plan(volume, claim), claim: claim, volume: volume)
  }

  // MARK: Acting

  /// Writes the volume first: of two claims that want it only one gets through.
  private func carryOut(
    _ plan: BindingPlan, claim: PersistentVolumeClaim?, volume: PersistentVolume?
  ) async throws {
    if let volume {
      if let wanted = plan.volume {
        try await write(wanted.document, over: volume.document, in: volumes)
      }
      tell(plan.volumeNotes, OwnerIdentity(.persistentVolumes, volume.metadata))
    }
    if let claim {
      if let wanted = plan.claim {
        try await write(wanted.document, over: claim.document, in: claims)
      }
      tell(plan.claimNotes, OwnerIdentity(.persistentVolumeClaims, claim.metadata))
    }
  }

  private func tell(_ notes: [BindingNote], _ owner: OwnerIdentity) {
    for note in notes { events.record(owner.note(note.kind, note.reason, note.message)) }
  }

  /// Writes what differs: the object first, its status after.
  private func write(_ wanted: Document, over old: Document, in informer: Informer) async throws {
    let key = ObjectKey(old)
    let namespace = key.namespace.isEmpty ? nil : key.namespace
    var written = old
    if wanted["spec"] != old["spec"] || wanted["metadata"] != old["metadata"] {
      written = try await client.update(informer.resource, namespace: namespace, wanted)
    }
    if var status = wanted["status"], status != old["status"] {
      if informer.resource == .persistentVolumes, status["phase"] != old[path: "status", "phase"] {
        status["lastPhaseTransitionTime"] = Document(now().description)
      }
      written["status"] = status
      written = try await client.update(
        informer.resource, namespace: namespace, written, subresource: "status")
    }
    let version = written[path: "metadata", "resourceVersion"]
    if version == old[path: "metadata", "resourceVersion"] { return }
    await informer.waitUntil(key) {
      $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
    }
  }
}
