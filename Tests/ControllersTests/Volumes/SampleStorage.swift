import Resources

/// Claims, volumes and classes as short as the tests need them.
enum SampleStorage {
  static func claim(
    _ name: String = "c", size: String = "1Gi", class storageClass: String? = "",
    volume: String = "", phase: String = "Pending", annotations: [String: String] = [:],
    _ change: (inout PersistentVolumeClaim) -> Void = { _ in }
  ) -> PersistentVolumeClaim {
    var claim = PersistentVolumeClaim([
      "metadata": [
        "name": Document(name), "namespace": "default", "uid": Document("uid-\(name)"),
      ],
      "spec": [
        "accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem",
        "resources": ["requests": ["storage": Document(size)]],
      ],
      "status": ["phase": Document(phase)],
    ])
    claim.spec.storageClassName = storageClass
    if !volume.isEmpty { claim.spec.volumeName = volume }
    if !annotations.isEmpty { claim.metadata.annotations = annotations }
    change(&claim)
    return claim
  }

  /// Both sides of a binding that is done.
  static func boundClaim(_ name: String = "c", to volume: String = "v") -> PersistentVolumeClaim {
    claim(
      name, volume: volume, phase: "Bound", annotations: [StorageAnnotations.bindCompleted: "yes"])
  }

  static func volume(
    _ name: String = "v", size: String = "1Gi", class storageClass: String = "",
    phase: String = "Available", policy: String = "Retain", for claim: PersistentVolumeClaim? = nil,
    annotations: [String: String] = [:],
    _ change: (inout PersistentVolume) -> Void = { _ in }
  ) -> PersistentVolume {
    var volume = PersistentVolume([
      "metadata": ["name": Document(name), "uid": Document("uid-\(name)")],
      "spec": [
        "capacity": ["storage": Document(size)], "accessModes": ["ReadWriteOnce"],
        "volumeMode": "Filesystem", "storageClassName": Document(storageClass),
        "persistentVolumeReclaimPolicy": Document(policy),
      ],
      "status": ["phase": Document(phase)],
    ])
    if let claim { volume.spec.claimRef = claim.reference }
    if !annotations.isEmpty { volume.metadata.annotations = annotations }
    change(&volume)
    return volume
  }

  static func storageClass(
    _ name: String = "local", provisioner: String = StorageProvisioner.localPath,
    waits: Bool = true
  ) -> StorageClass {
    StorageClass([
      "metadata": ["name": Document(name)], "provisioner": Document(provisioner),
      "volumeBindingMode": waits ? "WaitForFirstConsumer" : "Immediate",
      "reclaimPolicy": "Delete",
    ])
  }
}
