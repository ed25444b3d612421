/// Keeps `managedFields` true over writes, and merges what is applied. Pure.
///
/// Each entry speaks of the fields of its own version: what a write changed is told to it as it reads
/// there.
package struct FieldManager: Sendable {
  let type: SchemaType?
  /// The versions that entries may be of; `nil` where the kind has but one.
  let versions: VersionedKind?

  /// - Parameter type: of the objects; `nil` owns objects by member and lists whole.
  package init(type: SchemaType?, versions: VersionedKind? = nil) {
    self.type = type
    self.versions = versions
  }

  /// Fields of somebody else that an apply would change.
  package struct Conflict: Error, Equatable, Sendable {
    package var items: [Item]

    package init(items: [Item]) { self.items = items }

    package struct Item: Equatable, Sendable {
      /// `"kubectl" using apps/v1`, as upstream's messages spell it.
      package let owner: String
      package let path: String

      package init(owner: String, path: String) {
        self.owner = owner
        self.path = path
      }
    }
  }

  // MARK: Updates

  /// Notes a write that is no apply.
  /// - Parameters:
  ///   - old: the object before; `nil` for a create.
  ///   - new: the object with its defaults; its managedFields are those the client sent.
  /// - Returns: `new` with its managedFields as they shall be stored.
  package func updated(_ old: Document?, _ new: Document, by writer: FieldWriter) -> Document {
    let sent = new["metadata"]?["managedFields"]
    let former = old?["metadata"]?["managedFields"]
    if ManagedFields.isReset(sent) { return Self.setting(nil, in: new) }
    let kept = sent.map { $0.isEmpty ? former : $0 } ?? former
    // Whoever stripped an object of its managedFields wants none until somebody applies.
    if old != nil && (kept?.isEmpty ?? true) { return Self.setting(nil, in: new) }
    let comparison = FieldComparison(from: old, to: new, type: type)
    let changed = Self.withoutServerFields(comparison.changed)
    if changed.isEmpty && comparison.removed.isEmpty { return Self.setting(kept, in: new) }
    guard var managed = ManagedFields(kept) ?? ManagedFields(former) else {
      return Self.setting(nil, in: new)
    }
    let own = managed.entries.firstIndex { $0.isOf(writer, .update) }
    var views = ComparisonViews(comparison, old, new, writer, versions)
    for place in managed.entries.indices {
      let seen = views.comparison(in: managed.entries[place].apiVersion)
      var fields = managed.entries[place].fields
      if place != own { fields = fields.subtracting(Self.withoutServerFields(seen.changed)) }
      managed.entries[place].fields = fields.subtracting(seen.removed)
    }
    if !changed.isEmpty { Self.grant(changed, to: writer, own, &managed) }
    managed.entries.removeAll { $0.fields.isEmpty }
    managed.capUpdaters()
    return Self.setting(managed.document, in: new)
  }

  private static func grant(
    _ changed: FieldSet, to writer: FieldWriter, _ own: Int?, _ managed: inout ManagedFields
  ) {
    if let own {
      managed.entries[own].fields = managed.entries[own].fields.union(changed)
      managed.entries[own].time = writer.time
    } else {
      managed.entries.append(
        ManagedFields.Entry(
          manager: writer.manager, operation: .update, apiVersion: writer.apiVersion,
          time: writer.time, subresource: writer.subresource, fields: changed))
    }
  }

  // MARK: Applies

  /// The manager that is said to own what an object without managedFields holds.
  private static let formerOwner = "before-first-apply"

  /// Merges a configuration into an object: adds and changes what it holds, removes what the same
  /// manager applied before, no longer applies and nobody else owns.
  /// - Parameters:
  ///   - live: `nil` where there is no object yet.
  ///   - isForced: takes fields of others instead of failing.
  /// - Throws: where others own what would change.
  package func applied(
    _ configuration: Document, to live: Document?, by writer: FieldWriter, isForced: Bool
  ) throws(Conflict) -> Document {
    let applied = AppliedConfiguration(document: configuration, type: type)
    var managed = ManagedFields(live?["metadata"]?["managedFields"]) ?? ManagedFields()
    if let live, managed.entries.isEmpty {
      let all = Self.withoutServerFields(FieldComparison(from: nil, to: live, type: type).changed)
      managed.entries.append(
        ManagedFields.Entry(
          manager: Self.formerOwner, operation: .update, apiVersion: writer.apiVersion,
          time: writer.time, subresource: "", fields: all))
    }
    let own = managed.entries.firstIndex { $0.isOf(writer, .apply) }
    let former = own.map { managed.entries[$0] }
    if let own { managed.entries.remove(at: own) }

    let fields = applied.fields
    let bare = Self.setting(nil, in: live ?? .emptyObject)
    var merged = applied.merged(into: bare)
    if let former, !former.fields.isEmpty {
      merged = pruned(merged, former, owned: managed.union, configuration)
    }
    let comparison = FieldComparison(from: live == nil ? nil : bare, to: merged, type: type)
    var views = ComparisonViews(comparison, live == nil ? nil : bare, merged, writer, versions)
    if !isForced {
      let lastApplied = LastApplied(of: bare, for: writer)?.fields(unchangedIn: bare, type: type)
      try Self.requireNoConflict(managed) { apiVersion in
        let taken = Self.withoutServerFields(views.comparison(in: apiVersion).changed)
        return lastApplied.map { taken.subtracting($0) } ?? taken
      }
    }
    for place in managed.entries.indices {
      let seen = views.comparison(in: managed.entries[place].apiVersion)
      managed.entries[place].fields = managed.entries[place].fields
        .subtracting(seen.changed).subtracting(seen.removed)
    }
    managed.entries.append(
      ManagedFields.Entry(
        manager: writer.manager, operation: .apply, apiVersion: writer.apiVersion,
        time: comparison.isSame ? former?.time ?? writer.time : writer.time,
        subresource: writer.subresource, fields: Self.withoutServerFields(fields)))
    managed.entries.removeAll { $0.fields.isEmpty }
    LastApplied.note(configuration, in: &merged, by: writer)
    return Self.setting(managed.document, in: merged)
  }

  /// Without what the manager applied before and no longer does. What it applied before reads as in
  /// the version that it applied then.
  private func pruned(
    _ merged: Document, _ former: ManagedFields.Entry, owned: FieldSet, _ configuration: Document
  ) -> Document {
    let own = configuration["apiVersion"]?.string ?? ""
    let isKnown = former.apiVersion != own && versions?.version(former.apiVersion) != nil
    func shown(_ object: Document, in apiVersion: String) -> Document {
      isKnown ? versions?.converted(object, to: apiVersion) ?? object : object
    }
    let type = isKnown ? versions?.version(former.apiVersion)?.type : type
    let applied = AppliedConfiguration(
      document: shown(configuration, in: former.apiVersion), type: type)
    let rest = AppliedConfiguration.pruned(
      shown(merged, in: former.apiVersion), former: former.fields,
      owned: owned.union(applied.fields), type: type)
    return shown(rest, in: own)
  }

  /// - Parameter changed: what would change, as it reads in a version.
  private static func requireNoConflict(
    _ managed: ManagedFields, _ changed: (_ apiVersion: String) -> FieldSet
  ) throws(Conflict) {
    var items: [Conflict.Item] = []
    for entry in managed.entries.sorted(by: { $0.manager < $1.manager }) {
      var owner = Document(entry.manager).jsonText
      if !entry.subresource.isEmpty {
        owner += " with subresource \(Document(entry.subresource).jsonText)"
      }
      if entry.operation == .update { owner += " using \(entry.apiVersion)" }
      for path in entry.fields.intersection(changed(entry.apiVersion)).paths {
        items.append(Conflict.Item(owner: owner, path: path))
      }
    }
    if !items.isEmpty { throw Conflict(items: items) }
  }

  // MARK: Fields of the server

  private static let serverMetadata = [
    "f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid", "f:clusterName",
    "f:generation", "f:managedFields", "f:resourceVersion",
  ]

  /// What nobody owns is left out: what names the object, and what the server writes into it.
  private static func withoutServerFields(_ fields: FieldSet) -> FieldSet {
    var result = fields
    result.isMember = false
    result.remove("f:apiVersion")
    result.remove("f:kind")
    guard result["f:metadata"] != nil else { return result }
    result.update("f:metadata") { metadata in
      metadata.isMember = false
      for name in serverMetadata { metadata.remove(name) }
    }
    return result
  }

  private static func setting(_ managedFields: Document?, in object: Document) -> Document {
    if managedFields == nil && object["metadata"]?["managedFields"] == nil { return object }
    var result = object
    result["metadata"]?["managedFields"] = managedFields
    return result
  }
}
