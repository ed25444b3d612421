package import Foundations
package import Resources

/// Makes volumes out of directories of nodes, and takes them away again.
package final class LocalPathController: Controller {
  package let name = "local-path-controller"
  /// Keys within a namespace are claims, the others volumes.
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let host: any VolumeHost
  private let claims: Informer
  private let volumes: Informer
  private let classes: Informer
  private let nodes: Informer
  private let events: any EventSink

  package init(
    client: any ClusterClient, informers: InformerSet, host: any VolumeHost,
    events: any EventSink
  ) {
    self.client = client
    self.host = host
    self.events = events
    claims = informers[.persistentVolumeClaims]
    volumes = informers[.persistentVolumes]
    classes = informers[.storageClasses]
    nodes = informers[.nodes]
    claims.onChange { [queue] change in
      if case .removed = change { return }
      let claim = PersistentVolumeClaim(change.object)
      if LocalPathVolume.isWanted(by: claim) { queue.add(claim.metadata.key) }
    }
    volumes.onChange { [queue] change in
      if case .removed = change { return }
      let volume = PersistentVolume(change.object)
      if LocalPathVolume.isOne(volume), !LocalPathVolume.end(of: volume).isEmpty {
        queue.add(volume.metadata.key)
      }
    }
    nodes.onChange { [queue, volumes] change in
      // What a node that is gone kept is gone too.
      guard case .removed(let node) = change else { return }
      let name = ObjectKey(node).name
      for volume in volumes.objects.lazy.map({ PersistentVolume($0) })
      where LocalPathVolume.isOne(volume) && LocalPathVolume.node(of: volume) == name {
        queue.add(volume.metadata.key)
      }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    if key.namespace.isEmpty {
      if let volume = volumes[key] { try await end(PersistentVolume(volume)) }
    } else if let claim = claims[key].map({ PersistentVolumeClaim($0) }),
      LocalPathVolume.isWanted(by: claim)
    {
      try await provision(claim)
    }
    return nil
  }

  // MARK: Making

  private func provision(_ claim: PersistentVolumeClaim) async throws {
    let name = LocalPathVolume.name(for: claim)
    // Made already: the claim is about to be bound.
    if volumes[ObjectKey(namespace: "", name: name)] != nil { return }
    let owner = OwnerIdentity(.persistentVolumeClaims, claim.metadata)
    func tell(_ kind: ObjectEventNote.Kind, _ reason: String, _ message: String) {
      events.record(owner.note(kind, reason, message))
    }
    let className = claim.storageClass ?? ""
    guard let found = classes[ObjectKey(namespace: "", name: className)] else {
      // The binder tells of it.
      return
    }
    let storageClass = StorageClass(found)
    let failed = "failed to provision volume with StorageClass \"\(className)\": "
    if let refusal = LocalPathVolume.refusal(of: claim, storageClass) {
      return tell(.warning, "ProvisioningFailed", failed + refusal)
    }
    guard let node = claim.metadata.annotations[StorageAnnotations.selectedNode] else { return }
    guard let known = nodes[ObjectKey(namespace: "", name: node)] else {
      tell(.warning, "ProvisioningFailed", "\(failed)node \"\(node)\" is gone; another is chosen")
      return try await reschedule(claim)
    }
    do {
      let path = try await host.makeDirectory(
        for: name, byteCount: claim.request.roundedUp, on: node)
      try await create(
        LocalPathVolume.document(
          for: claim, storageClass, path: path, node: node,
          hostname: known[path: "metadata", "labels", "kubernetes.io/hostname"]?.string ?? node))
      tell(.normal, "ProvisioningSucceeded", "Successfully provisioned volume \(name)")
    } catch VolumeHostError.full(let message) {
      tell(.warning, "ProvisioningFailed", failed + message)
      try await reschedule(claim)
    } catch let error where !(error is CancellationError) {
      tell(.warning, "ProvisioningFailed", failed + "\(error)")
      throw error
    }
  }

  private func create(_ volume: Document) async throws {
    do {
      _ = try await client.create(.persistentVolumes, namespace: nil, volume)
    } catch let error as APIError where error.reason == .alreadyExists {
      // An earlier attempt came this far.
    }
    let key = ObjectKey(volume)
    await volumes.waitUntil(ObjectKey(namespace: "", name: key.name)) { $0 != nil }
  }

  /// Asks the scheduler for another node.
  private func reschedule(_ claim: PersistentVolumeClaim) async throws {
    let patch: Document = [
      "metadata": [
        "uid": Document(claim.metadata.uid ?? ""),
        "annotations": [StorageAnnotations.selectedNode: .null],
      ]
    ]
    let key = claim.metadata.key
    do {
      _ = try await client.patch(
        .persistentVolumeClaims, namespace: key.namespace, name: key.name, Patch(.merge, patch))
    } catch let error as APIError where error.reason == .notFound {
      return  // nobody wants it any more
    }
  }

  // MARK: Taking away

  private func end(_ volume: PersistentVolume) async throws {
    let name = volume.metadata.name ?? ""
    let node = LocalPathVolume.node(of: volume)
    for step in LocalPathVolume.end(of: volume) {
      switch step {
      case .removeDirectory:
        if nodes[ObjectKey(namespace: "", name: node)] == nil { continue }
        do {
          try await host.removeDirectory(of: name, on: node)
        } catch let error where !(error is CancellationError) {
          events.record(
            OwnerIdentity(.persistentVolumes, volume.metadata)
              .note(.warning, "VolumeFailedDelete", "\(error)"))
          throw error
        }
      case .deleteObject:
        try await unlessGone {
          _ = try await client.delete(
            .persistentVolumes, namespace: nil, name: name,
            options: DeleteOptions(uid: volume.metadata.uid))
        }
      case .releaseObject: try await unlessGone { try await release(name, volume.metadata.uid) }
      }
    }
  }

  private func release(_ name: String, _ uid: String?) async throws {
    var object = try await client.get(.persistentVolumes, namespace: nil, name: name)
    guard object[path: "metadata", "uid"]?.string == uid else { return }
    let kept =
      object[path: "metadata", "finalizers"]?.elements
      .filter { $0.string != LocalPathVolume.finalizer } ?? []
    object.set(kept.isEmpty ? nil : Document(kept), at: ["metadata", "finalizers"])
    _ = try await client.update(.persistentVolumes, namespace: nil, object)
  }

  private func unlessGone(_ write: () async throws -> Void) async throws {
    do {
      try await write()
    } catch let error as APIError where error.reason == .notFound {
      return
    }
  }
}
