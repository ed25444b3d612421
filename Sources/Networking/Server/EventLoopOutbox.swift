import NIOCore
import Synchronization

/// Carries work from any thread to one event loop, and gathers what the loop's connections flush.
///
/// One event for a thousand watchers wakes the loop once, and each connection is flushed once for
/// all that was written into it meanwhile.
final class EventLoopOutbox: @unchecked Sendable {
  // Unchecked: `unflushed` and `date` are touched on `eventLoop` only, all else is behind `queue`.

  private struct Queue {
    var items: [any EventLoopWork] = []
    var isScheduled = false
  }

  let eventLoop: any EventLoop
  /// Bounded by the exchanges that live on this loop: each stands in it once at most.
  private let queue = Mutex(Queue())
  private var unflushed: [any ServerConnection] = []
  private var date: (text: String, seconds: Int64) = ("", .min)
  private let wallClock: @Sendable () -> Int64

  /// - Parameter wallClock: seconds since 1970 UTC, for `date` fields.
  init(eventLoop: any EventLoop, wallClock: @escaping @Sendable () -> Int64) {
    self.eventLoop = eventLoop
    self.wallClock = wallClock
  }

  /// Has `work` done on the event loop. From any thread.
  func enqueue(_ work: any EventLoopWork) {
    let mustSchedule = queue.withLock { queue in
      queue.items.append(work)
      defer { queue.isScheduled = true }
      return !queue.isScheduled
    }
    if mustSchedule { eventLoop.execute { self.drain() } }
  }

  /// Has `connection` flushed at the end of the current round. On the event loop.
  func flushSoon(_ connection: any ServerConnection) {
    unflushed.append(connection)
    let mustSchedule = queue.withLock { queue in
      defer { queue.isScheduled = true }
      return !queue.isScheduled
    }
    if mustSchedule { eventLoop.execute { self.drain() } }
  }

  private func drain() {
    let items = queue.withLock { queue in
      defer { queue.items = [] }
      return queue.items
    }
    for item in items { item.performOnEventLoop() }
    queue.withLock { queue in
      queue.isScheduled = !queue.items.isEmpty
      if queue.isScheduled { eventLoop.execute { self.drain() } }
    }
    let connections = unflushed
    unflushed = []
    for connection in connections { connection.flush() }
  }

  /// The value of a `date` field now. On the event loop.
  func dateField() -> String {
    let now = wallClock()
    if now != date.seconds { date = (HTTPDate.format(secondsSince1970: now), now) }
    return date.text
  }
}

/// Something that waits for its turn on an event loop.
protocol EventLoopWork: AnyObject, Sendable {
  func performOnEventLoop()
}
