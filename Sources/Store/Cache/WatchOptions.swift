/// Which events a watcher gets, and how it is told of them.
package struct WatchOptions: Sendable {
  package var scope: WatchScope
  /// Which objects in the scope count; `nil` for all. Called on the store's own thread for every
  /// event in the scope: it must be quick and not block.
  package var selects: (@Sendable (CachedObject) -> Bool)?
  /// Called when the first events arrive after the watcher was drained, or its end does: schedules
  /// a `drain()`. Runs on the store's own thread and must not block.
  package var wake: @Sendable () -> Void
  /// A watcher with more undelivered events or bytes is dropped with `.tooSlow`.
  package var queuedEventsMax = 8_192
  package var queuedByteCountMax = 16 * 1_024 * 1_024

  package init(
    scope: WatchScope = .all, selects: (@Sendable (CachedObject) -> Bool)? = nil,
    wake: @escaping @Sendable () -> Void = {}
  ) {
    self.scope = scope
    self.selects = selects
    self.wake = wake
  }
}

/// The part of a resource that a watcher follows. Watchers are found by it, so that an event costs
/// nothing for those of other namespaces, objects or nodes, however many there are.
package enum WatchScope: Hashable, Sendable {
  case all
  case namespace(String)
  /// One object; an empty namespace for those outside namespaces.
  case object(namespace: String, name: String)
  /// Objects for which the cache's index function gives this value.
  case index(String)
}

/// The bounds of a watch cache.
package struct WatchCacheConfiguration: Sendable {
  /// Events kept for watches that resume.
  package var eventsMax = 4_096
  /// Memory of objects that only those events keep alive.
  package var eventByteCountMax = 8 * 1_024 * 1_024
  /// Groups objects for `WatchScope.index`: for pods, the node they run on. Called once for each
  /// object.
  package var index: ObjectIndex?

  package init(index: ObjectIndex? = nil) { self.index = index }
}
