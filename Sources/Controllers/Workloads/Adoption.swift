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
        } else if !metadata.isTerminating {
          toRelease.append(candidate)
        }
      } else if matches && !isTerminating && !metadata.isTerminating && !selector.isEmpty {
        toAdopt.append(candidate)
      }
    }
  }

  /// Adds the owner to an object's references.
  static func adopted(_ object: Document, by owner: OwnerIdentity) -> Patch {
    var references = object[path: "metadata", "ownerReferences"]?.elements.map { $0 } ?? []
    references.append(owner.reference)
    return Patch(
      .merge,
      [
        "metadata": [
          "ownerReferences": Document(references), "uid": object[path: "metadata", "uid"] ?? "",
        ]
      ])
  }

  /// Takes the owner out of an object's references.
  static func released(_ object: Document, from uid: String) -> Patch {
    let references =
      object[path: "metadata", "ownerReferences"]?.elements.filter {
        $0["uid"]?.string != uid
      } ?? []
    return Patch(
      .merge,
      [
        "metadata": [
          "ownerReferences": references.isEmpty ? .null : Document(references),
          "uid": object[path: "metadata", "uid"] ?? "",
        ]
      ])
  }
}

/// Carries an adoption out on pods or replica sets.
package struct AdoptionControl: Sendable {
  let client: any ClusterClient
  let informer: Informer

  /// - Parameter informer: of the objects to be owned, indexed by namespace.
  package init(client: any ClusterClient, informer: Informer) {
    self.client = client
    self.informer = informer
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
      try await patch(object, Adoption.released(object, from: owner.uid))
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
      if let adopted = try await patch(object, Adoption.adopted(object, by: owner)) {
        owned.append(adopted)
      }
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
