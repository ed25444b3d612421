package import Resources

/// The metadata that a write to a subresource leaves as it was.
/// Source: upstream's strategies, `PrepareForUpdate` of subresources.
package enum KeptMetadata: Sendable {
  case all
  case members([String])

  package func contains(_ member: String) -> Bool {
    switch self {
    case .all: true
    case .members(let names): names.contains(member)
    }
  }

  package static func byStatus(of resource: ResourceType) -> KeptMetadata {
    let name = resource.description
    return wholeByStatus.contains(name) ? .all : .members(membersByStatus[name] ?? [])
  }

  /// By subresources other than `status`.
  package static func byOtherParts(of resource: ResourceType) -> KeptMetadata {
    resource == .pods || wholeByStatus.contains(resource.description) ? .all : .members([])
  }

  private static let wholeByStatus: Set<String> = [
    "resourceclaims.resource.k8s.io", "servicecidrs.networking.k8s.io",
    "volumeattachments.storage.k8s.io", "devicetaintrules.resource.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "podcertificaterequests.certificates.k8s.io", "storageversions.internal.apiserver.k8s.io",
    "storageversionmigrations.storagemigration.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io", "flowschemas.flowcontrol.apiserver.k8s.io",
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
  ]

  private static let membersByStatus = [
    "pods": ["ownerReferences"],
    "deployments.apps": ["labels"],
    "apiservices.apiregistration.k8s.io": [
      "labels", "annotations", "finalizers", "ownerReferences",
    ],
  ]
}
