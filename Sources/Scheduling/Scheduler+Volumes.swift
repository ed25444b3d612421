import Foundations
import Resources
import Synchronization

extension ClusterSnapshot {
  /// How the claims of a pod that goes to `node` get their volumes; counted at once.
  mutating func chooseVolumes(for pod: SchedulingPod, on node: String) -> [VolumeDecision] {
    guard let needs = storage.needs(of: pod), let place = self.node(named: node),
      let decisions = needs.decisions(on: place), !decisions.isEmpty
    else { return [] }
    storage.choose(decisions, on: node)
    return decisions
  }
}

extension Scheduler {
  /// Sees to it that a pod's claims have their volumes before the pod has its node.
  /// - Returns: `false` where one has none: the pod is then tried again.
  func bindVolumes(_ decisions: [VolumeDecision], of pod: SchedulingPod, on node: String) async
    -> Bool
  {
    do {
      for decision in decisions {
        switch decision {
        case .bind(let claim, let volume): try await reserve(volume, for: claim)
        case .provision(let claim): try await ask(for: claim, on: node)
        }
      }
      for decision in decisions {
        if let why = await waitForVolume(of: decision.claim) {
          give(up: pod, decisions, why)
          return false
        }
      }
      return true
    } catch is CancellationError {
      return false
    } catch let error as APIError where error.reason == .conflict || error.reason == .notFound {
      // Somebody was faster: the next decision knows. Usual, so not worth an event.
      give(up: pod, decisions, nil)
      return false
    } catch {
      give(up: pod, decisions, "\(error)")
      return false
    }
  }

  private func give(up pod: SchedulingPod, _ decisions: [VolumeDecision], _ why: String?) {
    state.withLock { state in
      state.snapshot.forget(pod.key)
      state.snapshot.storage.forgetChoices(of: decisions.map(\.claim))
      state.queue.retryLater(pod.key, now: Self.now())
    }
    if let why {
      events.record(
        ObjectEventNote(
          about: .pods, pod.key, uid: pod.uid, kind: .warning, reason: "FailedScheduling",
          message: "running PreBind plugin \"VolumeBinding\": binding volumes: \(why)",
          action: "Scheduling"))
    }
    signal.wake()
  }

  /// Keeps a volume for a claim: the binder does the rest.
  private func reserve(_ name: String, for claim: ObjectKey) async throws {
    guard let object = volumes[ObjectKey(namespace: "", name: name)],
      let wanted = claims[claim].map({ PersistentVolumeClaim($0) })
    else { throw APIError.notFound(.persistentVolumes, name) }
    var volume = PersistentVolume(object)
    if volume.spec.claimRef?.uid == wanted.metadata.uid { return }
    if !volume.isReserved(for: wanted) {
      volume.metadata.annotations[StorageAnnotations.boundByController] = "yes"
    }
    volume.spec.claimRef = wanted.reference
    _ = try await client.update(.persistentVolumes, namespace: nil, volume.document)
  }

  /// Tells the claim's provisioner where the volume is needed.
  private func ask(for claim: ObjectKey, on node: String) async throws {
    guard let object = claims[claim] else {
      throw APIError.notFound(.persistentVolumeClaims, claim.name)
    }
    let annotations = ObjectMeta(object["metadata"] ?? .emptyObject).annotations
    if annotations[StorageAnnotations.selectedNode] == node { return }
    let patch: Document = [
      "metadata": [
        "uid": object[path: "metadata", "uid"] ?? "",
        "annotations": [StorageAnnotations.selectedNode: Document(node)],
      ]
    ]
    let patched = try await client.patch(
      .persistentVolumeClaims, namespace: claim.namespace, name: claim.name,
      Patch(.merge, patch))
    let version = patched[path: "metadata", "resourceVersion"]
    await claims.waitUntil(claim) {
      $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
        || $0.map { PersistentVolumeClaim($0).isBound } == true
    }
  }

  /// How long a provisioner may take. Source: upstream's BindTimeoutSeconds.
  private static let volumeWaitMax = Duration.seconds(600)

  /// - Returns: why the claim has no volume; `nil` where it has.
  private func waitForVolume(of key: ObjectKey) async -> String? {
    await claims.waitUntil(key, limit: Self.volumeWaitMax) { object in
      guard let claim = object.map({ PersistentVolumeClaim($0) }) else { return true }
      let hasLostNode = claim.metadata.annotations[StorageAnnotations.selectedNode] == nil
      return claim.isBound || claim.metadata.isTerminating
        || hasLostNode && claim.metadata.annotations[StorageAnnotations.provisioner] != nil
    }
    guard let claim = claims[key].map({ PersistentVolumeClaim($0) }) else {
      return "persistentvolumeclaim \"\(key.name)\" not found"
    }
    if claim.isBound { return nil }
    if claim.metadata.isTerminating {
      return "persistentvolumeclaim \"\(key.name)\" is being deleted"
    }
    let hasNode = claim.metadata.annotations[StorageAnnotations.selectedNode] != nil
    return hasNode
      ? "timed out waiting for a volume for persistentvolumeclaim \"\(key.name)\""
      : "selectedNode annotation reset for PVC \"\(key.name)\""
  }

  func take(storageChange change: Informer.Change, of kind: ResourceType) {
    let key = ObjectKey(change.object)
    let isRemoved = if case .removed = change { true } else { false }
    state.withLock { state in
      switch kind {
      case .persistentVolumeClaims where isRemoved: state.snapshot.storage.removeClaim(key)
      case .persistentVolumeClaims: state.snapshot.storage.upsert(claim: change.object)
      case .persistentVolumes where isRemoved: state.snapshot.storage.removeVolume(key.name)
      case .persistentVolumes: state.snapshot.storage.upsert(volume: change.object)
      default:
        if isRemoved {
          state.snapshot.storage.removeClass(key.name)
        } else {
          state.snapshot.storage.upsert(storageClass: change.object)
        }
      }
      state.queue.wake(.storage, now: Self.now())
    }
    signal.wake()
  }
}
