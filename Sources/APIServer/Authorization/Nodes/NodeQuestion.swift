import Foundations
import Resources

/// What a node's request depends on, by resource. Pure.
/// Source: Kubernetes documentation, "Using Node Authorization"; the reasons are upstream's.
struct NodeQuestion {
  let attributes: AccessAttributes
  let node: String

  enum Demand: Equatable {
    case nothing
    case refusal(String)
    /// A pod of the node has to need it.
    case need(NodeReference)
    /// A persistent volume whose claim a pod of the node has to need.
    case volume(String)
    /// Its `spec.nodeName` has to be the node.
    case object(ResourceType, namespace: String, name: String)
  }

  private var verb: String { attributes.verb }
  private var subresource: String { attributes.subresource }
  private var isRead: Bool { ["get", "list", "watch"].contains(verb) }

  private static let leaseVerbs: Set<String> = ["get", "create", "update", "patch", "delete"]

  // MARK: Objects that pods name

  func reading(_ kind: NodeReference.Kind) -> Demand {
    if !isRead { return .refusal("can only read resources of this type") }
    if !subresource.isEmpty { return .refusal("cannot read subresource") }
    if attributes.namespace.isEmpty {
      return .refusal("can only read namespaced object of this type")
    }
    return needing(kind)
  }

  func getting(_ kind: NodeReference.Kind) -> Demand { refusalOfGet ?? needing(kind) }

  private var refusalOfGet: Demand? {
    if verb != "get" { return .refusal("can only get individual resources of this type") }
    return subresource.isEmpty ? nil : .refusal("cannot get subresource")
  }

  private func needing(_ kind: NodeReference.Kind) -> Demand {
    if attributes.name.isEmpty { return .refusal("No Object name found") }
    return .need(
      NodeReference(kind: kind, namespace: attributes.namespace, name: attributes.name))
  }

  var ofClaim: Demand {
    guard subresource == "status" else { return getting(.claim) }
    guard verb == "update" || verb == "patch" else {
      return .refusal("can only get/update/patch this type")
    }
    return needing(.claim)
  }

  var gettingVolume: Demand { refusalOfGet ?? .volume(attributes.name) }

  var gettingAttachment: Demand {
    refusalOfGet
      ?? .object(.volumeAttachments, namespace: "", name: attributes.name)
  }

  var ofServiceAccount: Demand {
    if verb == "get", subresource.isEmpty { return reading(.serviceAccount) }
    guard verb == "create", !attributes.name.isEmpty else {
      return .refusal("can only create tokens for individual service accounts")
    }
    guard subresource == "token" else {
      return .refusal("can only create token subresource of serviceaccount")
    }
    return needing(.serviceAccount)
  }

  // MARK: The node's own

  var ofNode: Demand {
    switch (subresource, verb) {
    case ("", "create"), ("", "update"), ("", "patch"), ("status", "update"), ("status", "patch"):
      return .nothing
    case ("", "get"), ("", "list"), ("", "watch"):
      if attributes.name == node { return .nothing }
      return .refusal(
        attributes.name.isEmpty
          ? "node '\(node)' cannot read all nodes, only its own Node object"
          : "node '\(node)' cannot read '\(attributes.name)', only its own Node object")
    default: return .refusal("")
    }
  }

  var ofPod: Demand {
    switch (subresource, verb) {
    case ("", "get"): return needing(.pod)
    case ("", "list"), ("", "watch"):
      if isLimited(to: "spec.nodeName") { return .nothing }
      if !attributes.name.isEmpty { return needing(.pod) }
      return .refusal("can only list/watch pods with spec.nodeName field selector")
    case ("", "create"), ("", "delete"), ("status", "update"), ("status", "patch"),
      ("eviction", "create"):
      return .nothing
    default: return .refusal("")
    }
  }

  var ofLease: Demand {
    guard Self.leaseVerbs.contains(verb) else {
      return .refusal("can only get, create, update, patch, or delete a node lease")
    }
    guard attributes.namespace == "kube-node-lease" else {
      return .refusal("can only access leases in the \"kube-node-lease\" system namespace")
    }
    guard verb == "create" || attributes.name == node else {
      return .refusal("can only access node lease with the same name as the requesting node")
    }
    return .nothing
  }

  var ofStorageNode: Demand {
    guard Self.leaseVerbs.contains(verb) else {
      return .refusal("can only get, create, update, patch, or delete a CSINode")
    }
    guard subresource.isEmpty else { return .refusal("cannot authorize CSINode subresources") }
    guard verb == "create" || attributes.name == node else {
      return .refusal("can only access CSINode with the same name as the requesting node")
    }
    return .nothing
  }

  var ofResourceSlice: Demand {
    guard subresource.isEmpty else {
      return .refusal("cannot authorize ResourceSlice subresources")
    }
    switch verb {
    case "create": return .nothing
    case "get", "update", "patch", "delete":
      return .object(.resourceSlices, namespace: "", name: attributes.name)
    default:
      return isLimited(to: "spec.nodeName")
        ? .nothing
        : .refusal(
          "can only list/watch/deletecollection resourceslices with nodeName field selector")
    }
  }

  var ofPodCertificate: Demand {
    guard subresource.isEmpty else {
      return .refusal("nodes may not access the status subresource of PodCertificateRequests")
    }
    switch verb {
    case "create": return .nothing
    case "get":
      return .object(
        .podCertificateRequests, namespace: attributes.namespace, name: attributes.name)
    case "list", "watch":
      return isLimited(to: "spec.nodeName")
        ? .nothing
        : .refusal("can only list/watch podcertificaterequests with nodeName field selector")
    default: return .refusal("nodes may not \(verb) podcertificaterequests")
    }
  }

  private func isLimited(to field: String) -> Bool {
    attributes.fieldRequirements.contains {
      $0.field == field && !$0.isNegated && $0.value == node
    }
  }
}
