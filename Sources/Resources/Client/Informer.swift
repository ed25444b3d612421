import Synchronization

/// A live copy of one collection: lists once, then follows the watch, and lists again when the
/// watch breaks. Holds every selected object in memory.
package final class Informer: Sendable {
  package let resource: ResourceType
  private let client: any ClusterClient
  private let namespace: String?
  private let options: ListOptions
  private let state: Mutex<State>

  /// What changed, told once the copy holds it. `old` of an update is what the copy held before.
  package enum Change: Sendable {
    case added(Document)
    case updated(old: Document, new: Document)
    case removed(Document)

    /// The object as it stands now, or last stood.
    package var object: Document {
      switch self {
      case .added(let object), .updated(_, let object), .removed(let object): object
      }
    }
  }

  private struct State {
    var objects: [ObjectKey: Document] = [:]
    var isSynced = false
    var handlers: [@Sendable (Change) -> Void] = []
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  package init(
    _ resource: ResourceType, client: any ClusterClient, namespace: String? = nil,
    options: ListOptions = ListOptions()
  ) {
    self.resource = resource
    self.client = client
    self.namespace = namespace
    self.options = options
    self.state = Mutex(State())
  }

  /// Calls `handler` for every later change, in order, on the informer's task: it must not block.
  /// Add handlers before `run()`.
  package func onChange(_ handler: @escaping @Sendable (Change) -> Void) {
    state.withLock { $0.handlers.append(handler) }
  }

  package subscript(key: ObjectKey) -> Document? { state.withLock { $0.objects[key] } }

  /// Every object, in no order. Cost is O(objects).
  package var objects: [Document] { state.withLock { Array($0.objects.values) } }

  package var isSynced: Bool { state.withLock { $0.isSynced } }

  /// Returns once the first list is in the copy and its changes are told.
  package func waitUntilSynced() async {
    await withCheckedContinuation { continuation in
      let isSynced = state.withLock { state in
        if !state.isSynced { state.waiters.append(continuation) }
        return state.isSynced
      }
      if isSynced { continuation.resume() }
    }
  }

  /// Follows the collection until the task is cancelled. A broken watch is taken up again after a
  /// pause that doubles from 100 ms to 5 s.
  /// - Parameter clock: what the pauses are measured by.
  package func run(clock: some Clock<Duration> = ContinuousClock()) async {
    var pause = Duration.milliseconds(100)
    while !Task.isCancelled {
      do {
        try await follow { pause = .milliseconds(100) }
      } catch is CancellationError {
        return
      } catch {
        do { try await clock.sleep(for: pause) } catch { return }
        pause = min(pause * 2, .seconds(5))
      }
    }
  }

  /// Lists, then watches until the watch ends.
  private func follow(whenListed: () -> Void) async throws {
    let page = try await client.list(resource, namespace: namespace, options: options)
    replace(with: page.items)
    whenListed()
    var watching = options
    watching.resourceVersion = page.resourceVersion
    watching.allowWatchBookmarks = true
    while !Task.isCancelled {
      let events = try await client.watch(resource, namespace: namespace, options: watching)
      for try await event in events {
        switch event {
        case .added(let object), .modified(let object):
          watching.resourceVersion = resourceVersion(of: object)
          upsert(object)
        case .deleted(let object):
          watching.resourceVersion = resourceVersion(of: object)
          remove(object)
        case .bookmark(let resourceVersion): watching.resourceVersion = resourceVersion
        case .error(let error): throw error
        }
      }
    }
  }

  private func resourceVersion(of object: Document) -> String {
    object[path: "metadata", "resourceVersion"]?.string ?? ""
  }

  private func replace(with items: [Document]) {
    var changes: [Change] = []
    let (handlers, waiters) = state.withLock { state in
      var fresh: [ObjectKey: Document] = [:]
      fresh.reserveCapacity(items.count)
      for item in items {
        let key = ObjectKey(item)
        fresh[key] = item
        if let old = state.objects[key] {
          if resourceVersion(of: old) != resourceVersion(of: item) {
            changes.append(.updated(old: old, new: item))
          }
        } else {
          changes.append(.added(item))
        }
      }
      for (key, old) in state.objects where fresh[key] == nil { changes.append(.removed(old)) }
      state.objects = fresh
      state.isSynced = true
      let waiters = state.waiters
      state.waiters = []
      return (state.handlers, waiters)
    }
    for change in changes { for handler in handlers { handler(change) } }
    for waiter in waiters { waiter.resume() }
  }

  private func upsert(_ object: Document) {
    let (old, handlers) = state.withLock { state in
      (state.objects.updateValue(object, forKey: ObjectKey(object)), state.handlers)
    }
    let change: Change = if let old { .updated(old: old, new: object) } else { .added(object) }
    for handler in handlers { handler(change) }
  }

  private func remove(_ object: Document) {
    let (old, handlers) = state.withLock { state in
      (state.objects.removeValue(forKey: ObjectKey(object)), state.handlers)
    }
    guard old != nil else { return }
    for handler in handlers { handler(.removed(object)) }
  }
}
