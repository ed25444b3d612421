import Foundations
package import Resources
import Synchronization

/// A cluster whose objects the test sets; each change reaches the watches. Patches are taken down.
package final class ScriptedClient: ClusterClient {
  private typealias Watch = AsyncThrowingStream<ObjectEvent, any Error>
  private struct State {
    var objects: [ResourceType: [ObjectKey: Document]] = [:]
    /// Those that are gone.
    var removed: [ResourceType: [ObjectKey: Document]] = [:]
    var patches: [Document] = []
    var watches: [ResourceType: [Int: Watch.Continuation]] = [:]
    var watchNumber = 0
  }
  private let state = Mutex(State())

  package init() {}

  package func set(_ resource: ResourceType, _ object: Document) {
    state.withLock { state in
      let old = state.objects[resource, default: [:]].updateValue(object, forKey: ObjectKey(object))
      state.removed[resource]?[ObjectKey(object)] = nil
      for watch in (state.watches[resource] ?? [:]).values {
        watch.yield(old == nil ? .added(object) : .modified(object))
      }
    }
  }

  package func remove(_ resource: ResourceType, _ object: Document) {
    state.withLock { state in
      state.objects[resource]?[ObjectKey(object)] = nil
      state.removed[resource, default: [:]][ObjectKey(object)] = object
      for watch in (state.watches[resource] ?? [:]).values { watch.yield(.deleted(object)) }
    }
  }

  /// The bodies of all patches so far.
  package var patches: [Document] { state.withLock { $0.patches } }

  /// How many watches of a collection have not ended.
  package func watchCount(_ resource: ResourceType) -> Int {
    state.withLock { $0.watches[resource]?.count ?? 0 }
  }

  package func list(_ resource: ResourceType, namespace: String?, options: ListOptions) async throws
    -> ObjectPage
  {
    let items = state.withLock { Array(($0.objects[resource] ?? [:]).values) }
    return ObjectPage(items: items, resourceVersion: "1")
  }

  /// Starts with everything that is there or is gone, so that nothing is lost between list and watch.
  package func watch(_ resource: ResourceType, namespace: String?, options: ListOptions)
    async throws
    -> AsyncThrowingStream<ObjectEvent, any Error>
  {
    let (stream, continuation) = Watch.makeStream()
    let number = state.withLock { state in
      for object in (state.objects[resource] ?? [:]).values { continuation.yield(.added(object)) }
      for object in (state.removed[resource] ?? [:]).values { continuation.yield(.deleted(object)) }
      state.watchNumber += 1
      state.watches[resource, default: [:]][state.watchNumber] = continuation
      return state.watchNumber
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.watches[resource]?[number] = nil }
    }
    return stream
  }

  /// Whoever is tested with it reads collections and patches objects, and does nothing else.
  private struct NotScripted: Error {}

  package func get(_ resource: ResourceType, namespace: String?, name: String) async throws
    -> Document
  {
    throw NotScripted()
  }
  package func create(
    _ resource: ResourceType, namespace: String?, _ object: Document, options: WriteOptions
  ) async throws -> Document { throw NotScripted() }
  package func create(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String,
    _ object: Document, options: WriteOptions
  ) async throws -> Document { throw NotScripted() }
  package func update(
    _ resource: ResourceType, namespace: String?, _ object: Document, subresource: String?,
    options: WriteOptions
  ) async throws -> Document { throw NotScripted() }
  package func patch(
    _ resource: ResourceType, namespace: String?, name: String, subresource: String?,
    _ patch: Patch, options: WriteOptions
  ) async throws -> Document {
    state.withLock { $0.patches.append(patch.body) }
    return patch.body
  }
  package func delete(
    _ resource: ResourceType, namespace: String?, name: String, options: DeleteOptions
  ) async throws -> Document { throw NotScripted() }
}
