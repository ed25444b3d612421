extension Defaulting {
  /// `stringData` is for writing only: it becomes `data`, and wins where both name a key.
  static func secret(_ secret: inout Document) {
    secret.setDefault("type", "Opaque")
    guard let texts = secret["stringData"] else { return }
    for (key, text) in texts.members {
      secret.set(Document(Base64Text.encode(text.string ?? "")), at: ["data", key])
    }
    secret.removeMember("stringData")
  }

  static func persistentVolume(_ volume: inout Document) {
    volume.edit("spec") { spec in
      spec.setDefaultText("persistentVolumeReclaimPolicy", "Retain")
      spec.setDefaultText("volumeMode", "Filesystem")
      spec.edit("hostPath") { $0.setDefault("type", "") }
    }
  }

  static func persistentVolumeClaim(_ claim: inout Document) {
    claim.edit("spec") { $0.setDefaultText("volumeMode", "Filesystem") }
  }

  static func storageClass(_ storageClass: inout Document) {
    storageClass.setDefaultText("reclaimPolicy", "Delete")
    storageClass.setDefaultText("volumeBindingMode", "Immediate")
  }
}
