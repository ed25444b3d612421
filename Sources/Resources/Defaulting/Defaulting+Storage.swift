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
      spec.edit("iscsi", iscsi)
      spec.edit("azureDisk", azureDisk)
    }
  }

  static func iscsi(_ volume: inout Document) {
    volume.setDefaultText("iscsiInterface", "default")
    // Go writes the zero of a number that nobody gave.
    volume.setDefault("lun", 0)
  }

  static func azureDisk(_ disk: inout Document) {
    disk.setDefault("cachingMode", "ReadWrite")
    disk.setDefault("kind", "Shared")
    disk.setDefault("fsType", "ext4")
    disk.setDefault("readOnly", false)
  }

  static func persistentVolumeClaim(_ claim: inout Document) {
    claim.edit("spec") { $0.setDefault("volumeMode", "Filesystem") }
  }

  /// The old and the new name of what a claim's volume is filled with hold the same. What they may
  /// not say is ignored: of the new one alone, what lies in another namespace; of the old one alone,
  /// all but claims and snapshots.
  static func dataSource(_ spec: inout Document) {
    if spec[path: "dataSourceRef", "namespace"]?.string?.isEmpty == false {
      spec["dataSourceRef"] = nil
    }
    if spec["dataSourceRef"] == nil, let source = spec["dataSource"] {
      let group = source["apiGroup"]?.string ?? ""
      let kind = group.isEmpty ? "PersistentVolumeClaim" : "VolumeSnapshot"
      if !group.isEmpty && group != "snapshot.storage.k8s.io" || source["kind"]?.string != kind {
        spec["dataSource"] = nil
      }
    }
    let (source, reference) = (spec["dataSource"], spec["dataSourceRef"])
    if reference == nil, let source { spec["dataSourceRef"] = source }
    if source == nil, let reference { spec["dataSource"] = reference }
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
