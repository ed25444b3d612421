import Networking
import Store
import Synchronization

/// How a watch waits for a webhook that converts what it shows: one batch of events at a time, in
/// order. What comes meanwhile stays in the cache's bounded queue.
final class WatchConversion: Sendable {
  private let collection: Collection
  private let selection: Selection
  private let waiting = Mutex(false)

  init(_ collection: Collection, _ selection: Selection) {
    self.collection = collection
    self.selection = selection
  }

  /// Which events come to be converted; `nil` for all. Called on the store's thread, where nothing can
  /// wait, so what is in an object is looked at later.
  var predicate: (@Sendable (CachedObject) -> Bool)? { selection.knownPredicate }

  /// Objects or events were taken and are not sent yet.
  var isWaiting: Bool { waiting.withLock { $0 } }

  /// Readies the objects that a watch begins with.
  /// - Parameter send: gets those that are selected.
  func begin(
    _ objects: [CachedObject], _ answer: WatchAnswer,
    send: @escaping @Sendable ([CachedObject]) -> Void
  ) {
    guard claim() else { return }
    collection.ready(objects) { [self, selection] error in
      if let error { return answer.fail(error) }
      send(objects.filter(selection.matches))
      release(answer)
    }
  }

  /// Takes one batch and sends it once it is converted; then the next. On the event loop.
  func drain(_ watcher: Watcher, max: Int, _ answer: WatchAnswer) {
    guard answer.writer.isWritable, claim() else { return }
    let batch = watcher.drain(max: max)
    let looksInside = selection.looksInside
    let objects = batch.events.flatMap { event in
      [event.object] + (looksInside ? event.previous.map { [$0] } ?? [] : [])
    }
    collection.ready(objects) { [self, selection] error in
      if let error { return answer.fail(error) }
      guard looksInside else { return send(batch.events, of: batch, answer) }
      let events = batch.events.compactMap { $0.seen(by: selection.matches) }
      // One that leaves the selection is told under a revision of its own.
      collection.ready(events.map(\.object)) { [self] error in
        if let error { return answer.fail(error) }
        send(events, of: batch, answer)
      }
    }
  }

  private func send(_ events: [WatchEvent], of batch: Watcher.Batch, _ answer: WatchAnswer) {
    if !events.isEmpty { answer.send(events) }
    if let end = batch.end { return answer.fail(end) }
    if batch.events.isEmpty { unclaim() } else { release(answer) }
  }

  private func claim() -> Bool {
    waiting.withLock { isWaiting in
      defer { isWaiting = true }
      return !isWaiting
    }
  }

  private func unclaim() { waiting.withLock { $0 = false } }

  /// A wake that came meanwhile found the watch waiting: it is made up for.
  private func release(_ answer: WatchAnswer) {
    unclaim()
    answer.writer.askSource()
  }
}
