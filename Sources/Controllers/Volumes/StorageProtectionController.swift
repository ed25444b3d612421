package import Foundations
package import Resources

/// Lets go of claims that no pod uses, and of volumes that no claim is bound to. Until then their
/// deletion waits. Source: Kubernetes documentation, "Storage Object in Use Protection".
package final class StorageProtectionController: Controller {
  package let name = "storage-protection-controller"
  /// Keys within a namespace are claims, the others volumes.
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let claims: Informer
  private let volumes: Informer
  private let pods: Informer

  package init(client: any ClusterClient, informers: InformerSet) {
    self.client = client
    claims = informers[.persistentVolumeClaims]
    volumes = informers[.persistentVolumes]
    pods = informers[.pods]
    pods.indexByClaim()
    for informer in [claims, volumes] {
      informer.onChange { [queue] change in
        let metadata = ObjectMeta(change.object["metadata"] ?? .emptyObject)
        if metadata.isTerminating && !metadata.finalizers.isEmpty { queue.add(metadata.key) }
      }
    }
    pods.onChange { [queue, claims] change in
      // A pod stops to use its claims when it goes, those made for it already when it ends.
      if case .added = change { return }
      for key in Informer.claims(of: change.object)
      where claims[key]?[path: "metadata", "deletionTimestamp"] != nil {
        queue.add(key)
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    if key.namespace.isEmpty {
      guard let volume = volumes[key].map({ PersistentVolume($0) }),
        StorageProtection.mayGo(volume)
      else { return nil }
      try await release(volume.document, StorageAnnotations.volumeProtection, in: volumes)
    } else {
      guard let claim = claims[key].map({ PersistentVolumeClaim($0) }),
        StorageProtection.mayGo(claim, pods: pods.pods(using: key)),
        // The informer may lag behind a pod that was just given a node.
        StorageProtection.mayGo(claim, pods: try await livePods(using: key))
      else { return nil }
      try await release(claim.document, StorageAnnotations.claimProtection, in: claims)
    }
    return nil
  }

  private func livePods(using claim: ObjectKey) async throws -> [Pod] {
    try await client.list(.pods, namespace: claim.namespace).items
      .filter { Informer.claims(of: $0).contains(claim) }.map { Pod($0) }
  }

  private func release(_ object: Document, _ finalizer: String, in informer: Informer) async throws
  {
    var object = object
    let key = ObjectKey(object)
    let kept =
      object[path: "metadata", "finalizers"]?.elements.filter { $0.string != finalizer } ?? []
    object.set(kept.isEmpty ? nil : Document(kept), at: ["metadata", "finalizers"])
    do {
      _ = try await client.update(
        informer.resource, namespace: key.namespace.isEmpty ? nil : key.namespace, object)
    } catch let error as APIError where error.reason == .notFound {
      return
    }
  }
}

/// Whether a deleted object may really go. Pure.
package enum StorageProtection {
  /// - Parameter pods: those that use the claim.
  package static func mayGo(_ claim: PersistentVolumeClaim, pods: [Pod]) -> Bool {
    claim.metadata.isTerminating
      && claim.metadata.finalizers.contains(StorageAnnotations.claimProtection)
      && !pods.contains { holds(claim, $0) }
  }

  package static func mayGo(_ volume: PersistentVolume) -> Bool {
    volume.metadata.isTerminating && volume.status.phase != "Bound"
      && volume.metadata.finalizers.contains(StorageAnnotations.volumeProtection)
  }

  /// A node does not start pods whose claim is on its way out, so those without one hold nothing.
  private static func holds(_ claim: PersistentVolumeClaim, _ pod: Pod) -> Bool {
    guard !(pod.spec.nodeName ?? "").isEmpty else { return false }
    let name = claim.metadata.name ?? ""
    return pod.spec.volumes.contains { volume in
      if volume.persistentVolumeClaim?.claimName == name { return true }
      guard !pod.isFinished, volume.claimName(pod: pod.metadata.name ?? "") == name else {
        return false
      }
      return claim.metadata.controllerReference?.uid == pod.metadata.uid
    }
  }
}
