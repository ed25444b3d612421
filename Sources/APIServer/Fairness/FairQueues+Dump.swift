extension FairQueues {
  /// One queue, as those see it who look into it.
  struct QueueDump: Sendable {
    let number: Int
    /// In the order of their turns.
    let waiting: [(request: Request, seats: Int)]
    /// Requests of it that have had their turn and are not done.
    let servedCount: Int
    /// Seat seconds that it is charged with so far.
    let nextStart: Double
  }
}
