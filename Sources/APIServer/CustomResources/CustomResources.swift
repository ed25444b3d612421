import Foundations
import Logging
import Resources
import Store
import Synchronization

/// Serves what CustomResourceDefinitions define, and keeps their status: a definition's names are
/// accepted, then its resources are served, then it says so. A definition that is deleted takes its
/// instances with it.
final class CustomResources: Sendable {
  private let definitions: Collection
  private let registry: APIRegistry
  private let kinds: ServedKinds
  private let parts: CustomKind.Parts
  private let logger: Logger
  private let state = Mutex<[String: Served]>([:])

  private struct Served {
    /// Tells one state of a definition from another: what was served for it is not made again.
    let state: Document
    let cache: WatchCache
    let storage: Collection
    let kinds: [ResourceType]
    let generation: Int
  }

  init(
    definitions: Collection, registry: APIRegistry, kinds: ServedKinds, parts: CustomKind.Parts,
    logger: Logger
  ) {
    self.definitions = definitions
    self.registry = registry
    self.kinds = kinds
    self.parts = parts
    self.logger = logger
  }

  private var all: [Document] { definitions.cache.read().objects(in: nil).map(\.document) }

  /// The definitions of a group, which a definition's name ends in: `PLURAL.GROUP`. Looks at nothing
  /// but the names of others.
  private func all(in group: String) -> [Document] {
    definitions.cache.read().objects(in: nil).filter { object in
      guard object.name.utf8.count > group.utf8.count, object.name.hasSuffix(group) else {
        return false
      }
      return object.document[path: "spec", "group"]?.string == group
    }.map(\.document)
  }

  private func current(_ name: String) -> Document? { definitions.current(nil, name)?.document }

  // MARK: Following

  /// Serves what was established before, so that no request comes too early. Cost is O(objects).
  func load() async throws(StoreError) {
    for definition in all
    where CustomConditions(definition[path: "status", "conditions"]).isTrue("Established") {
      try await serve(definition)
    }
  }

