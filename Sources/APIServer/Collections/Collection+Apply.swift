import Foundations
package import Resources
import Store

extension Collection {
  /// Applies a configuration: creates the object where there is none, else merges into it.
  /// - Parameters:
  ///   - subresource: whose part of the object the configuration speaks of.
  ///   - isForced: takes fields that others own, instead of answering 409.
  /// Source: Kubernetes documentation, "Server-Side Apply".
  package func apply(
    namespace: String?, name: String, subresource: String? = nil, _ configuration: Document,
    isForced: Bool, _ context: WriteContext, completion: @escaping Completion
  ) {
    if let view {
      return view.storage.apply(
        namespace: namespace, name: name, subresource: subresource, configuration,
        isForced: isForced, view.speaking(context), completion: view.showing(completion))
    }
    var context = context
    context.operation = .apply
    let writer = writer(context, subresource)
    let part = appliedPart(of: configuration, subresource)
    do throws(APIError) {
      try requireApplicable(configuration)
      let uid = configuration[path: "metadata", "uid"]?.string ?? ""
      if !uid.isEmpty, cache.object(namespace: namespace ?? "", name: name) == nil {
        throw APIError.conflict(
          resource, name,
          "uid mismatch: the provided object specified uid \(uid), and no existing object was found"
        )
      }
      update(
        namespace: namespace, name: name, subresource: subresource, context,
        whenMissing: subresource == nil
          ? try merged(part, into: nil, writer, isForced: isForced) : nil,
        change: { [self] (old: Document) throws(APIError) in
          try merged(part, into: old, writer, isForced: isForced)
        }, completion: completion)
    } catch {
      completion(.failure(error))
    }
  }

  /// Notes a write that is no apply in the object's managedFields.
  func tracked(
    _ old: Document?, _ new: Document, _ subresource: String?, _ context: WriteContext
  ) -> Document {
    // Deciding a pod's node is the server's own act, as is all that has no manager.
    guard context.operation == .update, subresource != "binding" else { return new }
    let writer = writer(context, subresource)
    let manager = fieldManager(of: writer)
    guard let versions, writer.apiVersion != resource.apiVersion else {
      return manager.updated(old, new, by: writer)
    }
    let noted = manager.updated(
      old.map { versions.converted($0, to: writer.apiVersion) },
      versions.converted(new, to: writer.apiVersion), by: writer)
    var result = new
    result["metadata"]?["managedFields"] = noted["metadata"]?["managedFields"]
    return result
  }

  private func writer(_ context: WriteContext, _ subresource: String?) -> FieldWriter {
    FieldWriter(
      manager: context.fieldManager, apiVersion: context.apiVersion ?? resource.apiVersion,
      subresource: context.trackedSubresource ?? subresource ?? "", time: now().description)
  }

  private func requireApplicable(_ configuration: Document) throws(APIError) {
    if configuration[path: "metadata", "managedFields"].map({ !$0.isEmpty }) == true {
      throw .badRequest("metadata.managedFields must be nil")
    }
  }

  /// The configuration without what the write cannot change, so that nobody comes to own it.
  private func appliedPart(of configuration: Document, _ subresource: String?) -> Document {
    var part = configuration
    part["metadata"]?["managedFields"] = nil
    if subresource == nil {
      if rules.hasStatusSubresource { part["status"] = nil }
    } else if subresource == "status" {
      let kept: Set<String> = ["apiVersion", "kind", "metadata", "status"]
      for (name, _) in configuration.members where !kept.contains(name) { part[name] = nil }
    }
    guard let subresource else { return part }
    let kept = rules.metadataKept(by: subresource)
    for (name, _) in configuration["metadata"]?.members.map({ $0 }) ?? []
    where kept.contains(name) && !["name", "namespace", "uid", "resourceVersion"].contains(name) {
      part["metadata"]?[name] = nil
    }
    return part
  }

  private func merged(
    _ part: Document, into old: Document?, _ writer: FieldWriter, isForced: Bool
  ) throws(APIError) -> Document {
    var live = old
    // An apply is tied to a version only where it says so itself.
    live?.set(nil, at: ["metadata", "resourceVersion"])
    do throws(FieldManager.Conflict) {
      guard let versions, writer.apiVersion != resource.apiVersion else {
        return try fieldManager(of: writer).applied(part, to: live, by: writer, isForced: isForced)
      }
      live = live.map { versions.converted($0, to: writer.apiVersion) }
      return versions.storedForm(
        of: try fieldManager(of: writer).applied(part, to: live, by: writer, isForced: isForced))
    } catch {
      throw .applyConflict(error)
    }
  }

  private func fieldManager(of writer: FieldWriter) -> FieldManager {
    fieldManagers[writer.apiVersion]
      ?? FieldManager(type: versions?.version(writer.apiVersion)?.type, versions: versions)
  }

  static func fieldManagers(_ resource: ResourceType, _ versions: VersionedKind?)
    -> [String: FieldManager]
  {
    guard let versions else {
      let type = Schema.builtin.type(
        group: resource.group, version: resource.version, kind: resource.kind)
      return [resource.apiVersion: FieldManager(type: type)]
    }
    return Dictionary(
      uniqueKeysWithValues: versions.all.map {
        ($0.kind.apiVersion, FieldManager(type: $0.type, versions: versions))
      })
  }
}

extension APIError {
  /// 409, with one cause for each field that another manager owns.
  static func applyConflict(_ conflict: FieldManager.Conflict) -> APIError {
    let items = conflict.items
    var message = "Apply failed with \(items.count) conflict"
    if items.count == 1 {
      message += ": conflict with \(items[0].owner): \(items[0].path)"
    } else {
      var lines: [String] = []
      var owner: String?
      for item in items {
        if item.owner != owner { lines.append("conflicts with \(item.owner):") }
        owner = item.owner
        lines.append("- \(item.path)")
      }
      message += "s: " + lines.joined(separator: "\n")
    }
    var details = Details()
    details.causes = items.map {
      Cause(
        reason: "FieldManagerConflict", message: "conflict with \($0.owner)", field: $0.path)
    }
    return APIError(code: 409, reason: .conflict, message: message, details: details)
  }
}
