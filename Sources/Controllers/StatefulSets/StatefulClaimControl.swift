import Resources

/// Creates the volume claims of stateful pods, and writes down who takes them along.
struct StatefulClaimControl: Sendable {
  let client: any ClusterClient
  let events: any EventSink
  let informer: Informer

  /// Creates the claims that a pod needs and that are not there.
  /// - Returns: `false` where one of them is on its way out: its pod must wait for that.
  func ensure(for set: StatefulSet, ordinal: Int, _ owner: OwnerIdentity) async throws -> Bool {
    for template in set.spec.volumeClaimTemplates {
      let claim = StatefulClaims.document(of: template, set: set, ordinal: ordinal)
      let key = ObjectKey(claim)
      if let present = informer[key] {
        if present[path: "metadata", "deletionTimestamp"] != nil { return false }
        continue
      }
      do {
        let created = try await client.create(
          .persistentVolumeClaims, namespace: key.namespace, claim)
        events.record(
          owner.note(
            .normal, "SuccessfulCreate",
            "create Claim \(key.name) Pod \(owner.key.name)-\(ordinal) in StatefulSet "
              + "\(owner.key.name) success"))
        let uid = created[path: "metadata", "uid"]
        await informer.waitUntil(key) { $0?[path: "metadata", "uid"] == uid }
      } catch let error as APIError where error.reason == .alreadyExists {
        continue
      } catch let error as APIError {
        events.record(
          owner.note(
            .warning, "FailedCreate",
            "create Claim \(key.name) Pod \(owner.key.name)-\(ordinal) in StatefulSet "
              + "\(owner.key.name) failed error: \(error.message)"))
        throw error
      }
    }
    return true
  }

  /// Gives claims the owners that the set's policy asks for.
  /// - Parameters:
  ///   - condemned: pods that are about to go because the set was scaled.
  ///   - pods: all pods of the set.
  func keepRetention(of set: StatefulSet, condemned: [StatefulPod], pods: [Document]) async throws {
    let templates = set.spec.volumeClaimTemplates
    guard !templates.isEmpty else { return }
    let owner = OwnerIdentity(.statefulSets, set.metadata)
    let goers = Set(condemned.map(\.key))
    for pod in pods.map({ Pod($0) }) {
      guard let ordinal = StatefulPod.ordinal(of: pod.metadata.name ?? "", set: owner.key.name)
      else { continue }
      for template in templates {
        let key = ObjectKey(
          namespace: owner.key.namespace,
          name: StatefulClaims.name(of: template, set: owner.key.name, ordinal: ordinal))
        guard let claim = informer[key],
          let references = StatefulClaims.references(
            of: claim, set: owner,
            pod: goers.contains(pod.metadata.key) ? OwnerIdentity(.pods, pod.metadata) : nil,
            policy: set.spec.persistentVolumeClaimRetentionPolicy)
        else { continue }
        try await write(references, claim, key)
      }
    }
  }

  private func write(_ references: [Document], _ claim: Document, _ key: ObjectKey) async throws {
    let patch: Document = [
      "metadata": [
        "uid": claim[path: "metadata", "uid"] ?? "",
        "ownerReferences": references.isEmpty ? .null : Document(references),
      ]
    ]
    do {
      let patched = try await client.patch(
        .persistentVolumeClaims, namespace: key.namespace, name: key.name, Patch(.merge, patch))
      let version = patched[path: "metadata", "resourceVersion"]
      await informer.waitUntil(key) {
        $0 == nil || $0?[path: "metadata", "resourceVersion"] == version
      }
    } catch let error as APIError where error.reason == .notFound {
      return
    }
  }
}
