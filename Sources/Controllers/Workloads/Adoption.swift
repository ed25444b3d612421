package import Foundations
package import Resources

/// Which objects belong to an owner, which it takes in, and which it lets go. Pure.
/// Source: Kubernetes documentation, "ReplicaSet", "Non-Template Pod acquisitions".
package struct Adoption: Equatable, Sendable {
  package var owned: [Document] = []
  package var toAdopt: [Document] = []
  package var toRelease: [Document] = []

  /// - Parameters:
  ///   - candidates: objects of the owner's namespace.
  ///   - isTerminating: an owner on its way out adopts and releases nothing.
  package init(
    candidates: [Document], ownerUID: String, selector: LabelSelector, isTerminating: Bool
  ) {
    for candidate in candidates {
      let metadata = ObjectMeta(candidate["metadata"] ?? .emptyObject)
      let matches = selector.matches(metadata.labels)
      if let controller = metadata.controllerReference {
        guard controller.uid == ownerUID else { continue }
        if matches || isTerminating {
          owned.append(candidate)
        } else {
          toRelease.append(candidate)
        }
      } else if matches && !isTerminating && !metadata.isTerminating && !selector.isEmpty {
        toAdopt.append(candidate)
      }
    }
  }

  /// Adds the owner to an object's references, and its finalizer to the object's.
  static func adopted(
    _ object: Document, by owner: OwnerIdentity, finalizer: String? = nil
  ) -> Patch {
    change(object, finalizer, keep: true) { $0 + [owner.reference] }
  }

  /// Takes the owner out of an object's references, and its finalizer out of the object's.
  static func released(
    _ object: Document, from uid: String, finalizer: String? = nil
  ) -> Patch {
    change(object, finalizer, keep: false) { $0.filter { $0["uid"]?.string != uid } }
  }

  /// - Parameter keep: whether the object shall have the finalizer.
  private static func change(
    _ object: Document, _ finalizer: String?, keep: Bool, references: ([Document]) -> [Document]
  ) -> Patch {
    let metadata = object["metadata"]
    var changed: Document = ["uid": metadata?["uid"] ?? ""]
    changed["ownerReferences"] = list(
      references(metadata?["ownerReferences"]?.elements.map { $0 } ?? []))
    let finalizers = metadata?["finalizers"]?.elements.map { $0 } ?? []
    if let finalizer, finalizers.contains(where: { $0.string == finalizer }) != keep {
      let others = finalizers.filter { $0.string != finalizer }
      changed["finalizers"] = list(keep ? others + [Document(finalizer)] : others)
      // Whoever adds or removes one at the same time shall not be undone.
      changed["resourceVersion"] = metadata?["resourceVersion"] ?? ""
    }
    return Patch(.merge, ["metadata": changed])
  }

  private static func list(_ elements: [Document]) -> Document {
    elements.isEmpty ? .null : Document(elements)
  }
}

/// Carries an adoption out on pods or replica sets.
package struct AdoptionControl: Sendable {
  let client: any ClusterClient
  let informer: Informer
  private let finalizer: String?

  /// - Parameters:
  ///   - informer: of the objects to be owned, indexed by namespace.
  ///   - finalizer: comes and goes with the ownership; `nil` for none.
  package init(client: any ClusterClient, informer: Informer, finalizer: String? = nil) {
    self.client = client
    self.informer = informer
    self.finalizer = finalizer
  }

  /// The objects that belong to the owner, after taking in and letting go.
  /// - Parameter isEligible: objects of which it says no are left alone.
  func claim(
    for owner: OwnerIdentity, selector: LabelSelector, isTerminating: Bool,
    isEligible: (Document) -> Bool = { _ in true }
  ) async throws -> [Document] {
    let plan = Adoption(
      candidates: informer.objects(Informer.byNamespace, owner.key.namespace).filter(isEligible),
      ownerUID: owner.uid, selector: selector, isTerminating: isTerminating)
    var owned = plan.owned
    for object in plan.toRelease {
      try await patch(object, Adoption.released(object, from: owner.uid, finalizer: finalizer))
    }
    if !plan.toAdopt.isEmpty {
      // The informer may lag: an owner that is gone or another by now must not adopt.
      let live = ObjectMeta(
        try await client.get(owner.resource, namespace: owner.key.namespace, name: owner.key.name)[
          "metadata"]
          ?? .emptyObject)
      guard live.uid == owner.uid, !live.isTerminating else { return owned }
    }
    for object in plan.toAdopt {
      let adoption = Adoption.adopted(object, by: owner, finalizer: finalizer)
      if let adopted = try await patch(object, adoption) { owned.append(adopted) }
    }
    return owned
  }

  @discardableResult
  private func patch(_ object: Document, _ patch: Patch) async throws -> Document? {
    let key = ObjectKey(object)
    do {
      let patched = try await client.patch(
        informer.resource, namespace: key.namespace, name: key.name, patch)
      let references = patched[path: "metadata", "ownerReferences"]
      await informer.waitUntil(key) {
        $0 == nil || $0?[path: "metadata", "ownerReferences"] == references
      }
      return patched
    } catch let error as APIError where error.reason == .notFound {
      return nil
    }
  }
}
