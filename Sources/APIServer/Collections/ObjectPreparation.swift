import Foundations
package import Resources

/// Readies an object that a client sent for being stored: the server's own fields are set, those
/// that clients may not set are put back. Pure.
package struct ObjectPreparation: Sendable {
  package let resource: ResourceType
  package let rules: CollectionRules
  /// What every object of the kind begins with.
  private let head: Document

  package init(resource: ResourceType, rules: CollectionRules) {
    self.resource = resource
    self.rules = rules
    head = ["kind": Document(resource.kind), "apiVersion": Document(resource.apiVersion)]
  }

  // MARK: Create

  /// The part of a create that happens before defaults and admission.
  /// - Throws: 400 where the object names another place than the request.
  package func created(
    _ object: Document, namespace: String?, name: String, uid: String, now: String
  ) throws(APIError) -> Document {
    var metadata = object["metadata"] ?? .emptyObject
    try requireNamespace(of: metadata, namespace)
    if metadata["resourceVersion"]?.string?.isEmpty == false {
      throw APIError.badRequest("resourceVersion should not be set on objects to be created")
    }
    if let own = metadata["name"]?.string, !own.isEmpty, own != name {
      throw APIError.badRequest(
        "the name of the object (\(own)) does not match the name on the URL (\(name))")
    }
    for field in ["resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"]
    {
      metadata.removeMember(field)
    }
    metadata["name"] = Document(name)
    if resource.isNamespaced, let namespace { metadata["namespace"] = Document(namespace) }
    metadata["uid"] = Document(uid)
    metadata["creationTimestamp"] = Document(now)
    if let first = rules.generation?.first { metadata["generation"] = Document(first) }
    var result = canonical(object, metadata: metadata)
    if rules.hasStatusSubresource && !rules.keepsStatusOnCreate {
      result["status"] = rules.emptyStatus
    }
    return result
  }

  private func requireNamespace(of metadata: Document, _ namespace: String?) throws(APIError) {
    guard let own = metadata["namespace"]?.string, !own.isEmpty else { return }
    guard resource.isNamespaced, let namespace else {
      if resource.isNamespaced { return }
      throw APIError.badRequest(
        "namespace \"\(own)\" is set on a \(resource.kind), which lives outside namespaces")
    }
    guard own == namespace else {
      throw APIError.badRequest(
        "the namespace of the provided object does not match the namespace sent on the request")
    }
  }

  /// `kind`, `apiVersion` and `metadata` first, so that encodings of a collection share their head.
  func canonical(_ object: Document, metadata: Document) -> Document {
    var result = head
    result["metadata"] = orderedMetadata(metadata)
    for (name, value) in object.members
    where name != "kind" && name != "apiVersion" && name != "metadata" {
      result[name] = value
    }
    for name in rules.presentMembers where result[name] == nil { result[name] = .emptyObject }
    return result
  }

  private static let leadingMetadata = [
    "name", "generateName", "namespace", "uid", "resourceVersion", "generation",
    "creationTimestamp",
  ]

  private func orderedMetadata(_ metadata: Document) -> Document {
    var result = Document.emptyObject
    for name in Self.leadingMetadata {
      if let value = metadata[name] { result[name] = value }
    }
    for (name, value) in metadata.members where !Self.leadingMetadata.contains(name) {
      result[name] = value
    }
    return result
  }

  // MARK: Update

  private static let fixedMetadata = [
    "name", "namespace", "uid", "creationTimestamp", "generation", "resourceVersion",
  ]

  /// Merges what a client sent into what may change.
  /// - Parameters:
  ///   - subresource: `nil` for the object itself; `status` and the like change only their part.
  /// - Throws: 400 for another name or namespace, 409 where `uid` is another object's.
  package func updated(
    _ old: Document, with sent: Document, subresource: String?
  ) throws(APIError) -> Document {
    let oldMetadata = old["metadata"] ?? .emptyObject
    var metadata = sent["metadata"] ?? .emptyObject
    try requireNamespace(of: metadata, oldMetadata["namespace"]?.string)
    let name = oldMetadata["name"]?.string ?? ""
    if let own = metadata["name"]?.string, !own.isEmpty, own != name {
      throw APIError.badRequest(
        "the name of the object (\(own)) does not match the name on the URL (\(name))")
    }
    if let uid = metadata["uid"]?.string, !uid.isEmpty, uid != oldMetadata["uid"]?.string {
      throw APIError.conflict(
        resource, name,
        "Precondition failed: UID in precondition: \(uid), "
          + "UID in object meta: \(oldMetadata["uid"]?.string ?? "")")
    }
    metadata.removeMember("selfLink")
    for field in Self.fixedMetadata { metadata[field] = oldMetadata[field] }
    // Where the object is not on its way out, validation says what a wish for that is worth.
    let isLeaving = oldMetadata["deletionTimestamp"] != nil
    if isLeaving { metadata["deletionTimestamp"] = oldMetadata["deletionTimestamp"] }
    if metadata["deletionGracePeriodSeconds"] == nil {
      metadata["deletionGracePeriodSeconds"] = oldMetadata["deletionGracePeriodSeconds"]
    }

    switch subresource {
    case nil:
      var result = canonical(sent, metadata: metadata)
      if rules.hasStatusSubresource { result["status"] = old["status"] ?? rules.emptyStatus }
      rules.onUpdate(old, &result)
      return result
    case "status":
      var result = canonical(old, metadata: partMetadata(metadata, oldMetadata, subresource))
      result["status"] = sent["status"]
      rules.onStatusUpdate(old, &result)
      return result
    case "approval":
      var result = canonical(old, metadata: partMetadata(metadata, oldMetadata, subresource))
      result.set(sent[path: "status", "conditions"], at: ["status", "conditions"])
      return result
    default:
      let change =
        switch (resource, subresource) {
        case (.pods, "resize"): PodParts.resized(old, with: sent)
        case (.pods, "ephemeralcontainers"): PodParts.withEphemeralContainers(old, of: sent)
        default: sent
        }
      return canonical(change, metadata: partMetadata(metadata, oldMetadata, subresource))
    }
  }

  private func partMetadata(_ sent: Document, _ old: Document, _ subresource: String?) -> Document {
    switch rules.metadataKept(by: subresource ?? "") {
    case .members(let names):
      var metadata = sent
      for name in names { metadata[name] = old[name] }
      return metadata
    case .all:
      var metadata = old
      if let managed = sent["managedFields"] { metadata["managedFields"] = managed }
      return metadata
    }
  }

  /// Counts a generation where the desired state differs. Status and metadata do not count, nor does
  /// the node that a binding gives to a pod: nobody's wish has changed by it.
  package func generationCounted(
    _ old: Document, _ new: Document, subresource: String? = nil
  ) -> Document {
    guard let rule = rules.generation, rule.counts, subresource != "binding",
      !sameDesiredState(old, new, rule)
    else { return new }
    var result = new
    let generation = old[path: "metadata", "generation"]?.integer ?? 0
    result.set(Document(generation + 1), at: ["metadata", "generation"])
    return result
  }

  private func sameDesiredState(_ old: Document, _ new: Document, _ rule: GenerationRule) -> Bool {
    var ignored: Set<String> = ["metadata", "kind", "apiVersion"]
    if rules.hasStatusSubresource || rules.emptyStatus != nil { ignored.insert("status") }
    let names = Set(new.members.map(\.name) + old.members.map(\.name)).subtracting(ignored)
    let isSameMetadata = rule.metadata.map {
      rule.areSame(old[path: "metadata", $0], new[path: "metadata", $0])
    }
    return isSameMetadata != false && names.allSatisfy { rule.areSame(old[$0], new[$0]) }
  }
}
