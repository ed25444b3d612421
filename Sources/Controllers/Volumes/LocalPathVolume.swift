import Foundations
package import Resources

/// Volumes that are directories of one node: who gets one, and what it looks like. Pure.
package enum LocalPathVolume {
  /// Names the node whose directory it is.
  package static let nodeAnnotation = "martlet.io/node"
  /// Keeps the object until its directory is gone.
  package static let finalizer = "martlet.io/local-path"

  package static func name(for claim: PersistentVolumeClaim) -> String {
    "pvc-\(claim.metadata.uid ?? "")"
  }

  /// Whether a claim waits for one of these.
  package static func isWanted(by claim: PersistentVolumeClaim) -> Bool {
    claim.metadata.annotations[StorageAnnotations.provisioner] == StorageProvisioner.localPath
      && claim.volumeName.isEmpty && !claim.metadata.isTerminating
  }

  package static func isOne(_ volume: PersistentVolume) -> Bool {
    volume.metadata.annotations[StorageAnnotations.provisionedBy] == StorageProvisioner.localPath
  }

  package static func node(of volume: PersistentVolume) -> String {
    volume.metadata.annotations[nodeAnnotation] ?? ""
  }

  /// Why a claim cannot have one, with what to change; `nil` where it can.
  package static func refusal(of claim: PersistentVolumeClaim, _ storageClass: StorageClass)
    -> String?
  {
    if claim.isBlock {
      return "volumes of this class are directories: set \".spec.volumeMode\" to \"Filesystem\""
    }
    let shared = claim.spec.accessModes.filter {
      !["ReadWriteOnce", "ReadWriteOncePod"].contains($0)
    }
    if let mode = shared.first {
      return "a directory of one node cannot be had as \(mode): \".spec.accessModes\" may hold "
        + "ReadWriteOnce or ReadWriteOncePod"
    }
    if claim.spec.dataSource != nil || claim.spec.dataSourceRef != nil {
      return "volumes of this class start empty: leave out \".spec.dataSource\" and "
        + "\".spec.dataSourceRef\""
    }
    if claim.spec.selector != nil {
      return "a volume that is made for the claim matches no selector: leave out "
        + "\".spec.selector\""
    }
    if !storageClass.waitsForFirstConsumer {
      return "no node was chosen: set \"volumeBindingMode\" of class "
        + "\"\(storageClass.metadata.name ?? "")\" to \"WaitForFirstConsumer\""
    }
    if let parameter = storageClass.parameters.keys.min() {
      return "class \"\(storageClass.metadata.name ?? "")\" has parameter \"\(parameter)\", "
        + "which its provisioner does not know"
    }
    return nil
  }

  /// - Parameters:
  ///   - path: on the node.
  ///   - hostname: what the node's label `kubernetes.io/hostname` says.
  package static func document(
    for claim: PersistentVolumeClaim, _ storageClass: StorageClass, path: String, node: String,
    hostname: String
  ) -> Document {
    var spec: Document = [
      "capacity": ["storage": Document(claim.request.description)],
      "accessModes": claim.spec.accessModes.asDocument,
      "claimRef": claim.reference.document,
      "persistentVolumeReclaimPolicy": Document(storageClass.reclaimPolicy ?? "Delete"),
      "storageClassName": Document(storageClass.metadata.name ?? ""),
      "volumeMode": "Filesystem",
      "local": ["path": Document(path)],
      "nodeAffinity": [
        "required": [
          "nodeSelectorTerms": [
            [
              "matchExpressions": [
                [
                  "key": "kubernetes.io/hostname", "operator": "In",
                  "values": [Document(hostname)],
                ]
              ]
            ]
          ]
        ]
      ],
    ]
    if !storageClass.mountOptions.isEmpty {
      spec["mountOptions"] = storageClass.mountOptions.asDocument
    }
    return [
      "apiVersion": "v1", "kind": "PersistentVolume",
      "metadata": [
        "name": Document(name(for: claim)),
        "annotations": [
          StorageAnnotations.provisionedBy: Document(StorageProvisioner.localPath),
          nodeAnnotation: Document(node),
        ],
        "finalizers": [Document(finalizer)],
      ],
      "spec": spec,
    ]
  }

  package enum EndStep: Equatable, Sendable {
    /// Only then may the object go.
    case removeDirectory
    case deleteObject
    case releaseObject
  }

  /// What the end of a volume takes, in order. One with policy Retain leaves its directory behind.
  package static func end(of volume: PersistentVolume) -> [EndStep] {
    guard volume.metadata.finalizers.contains(finalizer) else { return [] }
    let isTerminating = volume.metadata.isTerminating
    let goesWithClaim = volume.spec.persistentVolumeReclaimPolicy == "Delete"
    guard volume.status.phase != "Bound" else { return [] }
    if volume.status.phase == "Released" && goesWithClaim {
      return [.removeDirectory] + (isTerminating ? [] : [.deleteObject]) + [.releaseObject]
    }
    if !isTerminating { return [] }
    return goesWithClaim ? [.removeDirectory, .releaseObject] : [.releaseObject]
  }
}
