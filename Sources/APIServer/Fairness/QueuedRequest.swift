import Foundations
import NIOCore
import Networking
import Synchronization

/// A request that waits for its turn: until it comes, the client goes, or it has waited too long.
/// Whatever comes, it goes on where it began, on its connection's event loop.
final class QueuedRequest: Sendable {
  /// How long a request may wait. Source: upstream's, a quarter of a request's 60 s.
  private static let waitMax = TimeAmount.seconds(15)

  private static let breath = TimeAmount.microseconds(50)

  let attributes: AccessAttributes
  let path: String
  let schema: FlowSchema
  let arrival = Timestamp.now()
  private let eventLoop: any EventLoop
  /// Is told once: of a seat, or of none.
  private let proceed: @Sendable (RequestSeat?) -> Void
  private let timer = Mutex<Scheduled<Void>?>(nil)

  init(
    _ attributes: AccessAttributes, _ path: String, by schema: FlowSchema,
    on eventLoop: any EventLoop, _ proceed: @escaping @Sendable (RequestSeat?) -> Void
  ) {
    self.attributes = attributes
    self.path = path
    self.schema = schema
    self.eventLoop = eventLoop
    self.proceed = proceed
  }

  /// Begins to wait. On the event loop, so that the turn comes behind this.
  /// - Parameters:
  ///   - giveUp: takes the request out of its queue; says whether it was still there.
  ///   - onGone: told in place of `proceed` where the client goes.
  func begin(
    _ responder: Responder, giveUp: @escaping @Sendable () -> Bool,
    onGone: @escaping @Sendable () -> Void
  ) {
    let scheduled = eventLoop.scheduleTask(in: Self.waitMax) { [proceed] in
      if giveUp() { proceed(nil) }
    }
    timer.withLock { $0 = scheduled }
    responder.onCancel { [self] in
      guard giveUp() else { return }
      stopTimer()
      onGone()
    }
  }

  /// Its turn has come. From any thread.
  ///
  /// Not at once: an event loop does what it is given before it looks for what came in, and those
  /// who wait would have their turns one after the other while nobody else is heard.
  func start(_ seat: RequestSeat) {
    eventLoop.scheduleTask(in: Self.breath) {
      self.stopTimer()
      self.proceed(seat)
    }
  }

  private func stopTimer() {
    timer.withLock { timer in
      defer { timer = nil }
      return timer
    }?.cancel()
  }
}
