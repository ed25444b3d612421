extension Defaulting {
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
