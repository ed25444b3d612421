import Synchronization

/// The seats of one priority level, and those who wait for them. Used from every event loop.
///
/// As long as nobody waits, a request takes its seats with one compare-and-swap and gives them back
/// with one subtraction. Whoever finds no seat is queued under a lock, and whoever leaves a level
/// where somebody waits hands on what became free.
final class PriorityLevel: Sendable {
  /// Why a request is refused. Named as upstream's metrics do.
  enum Refusal: String, CaseIterable, Sendable {
    case queueFull = "queue-full"
    case concurrencyLimit = "concurrency-limit"
    case timeOut = "time-out"
    case cancelled
  }

  enum Wait: Sendable {
    /// `QueuedRequest.begin` will be told of its turn.
    case queued(FairQueues<QueuedRequest>.Ticket)
    case refused(Refusal)
  }

  /// What the word holds: seats that are taken below, requests that wait above.
  private struct Occupancy {
    private static let waitingUnit: UInt64 = 1 << 32
    var word: UInt64
    var takenSeats: Int { Int(word & (Self.waitingUnit - 1)) }
    var waitingCount: Int { Int(word >> 32) }

    static func seats(_ count: Int) -> UInt64 { UInt64(count) }
    static let waiting = waitingUnit
  }

  let name: String
  private let occupancy = Atomic<UInt64>(0)
  private let seatsMax: Atomic<Int>
  /// Most seats that were taken or waited for, since they were last lent.
  private let peak = Atomic<Int>(0)
  /// `nil` where nobody may wait.
  private let queues: Mutex<FairQueues<QueuedRequest>?>

  init(_ settings: PriorityLevelSettings, seatsMax: Int) {
    name = settings.name
    self.seatsMax = Atomic(seatsMax)
    queues = Mutex(Self.queues(settings))
  }

  private static func queues(_ settings: PriorityLevelSettings) -> FairQueues<QueuedRequest>? {
    guard case .queue(let sharding, let lengthMax) = settings.overflow else { return nil }
    return FairQueues(sharding, lengthMax: lengthMax)
  }

  /// Takes over changed settings. Those who wait stay where they are.
  func configure(_ settings: PriorityLevelSettings) {
    queues.withLock { queues in
      switch settings.overflow {
      case .reject:
        if queues?.isEmpty ?? true { queues = nil } else { queues?.lengthMax = 0 }
      case .queue(let sharding, let lengthMax):
        if queues == nil { queues = Self.queues(settings) }
        queues?.sharding = sharding
        queues?.lengthMax = lengthMax
      }
    }
  }

  // MARK: Numbers

  var takenSeats: Int { Occupancy(word: occupancy.load(ordering: .relaxed)).takenSeats }
  var waitingCount: Int { Occupancy(word: occupancy.load(ordering: .relaxed)).waitingCount }
  var limit: Int { seatsMax.load(ordering: .relaxed) }

  var queuesDump: [FairQueues<QueuedRequest>.QueueDump] { queues.withLock { $0?.dump ?? [] } }

  /// The peak since the last call.
  func takePeak() -> Int {
    let now = Occupancy(word: occupancy.load(ordering: .relaxed))
    let before = peak.exchange(now.takenSeats + now.waitingCount, ordering: .relaxed)
    return max(before, now.takenSeats + now.waitingCount)
  }

  private func note(_ occupancy: Occupancy) {
    let demand = occupancy.takenSeats + occupancy.waitingCount
    // A lost race loses a step of one peak, which the next request makes up for.
    if demand > peak.load(ordering: .relaxed) { peak.store(demand, ordering: .relaxed) }
  }

  // MARK: Coming

  /// Takes seats where there are some and nobody waits for them.
  func enter(seats: Int) -> Bool { take(seats, freeing: 0) { $0.waitingCount == 0 } }

  /// A request that weighs more than the whole level goes when it is alone.
  private func take(_ seats: Int, freeing: UInt64, if isAllowed: (Occupancy) -> Bool) -> Bool {
    let limit = seatsMax.load(ordering: .relaxed)
    var current = Occupancy(word: occupancy.load(ordering: .relaxed))
    while true {
      let fits =
        current.takenSeats + seats <= limit || (current.takenSeats == 0 && limit > 0)
      guard fits, isAllowed(current) else { return false }
      let wanted = Occupancy(word: current.word + Occupancy.seats(seats) - freeing)
      let (isDone, found) = occupancy.weakCompareExchange(
        expected: current.word, desired: wanted.word, ordering: .acquiringAndReleasing)
      if isDone {
        note(wanted)
        return true
      }
      current = Occupancy(word: found)
    }
  }

  /// Queues a request that could not enter. Its turn may come before this returns.
  /// - Parameters:
  ///   - byteCount: what the request holds while it waits.
  ///   - hash: of its flow.
  func wait(_ request: QueuedRequest, seats: Int, byteCount: Int, hash: UInt64) -> Wait {
    let (outcome, turns): (Wait, [Turn]) = queues.withLock { queues in
      guard queues != nil else { return (.refused(.concurrencyLimit), []) }
      guard
        let ticket = queues?.add(
          request, seats: seats, byteCount: byteCount, hash: hash)
      else {
        return (.refused(.queueFull), [])
      }
      // Seen by whoever leaves from here on; who left before made room that is found now.
      let after = occupancy.add(Occupancy.waiting, ordering: .acquiringAndReleasing).newValue
      note(Occupancy(word: after))
      return (.queued(ticket), handOn(&queues))
    }
    start(turns)
    return outcome
  }

  /// Takes a request out that waits no longer.
  /// - Returns: whether it still waited: its turn will not come.
  func giveUp(_ ticket: FairQueues<QueuedRequest>.Ticket) -> Bool {
    let (isGone, turns): (Bool, [Turn]) = queues.withLock { queues in
      guard queues?.remove(ticket) != nil else { return (false, []) }
      occupancy.subtract(Occupancy.waiting, ordering: .acquiringAndReleasing)
      // It may have stood in the way of smaller ones.
      return (true, handOn(&queues))
    }
    start(turns)
    return isGone
  }

  // MARK: Leaving

  /// Gives seats back.
  func leave(_ seat: RequestSeat) {
    let after = Occupancy(
      word: occupancy.subtract(
        Occupancy.seats(seat.seats), ordering: .acquiringAndReleasing
      ).newValue)
    guard seat.turn != nil || after.waitingCount > 0 else { return }
    start(
      queues.withLock { queues in
        if let turn = seat.turn {
          queues?.finish(queue: turn.queue, seats: seat.seats, seconds: turn.elapsedSeconds)
        }
        return handOn(&queues)
      })
  }

  /// Changes how many seats there are. Those taken beyond it come back as their requests end.
  func setLimit(_ seats: Int) {
    seatsMax.store(seats, ordering: .relaxed)
    start(queues.withLock { handOn(&$0) })
  }

  private typealias Turn = (request: QueuedRequest, seat: RequestSeat)

  /// Gives free seats to those whose turn it is.
  private func handOn(_ queues: inout FairQueues<QueuedRequest>?) -> [Turn] {
    var turns: [Turn] = []
    while let turn = queues?.next(fits: { take($0, freeing: Occupancy.waiting) { _ in true } }) {
      turns.append(
        (
          turn.request,
          RequestSeat(of: self, seats: turn.seats, turn: RequestSeat.Turn(queue: turn.queue))
        ))
    }
    return turns
  }

  private func start(_ turns: [Turn]) {
    for turn in turns { turn.request.start(turn.seat) }
  }
}
