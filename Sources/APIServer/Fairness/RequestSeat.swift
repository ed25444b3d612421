import Synchronization

/// What a request holds of its priority level while it is served. Whoever holds it gives it back
/// once.
package final class RequestSeat: Sendable {
  /// How a request that had to wait got it.
  struct Turn: Sendable {
    let queue: Int
    private let start = ContinuousClock.now

    init(queue: Int) { self.queue = queue }

    var elapsedSeconds: Double {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      return Double(seconds) + Double(attoseconds) * 1e-18
    }
  }

  let seats: Int
  /// `nil` for one that entered at once.
  let turn: Turn?
  private let level: PriorityLevel
  private let holders = Atomic(1)
  private let isGivenUp = Atomic(false)

  init(of level: PriorityLevel, seats: Int, turn: Turn? = nil) {
    self.level = level
    self.seats = seats
    self.turn = turn
  }

  /// Another holder: the seat is free when both have given it back.
  func keep() { holders.add(1, ordering: .relaxed) }

  func release() {
    let left = holders.subtract(1, ordering: .acquiringAndReleasing).newValue
    precondition(left >= 0, "a seat was given back twice")
    if left == 0 { giveUp() }
  }

  /// Frees the seat before its holders have given it back: the request goes on elsewhere.
  func giveUp() {
    if !isGivenUp.exchange(true, ordering: .acquiringAndReleasing) { level.leave(self) }
  }
}
