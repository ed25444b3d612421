import Foundations
import Synchronization

/// A watch of sealed values that tells of them opened, and ends at the first that does not open. Its
/// owner cancels it as any other: a handler may not.
final class OpeningWatch: StoreWatch {
  private let handler: @Sendable (StoreWatchMessage) -> Void
  private let opened: @Sendable (StoreEvent) throws(StoreError) -> StoreEvent
  private let hasEnded = Atomic(false)
  private let base = Mutex<(any StoreWatch)?>(nil)

  init(
    _ handler: @escaping @Sendable (StoreWatchMessage) -> Void,
    opened: @escaping @Sendable (StoreEvent) throws(StoreError) -> StoreEvent
  ) {
    self.handler = handler
    self.opened = opened
  }

  /// Takes the watch whose messages `receive` gets; they may have begun to come.
  func follow(_ watch: any StoreWatch) { base.withLock { $0 = watch } }

  /// Called by one thread at a time.
  func receive(_ message: StoreWatchMessage) {
    guard !hasEnded.load(ordering: .acquiring) else { return }
    guard case .events(let events) = message else {
      hasEnded.store(true, ordering: .releasing)
      return handler(message)
    }
    do throws(StoreError) {
      var readable: [StoreEvent] = []
      readable.reserveCapacity(events.count)
      for event in events { readable.append(try opened(event)) }
      handler(.events(readable))
    } catch {
      hasEnded.store(true, ordering: .releasing)
      handler(.ended(error))
    }
  }

  // MARK: StoreWatch

  var progress: Revision { followed.progress }

  func whenProgress(reaches revision: Revision, _ body: @escaping @Sendable (Bool) -> Void) {
    followed.whenProgress(reaches: revision) { [self] reached in
      body(reached && !hasEnded.load(ordering: .acquiring))
    }
  }

  func cancel() { followed.cancel() }

  private var followed: any StoreWatch {
    base.withLock { $0! }  // set before anyone else has this watch
  }
}
