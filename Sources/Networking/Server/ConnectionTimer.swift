package import NIOCore

/// One deadline of a connection that moves often and is rarely met: moving it later costs nothing,
/// since the task on the event loop looks again when it wakes. Used on its event loop only.
package final class ConnectionTimer {
  private let eventLoop: any EventLoop
  private var action: (() -> Void)?
  private var deadline: NIODeadline?
  private var task: Scheduled<Void>?
  private var taskTime: NIODeadline = .distantFuture

  /// - Parameter action: what to do when a deadline has passed; it is held until `cancel`.
  package init(eventLoop: any EventLoop, action: @escaping () -> Void) {
    self.eventLoop = eventLoop
    self.action = action
  }

  /// Moves the deadline; `nil` takes it away.
  package func set(_ duration: Duration?) {
    guard let duration, action != nil else {
      deadline = nil
      return
    }
    let deadline = eventLoop.now + TimeAmount(duration)
    self.deadline = deadline
    if task == nil || taskTime > deadline { schedule(deadline) }
  }

  /// Moves the deadline, where that brings it nearer.
  func bringForward(to duration: Duration) {
    if let deadline, deadline <= eventLoop.now + TimeAmount(duration) { return }
    set(duration)
  }

  private func schedule(_ time: NIODeadline) {
    task?.cancel()
    taskTime = time
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    task = eventLoop.scheduleTask(deadline: time) { this.value.check() }
  }

  private func check() {
    task = nil
    guard let deadline else { return }
    if deadline > eventLoop.now {
      schedule(deadline)
    } else {
      self.deadline = nil
      action?()
    }
  }

  package func cancel() {
    task?.cancel()
    task = nil
    deadline = nil
    action = nil
  }
}
