import Foundations
import Networking
package import Resources
import Store
import Synchronization

/// The client protocol for callers in the server's own process: requests go through the same
/// handler as everyone's, without a socket.
///
/// Reads and watches take the short way: documents from the cache, never encoded. Custom resources that
/// a webhook converts are listed, watched and deleted in the version they are stored in: the server's
/// own parts look at nothing but their metadata, and depend on no webhook that way.
package struct LoopbackClient: ClusterClient {
  private let registry: APIRegistry
  private let user: User
  /// Where writes are written down; `nil` for nowhere.
  private let audit: AuditLog?

  package init(registry: APIRegistry, user: User = .loopback, audit: AuditLog? = nil) {
    self.registry = registry
    self.user = user
    self.audit = audit
  }

  private func collection(_ resource: ResourceType) throws -> Collection {
    guard let collection = registry.resource(resource)?.collection else {
      throw APIError(
        code: 404, reason: .notFound, message: "the server does not serve \(resource)")
    }
    return collection
  }

  private func context(_ options: WriteOptions, _ trail: AuditTrail?) -> Collection.WriteContext {
    var context = Collection.WriteContext(
      user: user, isDryRun: options.isDryRun,
      fieldManager: options.fieldManager.isEmpty ? "martlet" : options.fieldManager)
    context.audit = trail
    return context
  }

  /// Has a write written down, where somebody wants that.
  private func recorded(
    _ call: @autoclosure () -> LoopbackCall, _ write: (AuditTrail?) async throws -> Document
  ) async throws -> Document {
    guard let audit else { return try await write(nil) }
    let call = call()
    guard let trail = try call.open(in: audit, of: user) else { return try await write(nil) }
    do {
      let answer = try await write(trail)
      trail.complete(call.status, answer)
      return answer
    } catch {
      trail.complete(error)
      throw error
    }
  }

  package func get(_ resource: ResourceType, namespace: String?, name: String) async throws
    -> Document
  {
    if let served = registry.resource(resource), served.collection == nil {
      return try await read(served, namespace, name, ListOptions())
    }
    let collection = try collection(resource)
    guard collection.conversion != nil else {
      return try collection.get(namespace: namespace, name: name).document
    }
    return try await withCheckedThrowingContinuation { continuation in
      collection.read(namespace: namespace, name: name) {
        continuation.resume(with: $0.map(\.document).mapError { $0 as any Error })
      }
    }
  }

  package func list(_ resource: ResourceType, namespace: String?, options: ListOptions)
    async throws -> ObjectPage
  {
    if let served = registry.resource(resource), served.collection == nil {
      let list = try await read(served, namespace, nil, options)
      return ObjectPage(
        items: list["items"].map { Array($0.elements) } ?? [],
        resourceVersion: list[path: "metadata", "resourceVersion"]?.string ?? "")
    }
    let collection = try collection(resource)
    let selection = try Selection(collection, options)
    let snapshot = collection.cache.read()
    let objects = snapshot.objects(in: resource.isNamespaced ? namespace : nil).filter(
      collection.conversion == nil ? selection.matches : selection.mayMatch)
    return ObjectPage(
      items: objects.map { collection.known($0).document },
      resourceVersion: snapshot.revision.description)
  }

  package func create(
    _ resource: ResourceType, namespace: String?, _ object: Document, options: WriteOptions
  ) async throws -> Document {
    if let served = registry.resource(resource), served.collection == nil {
      return try await ask(served, namespace, object)
    }
    let collection = try collection(resource)
    return try await recorded(
      LoopbackCall(
        verb: .create, resource: resource, namespace: namespace,
        name: object[path: "metadata", "name"]?.string, manager: options.fieldManager, body: object)
    ) { trail in
      try await outcome {
        collection.create(namespace: namespace, object, context(options, trail), completion: $0)
      }
    }
  }

  /// Resources that are made up for each answer, such as what pods use.
  private func read(
    _ served: ServedResource, _ namespace: String?, _ name: String?, _ options: ListOptions
  ) async throws -> Document {
    var path = APIPath.ResourcePath(
      group: served.type.group, version: served.type.version, plural: served.type.plural)
    path.namespace = namespace
    path.name = name
    let query = QueryItems([
      .init(name: "labelSelector", value: options.labelSelector),
      .init(name: "fieldSelector", value: options.fieldSelector),
    ]).encoded
    let exchange = LoopbackExchange()
    let call = try APICall(
      request: try exchange.request(
        .get,
        path: served.type.path(namespace: namespace) + (name.map { "/\($0)" } ?? "")
          + "?" + query),
      path: path, served: served, user: user, verb: name == nil ? .list : .get)
    return try await exchange.answer { (responder: Responder) throws(APIError) in
      try served.handler.handle(call, responder)
    }
  }

  /// Resources that only answer, such as reviews.
  private func ask(_ served: ServedResource, _ namespace: String?, _ question: Document)
    async throws -> Document
  {
    var path = APIPath.ResourcePath(
      group: served.type.group, version: served.type.version, plural: served.type.plural)
    path.namespace = namespace
    let exchange = LoopbackExchange()
    let call = try APICall(
      request: try exchange.request(
        path: served.type.path(namespace: namespace), body: question.json),
      path: path, served: served, user: user, verb: .create)
    return try await exchange.answer { (responder: Responder) throws(APIError) in
      try served.handler.handle(call, responder)
    }
  }

  package func create(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String,
    _ object: Document, options: WriteOptions
  ) async throws -> Document {
    guard let served = registry.resource(resource), let handler = served.subresources[subresource]
    else {
      throw APIError(
        code: 404, reason: .notFound,
        message: "the server does not serve \(resource)/\(subresource)")
    }
    return try await recorded(
      LoopbackCall(
        verb: .create, resource: resource, namespace: namespace, name: name,
        subresource: subresource, manager: options.fieldManager, body: object)
    ) { trail in
      if let binding = handler as? BindingHandler, let collection = served.collection {
        return try await outcome {
          binding.bind(
            name, namespace: namespace, object, in: collection, context(options, trail),
            completion: $0)
        }
      }
      return try await ask(
        handler, of: served, namespace: namespace, name: name, subresource: subresource, object,
        options, trail)
    }
  }

  /// Subresources that have no shorter way.
  private func ask(
    _ handler: any ResourceHandler, of served: ServedResource, namespace: String?, name: String,
    subresource: String, _ object: Document, _ options: WriteOptions, _ trail: AuditTrail?
  ) async throws -> Document {
    let resource = served.type
    var asked = APIPath.ResourcePath(
      group: resource.group, version: resource.version, plural: resource.plural)
    asked.namespace = namespace
    asked.name = name
    asked.subresource = subresource
    let path = asked
    let exchange = LoopbackExchange()
    let query = options.isDryRun ? "?dryRun=All" : ""
    let request = try exchange.request(
      path: resource.path(namespace: namespace) + query, body: object.json)
    return try await exchange.answer { (responder: Responder) throws(APIError) in
      var call = try APICall(
        request: request, path: path, served: served, user: user, verb: .create)
      call.audit = trail
      try handler.handle(call, responder)
    }
  }

  package func update(
    _ resource: ResourceType, namespace: String?, _ object: Document, subresource: String?,
    options: WriteOptions
  ) async throws -> Document {
    let collection = try collection(resource)
    let name = object[path: "metadata", "name"]?.string ?? ""
    return try await recorded(
      LoopbackCall(
        verb: .update, resource: resource, namespace: namespace, name: name,
        subresource: subresource, manager: options.fieldManager, body: object)
    ) { trail in
      try await outcome {
        collection.update(
          namespace: namespace, name: name, subresource: subresource, context(options, trail),
          whenMissing: subresource == nil && collection.rules.createsOnUpdate ? object : nil,
          change: { _ in object }, completion: $0)
      }
    }
  }

  package func patch(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String?,
    _ patch: Patch, options: WriteOptions
  ) async throws -> Document {
    guard let served = registry.resource(resource) else {
      throw APIError(
        code: 404, reason: .notFound, message: "the server does not serve \(resource)")
    }
    let collection = try collection(resource)
    return try await recorded(
      LoopbackCall(
        verb: .patch, resource: resource, namespace: namespace, name: name,
        subresource: subresource, manager: options.fieldManager, body: patch.body)
    ) { trail in
      let context = context(options, trail)
      if patch.format == .apply {
        return try await outcome {
          collection.apply(
            namespace: namespace, name: name, subresource: subresource, patch.body, isForced: true,
            context, completion: $0)
        }
      }
      let requested = RequestedPatch(
        format: patch.format, body: patch.body, kind: served.kind, validation: .ignore,
        custom: served.custom)
      let warnings = WarningList()
      return try await outcome {
        collection.update(
          namespace: namespace, name: name, subresource: subresource, context,
          change: { (old: Document) throws(APIError) in try requested.applied(to: old, warnings) },
          completion: $0)
      }
    }
  }

  package func delete(
    _ resource: ResourceType, namespace: String?, name: String, options: DeleteOptions
  ) async throws -> Document {
    let collection = try collection(resource)
    return try await recorded(
      LoopbackCall(verb: .delete, resource: resource, namespace: namespace, name: name)
    ) { trail in
      var context = context(WriteOptions(), trail)
      context.keepsStoredVersion = true
      let deleting = context
      return try await outcome {
        collection.delete(
          namespace: namespace, name: name, options: options, deleting, completion: $0)
      }
    }
  }

  package func watch(_ resource: ResourceType, namespace: String?, options: ListOptions)
    async throws -> AsyncThrowingStream<ObjectEvent, any Error>
  {
    let collection = try collection(resource)
    let selection = try Selection(collection, options)
    let from = UInt64(options.resourceVersion).map { Revision($0) }
    let watcher: Watcher
    do throws(StoreError) {
      watcher = try collection.cache.watch(
        after: from,
        WatchOptions(
          scope: selection.scope(namespace: resource.isNamespaced ? namespace : nil),
          selects: collection.conversion == nil
            ? selection.predicate : selection.knownPredicate))
    } catch {
      throw APIError.expired("too old resource version: \(options.resourceVersion): \(error)")
    }
    let pending = EventQueue(watcher, collection)
    return AsyncThrowingStream { await pending.next() }
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

/// Hands out a watcher's batches one by one. One reader at a time, as every sequence.
private final class EventQueue: Sendable {
  /// Batches are at least this far apart: a quiet watch hears of a change at once, a busy one is not
  /// woken for each.
  private static let gathering = Duration.milliseconds(5)

  private struct State {
    var waiting: [WatchEvent] = []
    var lastBatch: ContinuousClock.Instant?
  }

  private let watcher: Watcher
  private let collection: Collection
  private let state = Mutex(State())

  init(_ watcher: Watcher, _ collection: Collection) {
    self.watcher = watcher
    self.collection = collection
  }

  deinit { watcher.stop() }

  /// `nil` when the watch is over.
  func next() async -> ObjectEvent? {
    while !Task.isCancelled {
      if let event = state.withLock({ $0.waiting.popLast() }) { return objectEvent(event) }
      await gather()
      let batch = await watcher.nextBatch()
      if let end = batch.end, batch.events.isEmpty {
        return end == .closed ? nil : .error(.expired("the watch ended: \(end)"))
      }
      state.withLock { state in
        state.waiting = batch.events.reversed()
        state.lastBatch = .now
      }
    }
    return nil
  }

  private func gather() async {
    guard let last = state.withLock({ $0.lastBatch }) else { return }
    let next = last + Self.gathering
    guard ContinuousClock.now < next else { return }
    // Cancelled, the wait is over, and so is the loop around it.
    do { try await ContinuousClock().sleep(until: next) } catch { return }
  }

  private func objectEvent(_ event: WatchEvent) -> ObjectEvent {
    let document = collection.known(event.object).document
    return switch event.kind {
    case .added: .added(document)
    case .modified: .modified(document)
    case .deleted: .deleted(document)
    }
  }
}
