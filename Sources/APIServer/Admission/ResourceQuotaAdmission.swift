import Foundations
package import Resources
import Synchronization

/// Refuses what would take a namespace over one of its quotas.
///
/// What is used is counted from the stored objects, and from writes under way: no write passes on
/// an old count. Costs nothing where the namespace has no quota, and O(bounded objects) where it has.
package final class ResourceQuotaAdmission: AdmissionPlugin {
  private let quotas: @Sendable (_ namespace: String) -> [Document]
  private let objects: @Sendable (_ namespace: String, ResourceType) -> [Document]
  /// What writes under way will take, by namespace and then by the object's UID.
  private let held = Mutex<[String: [String: Held]]>([:])

  private struct Held {
    let object: Document
    let resource: ResourceType
    let added: ResourceList
  }

  package init(
    quotas: @escaping @Sendable (_ namespace: String) -> [Document],
    objects: @escaping @Sendable (_ namespace: String, ResourceType) -> [Document]
  ) {
    self.quotas = quotas
    self.objects = objects
  }

  package var stage: AdmissionStage { .validating }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.operation != .delete, write.subresource == nil || write.subresource == "resize",
      let namespace = write.namespace
    else { return }
    let bounds = quotas(namespace).map { QuotaBounds($0) }
    guard !bounds.isEmpty else { return }
    let resource = write.resource
    var added = QuotaUsage.of(object, resource)
    if let old = write.old { added = added - QuotaUsage.of(old, resource) }
    let grown = added.filtered { added[$0] > .zero }
    let wish = object
    try held.withLock { held throws(APIError) in
      let under = held[namespace].map { Array($0.values) } ?? []
      for quota in bounds where quota.covers(wish, resource) {
        try require(quota, grown, wish, write, under)
      }
      guard !write.isDryRun, !grown.isEmpty, let uid = wish[path: "metadata", "uid"]?.string else {
        return
      }
      held[namespace, default: [:]][uid] = Held(object: wish, resource: resource, added: grown)
    }
  }

  private func require(
    _ quota: QuotaBounds, _ grown: ResourceList, _ object: Document, _ write: AdmissionWrite,
    _ under: [Held]
  ) throws(APIError) {
    if write.resource == .pods, write.operation == .create {
      try requireStated(quota, object, write)
    }
    let requested = quota.bounded(grown)
    guard !requested.isEmpty else { return }
    let namespace = write.namespace ?? ""
    var used = quota.used({ objects(namespace, $0) }, kinds: [write.resource])
    for other in under where quota.covers(other.object, other.resource) {
      used += quota.bounded(other.added)
    }
    let exceeded = requested.names.filter { used[$0] + requested[$0] > quota.hard[$0] }
    guard !exceeded.isEmpty else { return }
    let isShown: (String) -> Bool = { exceeded.contains($0) }
    throw .forbidden(
      write.resource, write.name,
      "exceeded quota: \(quota.name), requested: \(requested.filtered(isShown).text), "
        + "used: \(used.filtered(isShown).text), limited: \(quota.hard.filtered(isShown).text)")
  }

  private static let statedNames: Set<String> = [
    "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
  ]

  /// Where a quota bounds cpu or memory, each container has to say how much of it it wants.
  private func requireStated(_ quota: QuotaBounds, _ pod: Document, _ write: AdmissionWrite)
    throws(APIError)
  {
    let required = quota.hard.names.intersection(Self.statedNames)
    guard !required.isEmpty else { return }
    var missing: [String: [String]] = [:]
    for list in ["containers", "initContainers"] {
      for container in pod[path: "spec", list]?.elements.map({ $0 }) ?? [] {
        let requests = ResourceList(container[path: "resources", "requests"]).names
        let stated = requests.union(requests.map { "requests.\($0)" }).union(
          ResourceList(container[path: "resources", "limits"]).names.map { "limits.\($0)" })
        for name in required.subtracting(stated) {
          missing[name, default: []].append(container["name"]?.string ?? "")
        }
      }
    }
    guard !missing.isEmpty else { return }
    let list = missing.keys.sorted().map { name in
      "\(name) for: \((missing[name] ?? []).sorted().joined(separator: ","))"
    }
    throw .forbidden(
      write.resource, write.name,
      "failed quota: \(quota.name): must specify \(list.joined(separator: "; "))")
  }

  package func settle(_ object: Document, _ write: AdmissionWrite) {
    guard let namespace = write.namespace, let uid = object[path: "metadata", "uid"]?.string else {
      return
    }
    held.withLock { held in
      guard held[namespace]?.removeValue(forKey: uid) != nil else { return }
      if held[namespace]?.isEmpty == true { held[namespace] = nil }
    }
  }
}
