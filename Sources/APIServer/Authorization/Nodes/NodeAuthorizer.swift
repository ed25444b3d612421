import IngressRouting
import Resources
import Store
import Synchronization

/// Lets node agents do what they need for the pods bound to their node, and no more. What they may
/// write of that is `NodeRestriction`'s to judge, which sees the object.
///
/// The graph of pods, and the Secrets that Ingresses name, are put together with the first question that
/// needs them, and brought up to date by each: a server whose nodes all live in its own process never does
/// that.
/// Source: Kubernetes documentation, "Using Node Authorization". Beyond it, nodes read the Secrets that
/// Ingresses served by them name for their certificates.
final class NodeAuthorizer: Authorizer {
  private let reader: CacheReader
  private let rules = DefaultAccess.all.rules(of: "system:node")
  private let graph = Mutex(NodeGraph())
  private let mark = StaleMark()
  private let pods: CacheFollower?
  private let certificates = Mutex(ServedCertificates())
  private let ingressMark = StaleMark()
  private let ingresses: CacheFollower?

  init(_ reader: CacheReader) {
    self.reader = reader
    let (mark, ingressMark) = (mark, ingressMark)
    pods = reader.cache(.pods).map { CacheFollower($0, mark: mark) }
    ingresses = reader.cache(.ingresses).map { CacheFollower($0, mark: ingressMark) }
  }

  func decide(_ attributes: AccessAttributes) -> AccessDecision {
    switch attributes.user.nodeIdentity {
    case .noNode: return .denied(reason: "")
    case .unknownNode:
      return .denied(reason: "unknown node for user \"\(attributes.user.name)\"")
    case .node(let node):
      if attributes.path == nil, let decision = decideByObject(attributes, node) {
        return decision
      }
      return rules.allow(attributes) ? .allowed : .denied(reason: "")
    }
  }

  func rules(for user: User, in namespace: String) -> AccessRuleList {
    guard case .node = user.nodeIdentity else { return AccessRuleList() }
    return AccessRuleList(gaps: ["node authorizer does not support user rule resolution"])
  }

  /// `nil` for resources that all nodes may use alike.
  private func decideByObject(_ attributes: AccessAttributes, _ node: String) -> AccessDecision? {
    let question = NodeQuestion(attributes: attributes, node: node)
    let demand: NodeQuestion.Demand
    switch (attributes.group, attributes.resource) {
    case ("", "secrets"): demand = question.reading(.secret)
    case ("", "configmaps"): demand = question.reading(.configMap)
    case ("", "persistentvolumeclaims"): demand = question.ofClaim
    case ("", "persistentvolumes"): demand = question.gettingVolume
    case ("", "serviceaccounts"): demand = question.ofServiceAccount
    case ("", "nodes"): demand = question.ofNode
    case ("", "pods"): demand = question.ofPod
    case ("resource.k8s.io", "resourceclaims"): demand = question.getting(.resourceClaim)
    case ("resource.k8s.io", "resourceslices"): demand = question.ofResourceSlice
    case ("storage.k8s.io", "volumeattachments"): demand = question.gettingAttachment
    case ("storage.k8s.io", "csinodes"): demand = question.ofStorageNode
    case ("coordination.k8s.io", "leases"): demand = question.ofLease
    case ("certificates.k8s.io", "podcertificaterequests"): demand = question.ofPodCertificate
    default: return nil
    }
    return isMet(demand, node)
  }

  private func isMet(_ demand: NodeQuestion.Demand, _ node: String) -> AccessDecision {
    let isRelated: Bool
    switch demand {
    case .nothing: return .allowed
    case .refusal(let reason): return .denied(reason: reason)
    case .need(let reference): isRelated = isNeeded(reference, node)
    case .volume(let name):
      let volume = reader.object(.persistentVolumes, "", name)
      isRelated = volume.map { isNeeded($0, node) } ?? false
    case .object(let resource, let namespace, let name):
      let object = reader.object(resource, namespace, name)
      isRelated = object?[path: "spec", "nodeName"]?.string == node
    }
    return isRelated
      ? .allowed
      : .denied(reason: "no relationship found between node '\(node)' and this object")
  }

  private func isNeeded(_ reference: NodeReference, _ node: String) -> Bool {
    let graph = current()
    if graph.isNeeded(reference, by: node) { return true }
    guard reference.kind == .secret else { return false }
    if isOfServedIngress(reference) { return true }
    // The secrets of a storage driver are named by the volume, not by the pod.
    return reader.objects(.persistentVolumes).contains { volume in
      Self.secrets(of: volume).contains(reference)
        && Self.claim(of: volume).map { graph.isNeeded($0, by: node) } ?? false
    }
  }

  /// Every node serves every Ingress of ours, and shows clients the certificates that it names.
  private func isOfServedIngress(_ secret: NodeReference) -> Bool {
    certificates.withLock { certificates in
      catchUp(&certificates)
      return certificates.isNamed(secret, within: IngressClasses(reader.objects(.ingressClasses)))
    }
  }

  private func catchUp(_ certificates: inout ServedCertificates) {
    guard ingressMark.take() else { return }
    ingresses?.catchUp { change in
      switch change {
      case .all(let snapshot):
        certificates.removeAll()
        for ingress in snapshot.objects() {
          certificates.set(ingress.objectKey, to: ingress.document)
        }
      case .put(let ingress): certificates.set(ingress.objectKey, to: ingress.document)
      case .remove(let ingress): certificates.set(ingress.objectKey, to: nil)
      }
    }
  }

  private func isNeeded(_ volume: Document, _ node: String) -> Bool {
    Self.claim(of: volume).map { current().isNeeded($0, by: node) } ?? false
  }

  private static func claim(of volume: Document) -> NodeReference? {
    guard let claim = volume[path: "spec", "claimRef"] else { return nil }
    return NodeReference(
      kind: .claim, namespace: claim["namespace"]?.string ?? "",
      name: claim["name"]?.string ?? "")
  }

  private static func secrets(of volume: Document) -> [NodeReference] {
    ["nodePublishSecretRef", "nodeStageSecretRef", "nodeExpandSecretRef"].compactMap { member in
      volume[path: "spec", "csi", member].map {
        NodeReference(
          kind: .secret, namespace: $0["namespace"]?.string ?? "", name: $0["name"]?.string ?? "")
      }
    }
  }

  private func current() -> NodeGraph {
    graph.withLock { graph in
      if mark.take() {
        pods?.catchUp { change in
          switch change {
          case .all(let snapshot):
            graph.removeAll()
            for pod in snapshot.objects() { graph.set(pod.objectKey, to: pod) }
          case .put(let pod): graph.set(pod.objectKey, to: pod)
          case .remove(let pod): graph.set(pod.objectKey, to: nil)
          }
        }
      }
      return graph
    }
  }
}