  /// Follows the definitions until the task is cancelled or the store ends.
  func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let watch: (snapshot: ObjectSnapshot, watcher: Watcher)
        do {
          watch = try definitions.cache.readAndWatch(WatchOptions())
        } catch {
          return  // The cache has ended, and with it the server.
        }
        for object in watch.snapshot.objects(in: nil) { await settle(object.name, &group) }
        while true {
          let batch = await watch.watcher.nextBatch()
          for event in batch.events { await settle(event.object.name, &group) }
          guard let end = batch.end else { continue }
          if end == .closed { return }
          break
        }
      }
    }
  }

  /// Brings what is served, and the status, in line with a definition as it stands now.
  private func settle(_ name: String, _ group: inout DiscardingTaskGroup) async {
    do {
      guard let definition = current(name) else { return await forget(name) }
      if definition[path: "metadata", "deletionTimestamp"] != nil {
        return try await remove(definition, &group)
      }
      let group = definition[path: "spec", "group"]?.string ?? ""
      let status = CustomNames(definition, among: all(in: group)).status(
        now: parts.now().description)
      var wanted = definition
      wanted["status"] = status
      let isEstablished = CustomConditions(status["conditions"]).isTrue("Established")
      let isNew = !CustomConditions(definition[path: "status", "conditions"]).isTrue("Established")
      if isEstablished { try await serve(wanted, isListed: !isNew) }
      if definition["status"] != status { try await write(status, of: definition) }
      // Who finds it in discovery finds a definition to which nothing is added any more.
      if isEstablished { registry.list(name) }
    } catch let error as APIError where error.reason == .conflict || error.reason == .notFound {
      // It changed in the meantime: that change comes up next.
    } catch {
      logger.error(
        "a custom resource definition cannot be served",
        metadata: ["definition": "\(name)", "reason": "\(error)"])
    }
  }

  // MARK: Serving

  /// - Parameter isListed: whether discovery tells of resources that it does not tell of yet.
  private func serve(_ definition: Document, isListed: Bool = true) async throws(StoreError) {
    let name = definition[path: "metadata", "name"]?.string ?? ""
    let state = Self.state(of: definition)
    let former = self.state.withLock { $0[name] }
    if former?.state == state { return }
    let kind = CustomKind(definition)
    let cache: WatchCache
    if let former {
      cache = former.cache
    } else {
      cache = try await WatchCache.open(
        parts.store, prefix: kind.prefix, logger: logger)
    }
    let generation = (former?.generation ?? 0) + 1
    guard let serving = kind.serving(cache, generation: generation, parts) else { return }
    let stored = serving.resources.first { $0.type == serving.storage.resource }
    let listed = (stored ?? serving.resources.first).map { [$0.type] } ?? []
    self.state.withLock {
      $0[name] = Served(
        state: state, cache: cache, storage: serving.storage, kinds: listed,
        generation: generation)
    }
    registry.serve(serving.resources, of: name, isListed: isListed)
    serving.schemaStart.set(cache.revision)
    kinds.replace(former?.kinds ?? [], with: listed)
  }

  /// What of a definition decides how its resources are served.
  private static func state(of definition: Document) -> Document {
    [
      "uid": definition[path: "metadata", "uid"] ?? "", "spec": definition["spec"] ?? "",
      "names": definition[path: "status", "acceptedNames"] ?? "",
      "isTerminating": Document(definition[path: "metadata", "deletionTimestamp"] != nil),
    ]
  }

  /// The definition is gone: so are its names.
  private func forget(_ name: String) async {
    guard let served = state.withLock({ $0.removeValue(forKey: name) }) else { return }
    kinds.replace(served.kinds, with: [])
    registry.serve([], of: name)
    served.cache.close()
    let group = served.storage.resource.group
    for other in all(in: group)
    where !CustomConditions(other[path: "status", "conditions"]).isTrue("NamesAccepted") {
      // Read anew for each: the one before may have taken the name.
      let status = CustomNames(other, among: all(in: group)).status(
        now: parts.now().description)
      do {
        // Its change comes up as an event, which serves it.
        if other["status"] != status { try await write(status, of: other) }
      } catch {
        logger.warning(
          "the status of a custom resource definition cannot be written",
          metadata: [
            "definition": "\(other[path: "metadata", "name"]?.string ?? "")",
            "reason": "\(error)",
          ])
      }
    }
  }

  // MARK: Deletion

  /// Starts the removal of a definition's instances, if that has not begun.
  private func remove(_ definition: Document, _ group: inout DiscardingTaskGroup) async throws {
    let name = definition[path: "metadata", "name"]?.string ?? ""
    let finalizers = definition[path: "metadata", "finalizers"]?.elements.compactMap(\.string)
    guard finalizers?.contains(CustomDefinition.finalizer) == true else { return }
    guard state.withLock({ $0[name] }) != nil else {
      return try await release(definition, "NeverEstablished", "resource was never established")
    }
    if Self.isBeingRemoved(definition) && isRemoving(name) { return }
    try await serve(definition)
    removing.withLock { _ = $0.insert(name) }
    try await note(
      definition, true, "InstanceDeletionInProgress", "CustomResource deletion is in progress")
    group.addTask { [self] in
      await removeInstances(of: name)
      removing.withLock { _ = $0.remove(name) }
    }
  }

  private let removing = Mutex<Set<String>>([])

  private func isRemoving(_ name: String) -> Bool { removing.withLock { $0.contains(name) } }

  private static func isBeingRemoved(_ definition: Document) -> Bool {
    CustomConditions(definition[path: "status", "conditions"]).isTrue("Terminating")
  }

  /// Deletes a definition's instances, waits for those that finalizers hold, then lets it go.
  private func removeInstances(of name: String) async {
    guard let served = state.withLock({ $0[name] }) else { return }
    do {
      while true {
        for object in served.cache.read().objects(in: nil)
        where object.document[path: "metadata", "deletionTimestamp"] == nil {
          try await delete(object, from: served.storage)
        }
        let (snapshot, watcher) = try served.cache.readAndWatch(WatchOptions())
        defer { watcher.stop() }
        if snapshot.objects(in: nil).count == 0 { break }
        _ = await watcher.nextBatch()
        if Task.isCancelled { return }
      }
      guard let definition = current(name) else { return }
      try await release(definition, "InstanceDeletionCompleted", "removed all instances")
    } catch {
      logger.error(
        "the instances of a custom resource definition cannot be removed",
        metadata: ["definition": "\(name)", "reason": "\(error)"])
    }
  }

  private func delete(_ object: CachedObject, from collection: Collection) async throws {
    do {
      _ = try await outcome {
        collection.delete(
          namespace: object.namespace, name: object.name,
          options: DeleteOptions(propagationPolicy: .background), Self.removal, completion: $0)
      }
    } catch let error as APIError where error.reason == .notFound {
      return
    }
  }

  /// Takes the finalizer off a definition.
  private func release(_ definition: Document, _ reason: String, _ message: String) async throws {
    try await note(definition, false, reason, message)
    _ = try await update(definition) { object in
      let kept = object[path: "metadata", "finalizers"]?.elements.filter {
        $0.string != CustomDefinition.finalizer
      }
      object.set(kept.map { Document($0) }, at: ["metadata", "finalizers"])
    }
  }

  private func note(
    _ definition: Document, _ isTerminating: Bool, _ reason: String, _ message: String
  ) async throws {
    let now = parts.now().description
    _ = try await update(definition, subresource: "status") { object in
      var conditions = CustomConditions(object[path: "status", "conditions"])
      conditions.set("Terminating", isTerminating, reason, message, now)
      object.set(conditions.document, at: ["status", "conditions"])
    }
  }

  // MARK: Writing

  private static let context = Collection.WriteContext(
    user: .loopback, fieldManager: "apiextensions-apiserver")

  /// No webhook that converts can hold up the end of a definition.
  private static let removal = {
    var removal = context
    removal.keepsStoredVersion = true
    return removal
  }()

  private func write(_ status: Document, of definition: Document) async throws {
    // Whoever wrote since then would be written over.
    _ = try await update(definition, subresource: "status", isTied: true) { $0["status"] = status }
  }

  private func update(
    _ definition: Document, subresource: String? = nil, isTied: Bool = false,
    _ change: @escaping @Sendable (inout Document) -> Void
  ) async throws -> Document {
    let uid = definition[path: "metadata", "uid"]
    let version = isTied ? definition[path: "metadata", "resourceVersion"] : nil
    return try await outcome {
      definitions.update(
        namespace: nil, name: definition[path: "metadata", "name"]?.string ?? "",
        subresource: subresource, Self.context,
        change: { old in
          var new = old
          // Another definition of the same name is none of this one's business.
          new.set(uid, at: ["metadata", "uid"])
          change(&new)
          new.set(version, at: ["metadata", "resourceVersion"])
          return new
        }, completion: $0)
    }
  }

  private func outcome(_ start: (@escaping Collection.Completion) -> Void) async throws -> Document
  {
    try await withCheckedThrowingContinuation { continuation in
      start { result in
        continuation.resume(with: result.map(\.document).mapError { $0 as any Error })
      }
    }
  }
}
