import Resources

/// An object that a node may read because a pod on it needs it.
struct NodeReference: Hashable {
  enum Kind {
    case pod, secret, configMap, claim, serviceAccount, resourceClaim
  }

  let kind: Kind
  let namespace: String
  let name: String
}

/// What a pod refers to. Pure.
/// Source: Kubernetes documentation, "Using Node Authorization"; core/v1 PodSpec.
struct PodReferences {
  private(set) var all: Set<NodeReference> = []
  private let namespace: String

  init(_ pod: Document) {
    let metadata = pod["metadata"]
    namespace = metadata?["namespace"]?.string ?? ""
    let name = metadata?["name"]?.string ?? ""
    insert(.pod, name)
    // A node makes its mirror pods itself, and must not come to anything through them.
    if metadata?[path: "annotations", "kubernetes.io/config.mirror"] != nil { return }
    let spec = pod["spec"] ?? .emptyObject
    insert(.serviceAccount, spec["serviceAccountName"]?.string)
    for member in ["volumes", "containers", "initContainers", "ephemeralContainers"] {
      if let part = spec[member] { collect(part) }
    }
    for secret in (spec["imagePullSecrets"] ?? .emptyArray).elements {
      insert(.secret, secret["name"]?.string)
    }
    for volume in (spec["volumes"] ?? .emptyArray).elements {
      insert(.claim, volume[path: "persistentVolumeClaim", "claimName"]?.string)
      if volume["ephemeral"] != nil, let volume = volume["name"]?.string {
        insert(.claim, "\(name)-\(volume)")
      }
    }
    for claim in (spec["resourceClaims"] ?? .emptyArray).elements {
      insert(.resourceClaim, claim["resourceClaimName"]?.string)
    }
    for claim in (pod[path: "status", "resourceClaimStatuses"] ?? .emptyArray).elements {
      insert(.resourceClaim, claim["resourceClaimName"]?.string)
    }
    insert(
      .resourceClaim,
      pod[path: "status", "extendedResourceClaimStatus", "resourceClaimName"]?.string)
  }

  private mutating func insert(_ kind: NodeReference.Kind, _ name: String?) {
    guard let name, !name.isEmpty else { return }
    all.insert(NodeReference(kind: kind, namespace: namespace, name: name))
  }

  /// Volumes and containers name secrets and config maps under a few member names, at any depth.
  private mutating func collect(_ part: Document) {
    for element in part.elements { collect(element) }
    for (member, value) in part.members {
      switch member {
      case "secretKeyRef", "secretRef", "nodePublishSecretRef":
        insert(.secret, value["name"]?.string)
      case "secretName": insert(.secret, value.string)
      case "secret": insert(.secret, value["name"]?.string ?? value["secretName"]?.string)
      case "configMapKeyRef", "configMapRef", "configMap":
        insert(.configMap, value["name"]?.string)
      default: collect(value)
      }
    }
  }
}
