import Foundations
import Resources

/// Keeps the ControllerRevisions of DaemonSets and StatefulSets.
struct RevisionHistory: Sendable {
  let client: any ClusterClient
  let informer: Informer
  private let adoption: AdoptionControl
  /// The label that carries the template's hash.
  private let hashLabel: String

  /// - Parameter informers: the revisions become indexed by namespace: create it before they run.
  init(client: any ClusterClient, informers: InformerSet, hashLabel: String) {
    self.client = client
    self.hashLabel = hashLabel
    informer = informers[.controllerRevisions]
    informer.indexByNamespace()
    adoption = AdoptionControl(client: client, informer: informer)
  }

  /// Tells which owner a change of a revision is about.
  func owner(of change: Informer.Change, kind: String) -> ObjectKey? {
    let metadata = ObjectMeta(change.object["metadata"] ?? .emptyObject)
    guard let controller = metadata.controllerReference, controller.kind == kind else {
      return nil
    }
    return ObjectKey(namespace: metadata.namespace ?? "", name: controller.name)
  }

  /// What is kept, with the current template as its newest.
  /// - Parameters:
  ///   - owner: neither on its way out nor another of the same name.
  ///   - metadata: of the owner: its annotations tell people why a revision came.
  ///   - collisions: counts templates whose hash another one had; grows where it happens again, and
  ///     belongs into the owner's status.
  func ledger(
    of owner: OwnerIdentity, metadata: ObjectMeta, selector: LabelSelector,
    template: PodTemplateSpec, collisions: inout Int?
  ) async throws -> RevisionLedger {
    var owned = try await adoption.claim(for: owner, selector: selector, isTerminating: false)
      .map { ControllerRevision($0) }
    let data = RevisionLedger.data(of: template)
    let ledger = RevisionLedger(owned, data: data)
    switch ledger.step {
    case .none: return ledger
    case .renumber(let name, let number):
      let renumbered = try await renumber(owner.key.namespace, name, number)
      owned.removeAll { $0.metadata.name == name }
      owned.append(renumbered)
    case .create(let number):
      // The copy may be a moment behind the owner's own: what was made since counts too.
      let newest = try await newestNumber(of: owner)
      let created = try await create(
        owner, metadata, template, data: data, number: max(number, newest + 1),
        collisions: &collisions)
      owned.removeAll { $0.metadata.name == created.metadata.name }
      owned.append(created)
    }
    return RevisionLedger(owned, data: data)
  }

  /// As the server has it, for the rare moment when a number is given out.
  private func newestNumber(of owner: OwnerIdentity) async throws -> Int {
    let page = try await client.list(.controllerRevisions, namespace: owner.key.namespace)
    return page.items.map { ControllerRevision($0) }
      .filter { $0.metadata.controllerReference?.uid == owner.uid }.map(\.revision).max() ?? 0
  }

  private func renumber(_ namespace: String, _ name: String, _ number: Int) async throws
    -> ControllerRevision
  {
    let patched = try await client.patch(
      .controllerRevisions, namespace: namespace, name: name,
      Patch(.merge, ["revision": Document(number)]))
    await waitToSee(patched)
    return ControllerRevision(patched)
  }

  private func create(
    _ owner: OwnerIdentity, _ metadata: ObjectMeta, _ template: PodTemplateSpec, data: Document,
    number: Int, collisions: inout Int?
  ) async throws -> ControllerRevision {
    let hash = TemplateHash.hash(of: data, collisions: collisions ?? 0)
    let name = "\(owner.key.name)-\(hash)"
    var revision = ControllerRevision([
      "apiVersion": "apps/v1", "kind": "ControllerRevision",
      "metadata": ["name": Document(name), "namespace": Document(owner.key.namespace)],
    ])
    revision.metadata.labels = template.metadata.labels.merging([hashLabel: hash]) { $1 }
    revision.metadata.annotations = metadata.annotations
    revision.document.set([owner.reference], at: ["metadata", "ownerReferences"])
    revision.data = data
    revision.revision = number
    do {
      let created = try await client.create(
        .controllerRevisions, namespace: owner.key.namespace, revision.document)
      await waitToSee(created)
      return ControllerRevision(created)
    } catch let error as APIError where error.reason == .alreadyExists {
      let found = ControllerRevision(
        try await client.get(.controllerRevisions, namespace: owner.key.namespace, name: name))
      guard found.data == data, found.metadata.controllerReference?.uid == owner.uid else {
        // Another template of the same hash: the next try takes another name.
        collisions = (collisions ?? 0) + 1
        throw error
      }
      await waitToSee(found.document)
      return found
    }
  }

  /// Deletes the oldest revisions beyond the history that is to be kept.
  func cleanUp(
    _ ledger: RevisionLedger, keeping limit: Int, isInUse: (ControllerRevision) -> Bool
  ) async throws {
    for revision in ledger.removable(keeping: limit, isInUse: isInUse) {
      let key = revision.metadata.key
      do {
        _ = try await client.delete(
          .controllerRevisions, namespace: key.namespace, name: key.name,
          options: DeleteOptions(uid: revision.metadata.uid))
      } catch let error as APIError where error.reason == .notFound {
        continue
      }
      await informer.waitUntil(key) { $0 == nil }
    }
  }

  /// The next look must see what this one wrote.
  private func waitToSee(_ written: Document) async {
    let version = written[path: "metadata", "resourceVersion"]
    await informer.waitUntil(ObjectKey(written)) {
      $0?[path: "metadata", "resourceVersion"] == version
    }
  }
}
