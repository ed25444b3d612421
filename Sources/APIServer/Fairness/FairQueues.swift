import DequeModule
import Foundations

/// Who waits at a priority level, and whose turn is next: start-time fair queueing. Pure: it is told
/// of arrivals, departures and what they took, and has no clock.
///
/// Every queue is charged for what its requests take, in seats times seconds: an expected time when a
/// request starts, which is set right when it ends. The queue that had least is next. The charge of
/// the one that went last is the virtual time; a queue that comes back starts there, so that nobody
/// saves up turns. A flow's requests lie in the few queues of its hand: however many it sends, others
/// have their turn in between.
/// Source: Goyal, Vin, Cheng, "Start-time Fair Queuing" (1996); KEP-1040, "Fair queuing for server
/// requests", whose virtual time needs to know how fast the server is, and this does not.
struct FairQueues<Request: Sendable>: Sendable {
  /// The place of one who waits.
  struct Ticket: Hashable, Sendable {
    fileprivate let queue: Int
    fileprivate let number: UInt64
  }

  /// Whose turn it is.
  struct Turn: Sendable {
    let request: Request
    let seats: Int
    /// To be told to `finish`.
    let queue: Int
  }

  private struct Waiting: Sendable {
    let request: Request
    let seats: Int
    let byteCount: Int
    let number: UInt64
    /// The virtual time of its arrival: it cannot have been served before.
    let arrival: Double
  }

  private struct Queue: Sendable {
    var waiting: Deque<Waiting> = []
    var waitingSeats = 0
    var waitingByteCount = 0
    var servedCount = 0
    /// What it is charged with so far: seat seconds, counted from the virtual time.
    var nextStart: Double

    var isIdle: Bool { waiting.isEmpty && servedCount == 0 }

    mutating func count(_ one: Waiting, _ sign: Int) {
      waitingSeats += sign * one.seats
      waitingByteCount += sign * one.byteCount
    }

    mutating func bound() {
      if let first = waiting.first { nextStart = max(nextStart, first.arrival) }
    }
  }

  /// Seconds that a request is expected to take. Source: upstream's estimate of 3 ms.
  private static var expectedSeconds: Double { 0.003 }

  /// What the requests in one queue may hold together; one of any size may wait alone. A flow that
  /// sends large objects is refused before its hand holds the server's memory.
  static var queueByteCountMax: Int { 4 << 20 }

  var sharding: ShuffleSharding
  /// Most requests that wait in one queue.
  var lengthMax: Int
  /// Those that are not idle: no more than there are requests.
  private var queues: [Int: Queue] = [:]
  private var virtualTime = 0.0
  private var arrivals: UInt64 = 0
  private(set) var waitingCount = 0
  /// Nobody waits, and nobody who waited is being served.
  var isEmpty: Bool { queues.isEmpty }

  init(_ sharding: ShuffleSharding, lengthMax: Int) {
    self.sharding = sharding
    self.lengthMax = lengthMax
  }

  /// Puts a request into that queue of its flow's hand where least waits.
  /// - Parameters:
  ///   - byteCount: what the request holds while it waits.
  ///   - hash: of the flow.
  /// - Returns: `nil` where even that is full.
  mutating func add(_ request: Request, seats: Int, byteCount: Int = 0, hash: UInt64) -> Ticket? {
    arrivals += 1
    let hand = sharding.hand(of: hash)
    // Begins elsewhere each time, so that no queue of a hand is preferred.
    let first = Int(arrivals % UInt64(hand.count))
    var chosen = hand[first]
    for offset in 1..<max(2, hand.count) {
      let queue = hand[(first + offset) % hand.count]
      if waitingSeats(queue) < waitingSeats(chosen) { chosen = queue }
    }
    var queue = queues[chosen] ?? Queue(nextStart: virtualTime)
    let held = queue.waitingByteCount + byteCount
    guard queue.waiting.count < lengthMax,
      queue.waiting.isEmpty || held <= Self.queueByteCountMax
    else { return nil }
    let one = Waiting(
      request: request, seats: seats, byteCount: byteCount, number: arrivals,
      arrival: virtualTime)
    queue.waiting.append(one)
    queue.count(one, 1)
    queue.bound()
    queues[chosen] = queue
    waitingCount += 1
    return Ticket(queue: chosen, number: arrivals)
  }

  /// By number. Cost is O(requests that wait).
  var dump: [QueueDump] {
    queues.sorted { $0.key < $1.key }.map { number, queue in
      QueueDump(
        number: number, waiting: queue.waiting.map { ($0.request, $0.seats) },
        servedCount: queue.servedCount, nextStart: queue.nextStart)
    }
  }

  private func waitingSeats(_ queue: Int) -> Int { queues[queue]?.waitingSeats ?? 0 }

  /// Starts the request whose turn it is. It is never passed over for a smaller one.
  /// Cost is O(queues in which somebody waits).
  /// - Parameter fits: whether there are so many seats.
  /// - Returns: `nil` where nobody waits, or it has to wait on.
  mutating func next(fits: (_ seats: Int) -> Bool) -> Turn? {
    var best: (queue: Int, start: Double, number: UInt64)?
    for (number, queue) in queues {
      guard let head = queue.waiting.first else { continue }
      if let found = best, (found.start, found.number) < (queue.nextStart, head.number) { continue }
      best = (number, queue.nextStart, head.number)
    }
    guard let best, var queue = queues[best.queue], let head = queue.waiting.first,
      fits(head.seats)
    else { return nil }
    queue.waiting.removeFirst()
    queue.count(head, -1)
    queue.servedCount += 1
    virtualTime = max(virtualTime, queue.nextStart)
    queue.nextStart += Double(head.seats) * Self.expectedSeconds
    queue.bound()
    queues[best.queue] = queue
    waitingCount -= 1
    return Turn(request: head.request, seats: head.seats, queue: best.queue)
  }

  /// A request that had its turn is done.
  /// - Parameter seconds: how long it took.
  mutating func finish(queue number: Int, seats: Int, seconds: Double) {
    guard var queue = queues[number] else {
      preconditionFailure("a request ends whose queue does not know of it")
    }
    queue.servedCount -= 1
    queue.nextStart += Double(seats) * (seconds - Self.expectedSeconds)
    queue.bound()
    queues[number] = queue.isIdle ? nil : queue
  }

  /// Takes one out that will wait no longer. Cost is O(requests in its queue).
  /// - Returns: `nil` where it does not wait any more.
  mutating func remove(_ ticket: Ticket) -> Request? {
    guard var queue = queues[ticket.queue],
      let place = queue.waiting.firstIndex(where: { $0.number == ticket.number })
    else { return nil }
    let gone = queue.waiting.remove(at: place)
    queue.count(gone, -1)
    queue.bound()
    queues[ticket.queue] = queue.isIdle ? nil : queue
    waitingCount -= 1
    return gone.request
  }
}
