import Resources
import Security

/// Keeps a node agent to its own node and the pods bound to it, in what it writes.
/// Source: Kubernetes documentation, "Admission Control in Kubernetes", "NodeRestriction"; the
/// messages are upstream's.
struct NodeRestriction: AdmissionPlugin {
  let reader: CacheReader

  init(_ reader: CacheReader) { self.reader = reader }

  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    switch write.user.nodeIdentity {
    case .noNode: return
    case .unknownNode:
      throw refusal(write, "could not determine node from user \"\(write.user.name)\"")
    case .node(let node):
      if let problem = try problem(object, write, node) { throw refusal(write, problem) }
    }
  }

  private func refusal(_ write: AdmissionWrite, _ problem: String) -> APIError {
    .forbidden(write.resource, write.name, problem)
  }

  /// What is wrong with a node's write; `nil` where it may be.
  private func problem(_ object: Document, _ write: AdmissionWrite, _ node: String)
    throws(APIError) -> String?
  {
    switch write.resource {
    case .pods: return try podProblem(object, write, node)
    case .nodes: return NodeWrite(node: node, object: object, write: write).problem
    case .persistentVolumeClaims:
      return write.subresource == "status"
        ? claimProblem(object, write, node) : "may only update PVC status"
    case .leases where write.namespace != "kube-node-lease":
      return "can only access leases in the \"kube-node-lease\" system namespace"
    case .leases where write.name != node:
      return "can only access node lease with the same name as the requesting node"
    case .storageNodes where write.name != node:
      return "can only access CSINode with the same name as the requesting node"
    case .resourceSlices: return sliceProblem(object, write, node)
    case .certificateSigningRequests: return certificateProblem(object, write, node)
    default: return nil
    }
  }

  // MARK: Pods

  private func podProblem(_ pod: Document, _ write: AdmissionWrite, _ node: String)
    throws(APIError) -> String?
  {
    let home = (write.old ?? pod)[path: "spec", "nodeName"]?.string
    switch (write.operation, write.subresource) {
    case (.create, nil): return try mirrorProblem(pod, node)
    case (.delete, nil):
      return home == node
        ? nil : "node \"\(node)\" can only delete pods with spec.nodeName set to itself"
    case (.update, "status"):
      if home != node {
        return
          "node \"\(node)\" can only update pod status for pods with spec.nodeName set to itself"
      }
      if pod[path: "metadata", "labels"] != write.old?[path: "metadata", "labels"] {
        return "node \"\(node)\" cannot update labels through pod status"
      }
      let claims = ["status", "resourceClaimStatuses"]
      return pod.value(at: claims) == write.old?.value(at: claims)
        ? nil : "node \"\(node)\" cannot update resource claim statues"
    case (_, nil):
      return "unexpected operation \"\(write.operation.rawValue)\", node \"\(node)\" can only "
        + "create and delete mirror pods"
    case (_, .some(let subresource)):
      return "unexpected pod subresource \"\(subresource)\", only 'status' and 'eviction' are "
        + "allowed"
    }
  }

  private func mirrorProblem(_ pod: Document, _ node: String) throws(APIError) -> String? {
    let mirror = "kubernetes.io/config.mirror"
    if pod[path: "metadata", "annotations", mirror] == nil {
      return
        "pod does not have \"\(mirror)\" annotation, node \"\(node)\" can only create mirror pods"
    }
    if pod[path: "spec", "nodeName"]?.string != node {
      return "node \"\(node)\" can only create pods with spec.nodeName set to itself"
    }
    let owners = (pod[path: "metadata", "ownerReferences"] ?? .emptyArray).elements.map { $0 }
    if owners.count > 1 {
      return "node \"\(node)\" can only create pods with a single owner reference set to itself"
    }
    guard let owner = owners.first, owner["apiVersion"] == "v1", owner["kind"] == "Node",
      owner["name"]?.string == node
    else { return "node \"\(node)\" can only create pods with an owner reference set to itself" }
    if owner["controller"]?.bool != true {
      return
        "node \"\(node)\" can only create pods with a controller owner reference set to itself"
    }
    if owner["blockOwnerDeletion"]?.bool == true {
      return "node \"\(node)\" must not set blockOwnerDeletion on an owner reference"
    }
    guard let found = reader.object(.nodes, "", node) else { throw .notFound(.nodes, node) }
    let (expected, got) = (found[path: "metadata", "uid"]?.string ?? "", owner["uid"]?.string ?? "")
    if expected != got { return "node \(node) UID mismatch: expected \(got) got \(expected)" }
    // Read as if it were no mirror, which would refer to nothing.
    var plain = pod
    plain.set(nil, at: ["metadata", "annotations"])
    let reference = PodReferences(plain).all.first { $0.kind != .pod }
    return reference.map {
      "node \"\(node)\" can not create pods that reference \($0.kind.plural)"
    }
  }

  // MARK: Others

  private func claimProblem(_ claim: Document, _ write: AdmissionWrite, _ node: String) -> String? {
    guard write.operation == .update, let old = write.old else {
      return "unexpected operation \"\(write.operation.rawValue)\""
    }
    let own = [
      ["metadata", "resourceVersion"], ["metadata", "managedFields"], ["status", "capacity"],
      ["status", "conditions"], ["status", "allocatedResources"],
      ["status", "allocatedResourceStatuses"],
    ]
    func rest(_ claim: Document) -> Document {
      own.reduce(into: claim) { $0.set(nil, at: $1) }
    }
    return rest(claim) == rest(old)
      ? nil
      : "node \"\(node)\" is not allowed to update fields other than status.quantity and "
        + "status.conditions"
  }

  private func sliceProblem(_ slice: Document, _ write: AdmissionWrite, _ node: String) -> String? {
    guard write.operation != .update,
      (write.old ?? slice)[path: "spec", "nodeName"]?.string != node
    else { return nil }
    let verb = write.operation == .create ? "create" : "delete"
    return "can only \(verb) ResourceSlice with the same NodeName as the requesting node"
  }

  private func certificateProblem(_ object: Document, _ write: AdmissionWrite, _ node: String)
    -> String?
  {
    let signers = [CertificateSigners.nodeServing, CertificateSigners.nodeClient]
    let request = CertificateSigningRequest(object)
    guard write.operation == .create, signers.contains(request.spec.signerName) else { return nil }
    do throws(CertificateRequest.ReadingError) {
      let parsed = try CertificateRequest(base64PEM: request.spec.request)
      return parsed.commonName == User.nodePrefix + node
        ? nil : "can only create a node CSR with CN=\(User.nodePrefix)\(node)"
    } catch {
      return "unable to parse csr: \(error)"
    }
  }
}

