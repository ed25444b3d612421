import Foundations
package import Resources

/// Creates and deletes the pods of an owner, and says so in events.
package struct PodControl: Sendable {
  let client: any ClusterClient
  let events: any EventSink
  /// All pods: asked until it shows what was just written, so that the next decision sees it.
  let pods: Informer
  let manager: String

  package init(
    client: any ClusterClient, events: any EventSink, pods: Informer, manager: String
  ) {
    self.client = client
    self.events = events
    self.pods = pods
    self.manager = manager
  }

  /// The pod that a template describes, owned and controlled by `owner`.
  static func pod(
    from template: PodTemplateSpec, owner: OwnerIdentity, name: String? = nil,
    labels extra: [String: String] = [:]
  ) -> Document {
    var metadata: Document = [:]
    if let name {
      metadata["name"] = Document(name)
    } else {
      metadata["generateName"] = Document(owner.key.name + "-")
    }
    metadata["namespace"] = Document(owner.key.namespace)
    let labels = template.metadata.labels.merging(extra) { $1 }
    if !labels.isEmpty { metadata["labels"] = labels.asDocument }
    if !template.metadata.annotations.isEmpty {
      metadata["annotations"] = template.metadata.annotations.asDocument
    }
    if !template.metadata.finalizers.isEmpty {
      metadata["finalizers"] = template.metadata.finalizers.asDocument
    }
    metadata["ownerReferences"] = [owner.reference]
    return [
      "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
      "spec": template.spec.document,
    ]
  }

  /// Creates `count` pods that differ in nothing but their names.
  /// - Throws: the first failure, once those under way have ended.
  func create(_ count: Int, _ pod: Document, for owner: OwnerIdentity) async throws {
    try await create(Array(repeating: pod, count: count), for: owner)
  }

  /// Creates pods in batches of 1, 2, 4, ...: where the first fails, the others would too.
  /// - Throws: the first failure, once those under way have ended.
  func create(_ all: [Document], for owner: OwnerIdentity) async throws {
    var remaining = all[...]
    var batch = 1
    while !remaining.isEmpty {
      let failure = await withTaskGroup(of: (any Error)?.self) { group in
        for pod in remaining.prefix(batch) {
          group.addTask {
            do {
              _ = try await self.create(pod, for: owner)
              return nil
            } catch {
              return error
            }
          }
        }
        return await group.reduce(nil) { $0 ?? $1 }
      }
      if let failure { throw failure }
      remaining = remaining.dropFirst(batch)
      batch *= 2
    }
  }

  @discardableResult
  func create(_ pod: Document, for owner: OwnerIdentity) async throws -> Document {
    do {
      let created = try await client.create(
        .pods, namespace: owner.key.namespace, pod, options: WriteOptions(fieldManager: manager))
      let key = ObjectKey(created)
      events.record(owner.note(.normal, "SuccessfulCreate", "Created pod: \(key.name)"))
      let uid = created[path: "metadata", "uid"]?.string
      await pods.waitUntil(key) { $0?[path: "metadata", "uid"]?.string == uid }
      return created
    } catch let error as APIError {
      // A namespace on its way out refuses everything new: nothing to tell anyone.
      if error.details.causes.first?.reason != "NamespaceTerminating" {
        events.record(
          owner.note(.warning, "FailedCreate", "Error creating: \(error.message)"))
      }
      throw error
    }
  }

  func delete(_ key: ObjectKey, for owner: OwnerIdentity) async throws {
    do {
      _ = try await client.delete(
        .pods, namespace: key.namespace, name: key.name,
        options: DeleteOptions(propagationPolicy: .background))
      events.record(owner.note(.normal, "SuccessfulDelete", "Deleted pod: \(key.name)"))
    } catch let error as APIError where error.reason == .notFound {
      // Gone already: what was wanted.
    }
    await pods.waitUntil(key) { $0 == nil || $0?[path: "metadata", "deletionTimestamp"] != nil }
  }
}

/// Who owns: what references, events and queues need of an object.
package struct OwnerIdentity: Sendable {
  let resource: ResourceType
  let key: ObjectKey
  let uid: String

  package init(_ resource: ResourceType, _ metadata: ObjectMeta) {
    self.resource = resource
    key = metadata.key
    uid = metadata.uid ?? ""
  }

  /// As a controlling owner in `metadata.ownerReferences`.
  var reference: Document {
    [
      "apiVersion": Document(resource.apiVersion), "kind": Document(resource.kind),
      "name": Document(key.name), "uid": Document(uid), "controller": true,
      "blockOwnerDeletion": true,
    ]
  }

  func note(_ kind: ObjectEventNote.Kind, _ reason: String, _ message: String) -> ObjectEventNote {
    ObjectEventNote(
      about: resource, key, uid: uid, kind: kind, reason: reason, message: message)
  }
}
