extension Defaulting {
  /// `stringData` is for writing only: it becomes `data`, and wins where both name a key.
  static func secret(_ secret: inout Document) {
    secret.setDefaultText("type", "Opaque")
    guard let texts = secret["stringData"] else { return }
    for (key, text) in texts.members {
      secret.set(Document(Base64Text.encode(text.string ?? "")), at: ["data", key])
    }
    secret.removeMember("stringData")
  }

  static func persistentVolume(_ volume: inout Document) {
    volume.edit("spec") { spec in
      spec.setDefaultText("persistentVolumeReclaimPolicy", "Retain")
      spec.setDefault("volumeMode", "Filesystem")
      spec.edit("hostPath") { $0.setDefault("type", "") }
      spec.edit("iscsi") { $0.setDefaultText("iscsiInterface", "default") }
    }
  }

  static func persistentVolumeClaim(_ claim: inout Document) {
    claim.edit("spec") { $0.setDefault("volumeMode", "Filesystem") }
  }

  static func csiDriver(_ driver: inout Document) {
    driver.setDefault("spec", .emptyObject)
    driver.edit("spec") { spec in
      spec.setDefault("attachRequired", true)
      for name in ["podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"] {
        spec.setDefault(name, false)
      }
      spec.setDefault("fsGroupPolicy", "ReadWriteOnceWithFSType")
      if spec["volumeLifecycleModes"]?.isEmpty ?? true {
        spec["volumeLifecycleModes"] = ["Persistent"]
      }
    }
  }

  static func storageClass(_ storageClass: inout Document) {
    storageClass.setDefault("reclaimPolicy", "Delete")
    storageClass.setDefault("volumeBindingMode", "Immediate")
  }
}
