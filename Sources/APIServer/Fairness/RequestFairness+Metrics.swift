import Foundations

extension RequestFairness {
  /// What monitoring is told, under upstream's names.
  /// Source: Kubernetes documentation, "API Priority and Fairness", "Metrics".
  func write(to text: inout MetricsText) {
    let tallies = tallies
    write(tallies, to: &text)
    let numbers = levelNumbers
    func gauge(_ name: String, _ help: String, _ value: (LevelNumbers) -> Int) {
      text.begin("apiserver_flowcontrol_\(name)", .gauge, help)
      for level in numbers {
        text.sample(
          "apiserver_flowcontrol_\(name)", ["priority_level": level.name], value(level))
      }
    }
    gauge("nominal_limit_seats", "[BETA] Seats that a level is configured with.") {
      $0.limits.nominal
    }
    gauge("lower_limit_seats", "[ALPHA] Seats that a level keeps when it lends.") {
      $0.limits.least
    }
    gauge("upper_limit_seats", "[ALPHA] Seats of a level with all it may borrow.") {
      $0.limits.most
    }
    gauge("current_limit_seats", "[ALPHA] Seats that a level has now.") { $0.currentLimit }
    gauge("current_executing_seats", "[BETA] Seats that requests being served take.") {
      $0.takenSeats
    }
  }

  private func write(_ tallies: [FlowTally], to text: inout MetricsText) {
    func labels(_ tally: FlowTally) -> [(String, String)] {
      [("flow_schema", tally.schema), ("priority_level", tally.level)]
    }
    let dispatched = "apiserver_flowcontrol_dispatched_requests_total"
    text.begin(dispatched, .counter, "[BETA] Requests that were let in.")
    for tally in tallies { text.sample(dispatched, labels(tally), tally.dispatchedCount) }
    let rejected = "apiserver_flowcontrol_rejected_requests_total"
    text.begin(rejected, .counter, "[BETA] Requests that were refused, by the reason.")
    for tally in tallies {
      for refusal in PriorityLevel.Refusal.allCases where tally.refusedCount(refusal) > 0 {
        text.sample(
          rejected, labels(tally) + [("reason", refusal.rawValue)], tally.refusedCount(refusal))
      }
    }
    let waiting = "apiserver_flowcontrol_current_inqueue_requests"
    text.begin(waiting, .gauge, "[BETA] Requests that wait for their turn.")
    for tally in tallies { text.sample(waiting, labels(tally), tally.waitingCount) }
    let waits = "apiserver_flowcontrol_request_wait_duration_seconds"
    text.begin(waits, .histogram, "[BETA] Seconds that requests waited which had to.")
    for tally in tallies where !tally.waits.isEmpty {
      text.samples(waits, labels(tally), of: tally.waits)
    }
  }
}
