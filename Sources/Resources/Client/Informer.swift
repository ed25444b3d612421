package import Foundations
import Synchronization

/// A live copy of one collection: lists once, then follows the watch, and lists again when the
/// watch breaks. Holds every selected object in memory.
package final class Informer: Sendable {
  package let resource: ResourceType
  private let client: any ClusterClient
  private let namespace: String?
  private let options: ListOptions
  private let turns: Semaphore?
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
    /// Few, and changed in place: a dictionary that is walked while it is changed copies every set
    /// of keys that an event touches.
    var indexes: [InformerIndex] = []
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0

    func satisfies(_ condition: Condition) -> Bool {
      switch condition {
      case .synced: isSynced
      case .object(let key, let isSatisfied): isSatisfied(objects[key])
      }
    }
  }

  /// What someone waits for: the first list, or an object in some state.
  private enum Condition {
    case synced
    case object(ObjectKey, @Sendable (Document?) -> Bool)

    /// Whether a change of one object can bring it; `nil` stands for a whole list.
    func dependsOn(_ changed: ObjectKey?) -> Bool {
      guard let changed, case .object(let key, _) = self else { return changed == nil }
      return key == changed
    }
  }

  private struct Waiter {
    let condition: Condition
    let continuation: CheckedContinuation<Void, Never>
  }

  /// - Parameter turns: for one of very many, which all begin at once when a connection broke: each
  ///   lists and begins to watch in its turn. `nil` waits for nobody.
  package init(
    _ resource: ResourceType, client: any ClusterClient, namespace: String? = nil,
    options: ListOptions = ListOptions(), turns: Semaphore? = nil
  ) {
    self.resource = resource
    self.client = client
    self.namespace = namespace
    self.options = options
    self.turns = turns
    self.state = Mutex(State())
  }

  /// Calls `handler` for every later change, in order, on the informer's task: it must not block.
  /// Add handlers before `run()`.
  package func onChange(_ handler: @escaping @Sendable (Change) -> Void) {
    state.withLock { $0.handlers.append(handler) }
  }

  package subscript(key: ObjectKey) -> Document? { state.withLock { $0.objects[key] } }

  package var isEmpty: Bool { state.withLock { $0.objects.isEmpty } }

  /// Every object, in no order. Cost is O(objects).
  package var objects: [Document] { state.withLock { Array($0.objects.values) } }

  /// Keeps an index from now on. Add indexes before `run()`.
  package func addIndex(_ name: String, terms: @escaping @Sendable (Document) -> [String]) {
    state.withLock { state in
      guard !state.indexes.contains(where: { $0.name == name }) else { return }
      state.indexes.append(InformerIndex(name: name, terms: terms))
    }
  }

  /// The objects of which an index says `term`, in no order.
  package func objects(_ index: String, _ term: String) -> [Document] {
    state.withLock { state in
      guard let index = state.indexes.first(where: { $0.name == index }) else { return [] }
      return index[term].compactMap { state.objects[$0] }
    }
  }

  /// Returns once the copy shows an object in some state, `nil` standing for absent, or when `limit`
  /// is over or the task is cancelled: a caller that just wrote sees its own write afterwards.
  package func waitUntil(
    _ key: ObjectKey, limit: Duration = .seconds(5),
    _ isSatisfied: @escaping @Sendable (Document?) -> Bool
  ) async {
    await wait(for: .object(key, isSatisfied), limit: limit)
  }

  package var isSynced: Bool { state.withLock { $0.isSynced } }

  /// Returns once the first list is in the copy and its changes are told.
  /// - Throws: `CancellationError`: whoever went on would take an empty copy for an empty collection.
  package func waitUntilSynced() async throws {
    await wait(for: .synced, limit: nil)
    try Task.checkCancellation()
  }

  /// - Parameter limit: `nil` waits for as long as the task lives.
  private func wait(for condition: Condition, limit: Duration?) async {
    let wait = Mutex(Wait())
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let id: Int? = state.withLock { state in
          if state.satisfies(condition) { return nil }
          state.nextWaiter += 1
          state.waiters[state.nextWaiter] = Waiter(condition: condition, continuation: continuation)
          return state.nextWaiter
        }
        guard let id else { return continuation.resume() }
        // Bounded by `limit`, and cancelled as soon as the wait is over.
        let timeout = limit.map { limit in
          Task { [weak self] in
            do { try await ContinuousClock().sleep(for: limit) } catch { return }
            self?.stopWaiting(id)
          }
        }
        let isCancelled = wait.withLock { wait in
          (wait.id, wait.timeout) = (id, timeout)
          return wait.isCancelled
        }
        if isCancelled { stopWaiting(id) }
      }
    } onCancel: {
      let id = wait.withLock { wait in
        wait.isCancelled = true
        return wait.id
      }
      if let id { stopWaiting(id) }
    }
    wait.withLock { $0.timeout }?.cancel()
  }

  /// A wait under way.
  private struct Wait {
    var id: Int?
    var timeout: Task<Void, Never>?
    var isCancelled = false
  }

  private func stopWaiting(_ id: Int) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
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
    let page = try await inTurn {
      try await client.list(resource, namespace: namespace, options: options)
    }
    replace(with: page.items)
    whenListed()
    var watching = options
    watching.resourceVersion = page.resourceVersion
    watching.allowWatchBookmarks = true
    while !Task.isCancelled {
      let events = try await inTurn { [watching] in
        try await client.watch(resource, namespace: namespace, options: watching)
      }
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

  private func inTurn<Result: Sendable>(
    _ request: () async throws -> Result
  ) async throws -> Result {
    guard let turns else { return try await request() }
    await turns.acquire()
    defer { turns.release() }
    return try await request()
  }

  private func resourceVersion(of object: Document) -> String {
    object[path: "metadata", "resourceVersion"]?.string ?? ""
  }

  /// Tells every object as removed: nobody will hear of this collection again. Once `run` has ended.
  package func forget() { replace(with: []) }

  private func replace(with items: [Document]) {
    var changes: [Change] = []
    let (handlers, waiters) = state.withLock { state in
      var fresh: [ObjectKey: Document] = [:]
      fresh.reserveCapacity(items.count)
      for item in items {
        let key = ObjectKey(item)
        fresh[key] = item
        let old = state.objects[key]
        if let old {
          if resourceVersion(of: old) != resourceVersion(of: item) {
            changes.append(.updated(old: old, new: item))
          }
        } else {
          changes.append(.added(item))
        }
        Self.reindex(&state, old, item, key)
      }
      for (key, old) in state.objects where fresh[key] == nil {
        changes.append(.removed(old))
        Self.reindex(&state, old, nil, key)
      }
      state.objects = fresh
      state.isSynced = true
      return (state.handlers, Self.satisfied(&state, nil))
    }
    for change in changes { for handler in handlers { handler(change) } }
    for waiter in waiters { waiter.resume() }
  }

  private func upsert(_ object: Document) {
    let key = ObjectKey(object)
    let (old, handlers, waiters) = state.withLock { state in
      let old = state.objects.updateValue(object, forKey: key)
      Self.reindex(&state, old, object, key)
      return (old, state.handlers, Self.satisfied(&state, key))
    }
    let change: Change = if let old { .updated(old: old, new: object) } else { .added(object) }
    for handler in handlers { handler(change) }
    for waiter in waiters { waiter.resume() }
  }

  private func remove(_ object: Document) {
    let key = ObjectKey(object)
    let (old, handlers, waiters) = state.withLock { state in
      let old = state.objects.removeValue(forKey: key)
      Self.reindex(&state, old, nil, key)
      return (old, state.handlers, Self.satisfied(&state, key))
    }
    if old != nil { for handler in handlers { handler(.removed(object)) } }
    for waiter in waiters { waiter.resume() }
  }

  private static func reindex(
    _ state: inout State, _ old: Document?, _ new: Document?, _ key: ObjectKey
  ) {
    for place in state.indexes.indices { state.indexes[place].replace(old, with: new, key) }
  }

  /// Takes out the waits that are over. `key` `nil` looks at all of them.
  private static func satisfied(_ state: inout State, _ key: ObjectKey?)
    -> [CheckedContinuation<Void, Never>]
  {
    guard !state.waiters.isEmpty else { return [] }
    var over: [CheckedContinuation<Void, Never>] = []
    for (id, waiter) in state.waiters
    where waiter.condition.dependsOn(key) && state.satisfies(waiter.condition) {
      state.waiters[id] = nil
      over.append(waiter.continuation)
    }
    return over
  }
}
