package import Foundations
package import Resources

/// Makes the claims of pods that bring their claims with them. The collector takes them along when
/// the pod goes. Source: Kubernetes documentation, "Ephemeral Volumes", "Generic ephemeral volumes".
package final class EphemeralClaimController: Controller {
  package let name = "ephemeral-volume-controller"
  package let queue = KeyedQueue<ObjectKey>()
  private let client: any ClusterClient
  private let pods: Informer
  private let claims: Informer
  private let events: any EventSink

  package init(client: any ClusterClient, informers: InformerSet, events: any EventSink) {
    self.client = client
    self.events = events
    pods = informers[.pods]
    claims = informers[.persistentVolumeClaims]
    pods.indexByClaim()
    pods.onChange { [queue] change in
      guard case .added(let pod) = change else { return }
      let hasOwn = pod[path: "spec", "volumes"]?.elements.contains { $0["ephemeral"] != nil }
      if hasOwn == true { queue.add(ObjectKey(pod)) }
    }
    claims.onChange { [queue, pods] change in
      guard case .removed(let claim) = change else { return }
      for pod in pods.pods(using: ObjectKey(claim)) { queue.add(pod.metadata.key) }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    guard let pod = pods[key].map({ Pod($0) }), !pod.metadata.isTerminating else { return nil }
    for volume in pod.spec.volumes where volume.ephemeral != nil {
      do {
        try await ensure(volume, of: pod)
      } catch let error as EphemeralClaimError {
        tell(pod, volume, error.description)
        throw error
      } catch let error as APIError {
        let name = volume.claimName(pod: key.name) ?? ""
        tell(pod, volume, "create PVC \(name): \(error.message)")
        throw error
      }
    }
    return nil
  }

  private func ensure(_ volume: Volume, of pod: Pod) async throws {
    let claim = EphemeralClaim.document(of: volume, for: pod)
    let key = ObjectKey(claim)
    if let present = claims[key] {
      guard EphemeralClaim.belongs(PersistentVolumeClaim(present), to: pod) else {
        throw EphemeralClaimError(claim: key)
      }
      return
    }
    let created = try await client.create(.persistentVolumeClaims, namespace: key.namespace, claim)
    let uid = created[path: "metadata", "uid"]
    await claims.waitUntil(key) { $0?[path: "metadata", "uid"] == uid }
  }

  private func tell(_ pod: Pod, _ volume: Volume, _ message: String) {
    events.record(
      OwnerIdentity(.pods, pod.metadata).note(
        .warning, "FailedBinding", "ephemeral volume \(volume.name): \(message)"))
  }
}

/// A claim of the name is there already, and is somebody else's.
package struct EphemeralClaimError: Error, CustomStringConvertible {
  let claim: ObjectKey
  package var description: String {
    "PVC \(claim) was not created for the pod: rename the pod or the volume, or delete the claim"
  }
}

/// The claim of one pod's own volume. Pure.
package enum EphemeralClaim {
  package static func document(of volume: Volume, for pod: Pod) -> Document {
    let template = volume.ephemeral?.volumeClaimTemplate ?? PersistentVolumeClaimTemplate()
    var claim = PersistentVolumeClaim()
    claim.apiVersion = ResourceType.persistentVolumeClaims.apiVersion
    claim.kind = ResourceType.persistentVolumeClaims.kind
    claim.metadata.name = volume.claimName(pod: pod.metadata.name ?? "")
    claim.metadata.namespace = pod.metadata.namespace
    if !template.metadata.labels.isEmpty { claim.metadata.labels = template.metadata.labels }
    if !template.metadata.annotations.isEmpty {
      claim.metadata.annotations = template.metadata.annotations
    }
    claim.document.set(
      [OwnerIdentity(.pods, pod.metadata).reference], at: ["metadata", "ownerReferences"])
    claim.spec = template.spec
    return claim.document
  }

  package static func belongs(_ claim: PersistentVolumeClaim, to pod: Pod) -> Bool {
    claim.metadata.controllerReference?.uid == pod.metadata.uid
  }
}
