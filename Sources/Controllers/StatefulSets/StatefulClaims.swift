import Resources

/// The volume claims of a StatefulSet's pods: their names, their content, and who takes them along.
/// Pure.
/// Source: Kubernetes documentation, "StatefulSet", "Stable Storage" and "PersistentVolumeClaim
/// retention".
enum StatefulClaims {
  /// `data-web-0`.
  static func name(of template: PersistentVolumeClaim, set: String, ordinal: Int) -> String {
    "\(template.metadata.name ?? "")-\(set)-\(ordinal)"
  }

  static func document(
    of template: PersistentVolumeClaim, set: StatefulSet, ordinal: Int
  ) -> Document {
    var claim = template
    claim.apiVersion = "v1"
    claim.kind = "PersistentVolumeClaim"
    let owner = set.metadata.key
    claim.metadata.name = name(of: template, set: owner.name, ordinal: ordinal)
    claim.metadata.namespace = owner.namespace
    claim.metadata.labels = template.metadata.labels.merging(set.spec.selector.matchLabels) { $1 }
    claim.document["status"] = nil
    if let references = references(
      of: claim.document, set: OwnerIdentity(.statefulSets, set.metadata), pod: nil,
      policy: set.spec.persistentVolumeClaimRetentionPolicy)
    {
      claim.document.set(Document(references), at: ["metadata", "ownerReferences"])
    }
    return claim.document
  }

  /// The owners a claim should have: the set where its end takes the claim along, a pod that is too
  /// many where its end does.
  /// - Parameters:
  ///   - pod: the claim's pod where the set is scaled below it.
  /// - Returns: `nil` where nothing is to be changed.
  static func references(
    of claim: Document, set: OwnerIdentity, pod: OwnerIdentity?,
    policy: StatefulSetPersistentVolumeClaimRetentionPolicy?
  ) -> [Document]? {
    let present = claim[path: "metadata", "ownerReferences"]?.elements.map { $0 } ?? []
    var others: [Document] = []
    for reference in present {
      guard let own = [set, pod].compactMap(\.self).first(where: { $0.isNamed(by: reference) })
      else {
        // A pod that is not too many (any more) does not take the claim along.
        if !isPod(reference, of: set) { others.append(reference) }
        continue
      }
      // Left over from a set or pod of the same name that is gone: the collector decides.
      if reference["uid"]?.string != own.uid { return nil }
    }
    var wanted = others
    if !others.contains(where: { $0["controller"]?.bool == true }) {
      let goesWithPod = policy?.whenScaled == "Delete" && pod != nil
      if let pod, goesWithPod { wanted.append(pod.reference) }
      if policy?.whenDeleted == "Delete" && !goesWithPod { wanted.append(set.reference) }
    }
    return wanted == present ? nil : wanted
  }

  private static func isPod(_ reference: Document, of set: OwnerIdentity) -> Bool {
    reference["kind"]?.string == "Pod"
      && StatefulPod.ordinal(of: reference["name"]?.string ?? "", set: set.key.name) != nil
  }
}

extension OwnerIdentity {
  fileprivate func isNamed(by reference: Document) -> Bool {
    reference["kind"]?.string == resource.kind && reference["name"]?.string == key.name
      && reference["apiVersion"]?.string == resource.apiVersion
  }
}