extension NodeRestriction {
  /// Whether a node may have a token: only one that is bound to a pod of its own.
  /// - Parameter bound: `spec.boundObjectRef`.
  /// - Parameter audiences: as asked for.
  func requireOwnPod(
    _ bound: Document?, audiences: [String], account: String, namespace: String, for user: User,
    authorizer: any Authorizer
  ) throws(APIError) {
    guard case .node(let node) = user.nodeIdentity else { return }
    func refusal(_ problem: String) -> APIError { .forbidden(.serviceAccounts, account, problem) }
    guard let bound, bound["apiVersion"] == "v1", bound["kind"] == "Pod",
      let name = bound["name"]?.string, !name.isEmpty
    else { throw refusal("node requested token not bound to a pod") }
    guard bound["uid"]?.string?.isEmpty == false else {
      throw refusal("node requested token with a pod binding without a uid")
    }
    guard let pod = reader.object(.pods, namespace, name) else { throw .notFound(.pods, name) }
    guard pod[path: "spec", "nodeName"]?.string == node else {
      throw refusal("node requested token bound to a pod scheduled on a different node")
    }
    if audiences.count > 1 { throw refusal("node may only request 0 or 1 audiences") }
    let audience = audiences.first ?? ""
    if Self.names(pod, audience: audience) { return }
    var attributes = AccessAttributes(user: user, verb: "request-serviceaccounts-token-audience")
    attributes.version = "v1"
    attributes.resource = audience
    attributes.namespace = namespace
    attributes.name = account
    if authorizer.decide(attributes) == .allowed { return }
    throw refusal(
      "audience \"\(audience)\" not found in pod spec volume, \(user.name) is not authorized to "
        + "request tokens for this audience")
  }

  private static func names(_ pod: Document, audience: String) -> Bool {
    (pod[path: "spec", "volumes"] ?? .emptyArray).elements.contains { volume in
      (volume[path: "projected", "sources"] ?? .emptyArray).elements.contains { source in
        source["serviceAccountToken"].map { ($0["audience"]?.string ?? "") == audience } ?? false
      }
    }
  }

  /// Whether a node may evict a pod.
  func requireOwn(_ pod: String, namespace: String, for user: User) throws(APIError) {
    guard case .node(let node) = user.nodeIdentity else { return }
    guard let found = reader.object(.pods, namespace, pod) else { throw .notFound(.pods, pod) }
    guard found[path: "spec", "nodeName"]?.string == node else {
      throw .forbidden(
        .pods, pod, "node \(node) can only evict pods with spec.nodeName set to itself")
    }
  }
}

extension NodeReference.Kind {
  fileprivate var plural: String {
    switch self {
    case .pod: "pods"
    case .secret: "secrets"
    case .configMap: "configmaps"
    case .claim: "persistentvolumeclaims"
    case .serviceAccount: "serviceaccounts"
    case .resourceClaim: "resourceclaims"
    }
  }
}
