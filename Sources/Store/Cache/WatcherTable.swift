/// The watchers of a resource, found by what they follow.
struct WatcherTable {
  private var watchers: [WatchScope: [Watcher]] = [:]
  private(set) var count = 0
  /// How many follow one object, and how many a value of the index: lookups that most resources
  /// need not make.
  private var objectCount = 0
  private var indexCount = 0

  mutating func insert(_ watcher: Watcher) {
    watchers[watcher.scope, default: []].append(watcher)
    add(1, for: watcher.scope)
  }

  mutating func remove(_ watcher: Watcher) {
    guard let position = watchers[watcher.scope]?.firstIndex(where: { $0 === watcher }) else {
      return
    }
    watchers[watcher.scope]?.remove(at: position)
    if watchers[watcher.scope]?.isEmpty == true { watchers[watcher.scope] = nil }
    add(-1, for: watcher.scope)
  }

  mutating func removeAll() -> [Watcher] {
    defer { self = WatcherTable() }
    return watchers.values.flatMap { $0 }
  }

  /// Offers an event to those who follow it.
  /// - Parameters:
  ///   - sleepers: gets those to wake.
  ///   - overflown: gets those to drop.
  func offer(_ event: WatchEvent, sleepers: inout [Watcher], overflown: inout [Watcher]) {
    guard count > 0 else { return }
    let object = event.object
    offer(event, to: .all, &sleepers, &overflown)
    if !object.namespace.isEmpty {
      offer(event, to: .namespace(object.namespace), &sleepers, &overflown)
    }
    if objectCount > 0 {
      offer(
        event, to: .object(namespace: object.namespace, name: object.name), &sleepers, &overflown)
    }
    guard indexCount > 0 else { return }
    let values = (object.indexValue, event.previous?.indexValue)
    if let now = values.0 { offer(event, to: .index(now), &sleepers, &overflown) }
    if let before = values.1, before != values.0 {
      offer(event, to: .index(before), &sleepers, &overflown)
    }
  }

  private func offer(
    _ event: WatchEvent, to scope: WatchScope, _ sleepers: inout [Watcher],
    _ overflown: inout [Watcher]
  ) {
    guard let watchers = watchers[scope] else { return }
    for watcher in watchers {
      switch watcher.offer(event) {
      case .queued: break
      case .mustWake: sleepers.append(watcher)
      case .overflown: overflown.append(watcher)
      }
    }
  }

  private mutating func add(_ change: Int, for scope: WatchScope) {
    count += change
    switch scope {
    case .all, .namespace: break
    case .object: objectCount += change
    case .index: indexCount += change
    }
  }
}
