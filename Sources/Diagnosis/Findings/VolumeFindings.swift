import Foundations
import Resources

/// Claims that get no volume, and volumes that are lost.
enum VolumeFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    picture[.persistentVolumeClaims].compactMap { finding(of: $0, picture) }
      + picture[.persistentVolumes].compactMap(failed)
  }

  private static func finding(of claim: Document, _ picture: ClusterPicture) -> Finding? {
    let reference = ObjectReference(.persistentVolumeClaims, claim)
    switch claim[path: "status", "phase"]?.string {
    case "Lost":
      return Finding(
        .claimLost, reference, "has lost its volume",
        reason: "PersistentVolume \(claim[path: "spec", "volumeName"]?.string ?? "") is gone",
        remedy: "restore that volume, or delete the claim and make it anew")
    case "Pending": return pending(claim, reference, picture)
    default: return nil
    }
  }

  private static func pending(
    _ claim: Document, _ reference: ObjectReference, _ picture: ClusterPicture
  ) -> Finding? {
    let metadata = ObjectMeta(claim["metadata"] ?? .emptyObject)
    guard !metadata.isTerminating else { return nil }
    let className = claim[path: "spec", "storageClassName"]?.string ?? ""
    func finding(_ reason: String, _ remedy: String) -> Finding {
      Finding(.claimPending, reference, "is not bound", reason: reason, remedy: remedy)
    }
    if !className.isEmpty, picture.knows(.storageClasses),
      picture.object(.storageClasses, "", className) == nil, !hasVolume(for: claim, picture)
    {
      let classes = picture[.storageClasses].map { ObjectKey($0).name }
      return finding(
        "there is no StorageClass \(className)",
        "make it, or make the claim anew with spec.storageClassName of one that there is: "
          + (classes.isEmpty ? "there is none" : classes.joined(separator: ", ")))
    }
    if let failure = provisioningFailure(of: claim, picture) {
      return finding(
        failure,
        "make the claim anew with other spec.resources.requests.storage or spec.accessModes, as the "
          + "reason says, or another spec.storageClassName")
    }
    if waitsForPod(claim, picture) { return nil }
    guard picture.age(of: metadata.creationTimestamp) > Patience.provision else { return nil }
    let said = picture.warning(about: reference)
    if className.isEmpty {
      return finding(
        said ?? "no PersistentVolume fits it, and it names no StorageClass",
        "make a PersistentVolume of its size and access modes, or make the claim anew with "
          + "spec.storageClassName")
    }
    return finding(
      said ?? "StorageClass \(className) has given it no volume yet",
      "look after what provisions \(className), or make the claim anew with another "
        + "spec.storageClassName")
  }

  /// What the maker of its volume has said lately. It is asked again as long as a pod wants the claim.
  static func provisioningFailure(of claim: Document, _ picture: ClusterPicture) -> String? {
    let reference = ObjectReference(.persistentVolumeClaims, claim)
    guard let said = picture.warning(about: reference, reason: "ProvisioningFailed"),
      picture.age(of: said.time) < Patience.restart
    else { return nil }
    return said.message
  }

  /// Whether a claim is meant to wait until a pod that uses it has a node.
  static func waitsForPod(_ claim: Document, _ picture: ClusterPicture) -> Bool {
    let className = claim[path: "spec", "storageClassName"]?.string ?? ""
    let mode = picture.object(.storageClasses, "", className)?["volumeBindingMode"]?.string
    guard mode == "WaitForFirstConsumer" else { return false }
    return claim[path: "metadata", "annotations", "volume.kubernetes.io/selected-node"] == nil
  }

  private static func hasVolume(for claim: Document, _ picture: ClusterPicture) -> Bool {
    picture[.persistentVolumes].contains {
      $0[path: "status", "phase"]?.string == "Available"
        && $0[path: "spec", "storageClassName"]?.string
          == claim[path: "spec", "storageClassName"]?.string
    }
  }

  private static func failed(_ volume: Document) -> Finding? {
    guard volume[path: "status", "phase"]?.string == "Failed" else { return nil }
    let reference = ObjectReference(.persistentVolumes, volume)
    return Finding(
      .volumeFailed, reference, "could not be reclaimed",
      reason: volume[path: "status", "message"]?.string ?? "",
      remedy: "clean up behind it, then kubectl delete persistentvolume \(reference.name)")
  }
}
