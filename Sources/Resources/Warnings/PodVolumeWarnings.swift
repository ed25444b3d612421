/// What is told of volumes whose drivers are going or gone.
/// Source: Kubernetes documentation, "Volumes", "Types of volumes"; upstream's wording. Of
/// PersistentVolumes, upstream says nothing where they are of Flocker or Quobyte.
enum PodVolumeWarnings {
  /// By member, and as upstream spells that.
  private static let deprecated = [
    (
      "photonPersistentDisk", "photonPersistentDisk",
      "deprecated in v1.11, non-functional in v1.16+"
    ),
    ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
  ]

  static func ofVolumes(_ spec: Document, at path: String) -> [String] {
    spec.placed("volumes", at: "\(path).").flatMap { place, volume in
      ofSource(volume, at: place)
        + VolumeWarnings.ofClaimSpec(
          volume[path: "ephemeral", "volumeClaimTemplate", "spec"],
          at: "\(place).ephemeral.volumeClaimTemplate.spec")
    }
  }

  /// - Parameter source: a volume of a pod, or the `spec` of a PersistentVolume.
  static func ofSource(_ source: Document, at path: String) -> [String] {
    deprecated.compactMap { member, told, problem in
      source[member] == nil ? nil : "\(path).\(told): \(problem)"
    }
  }
}
