import Networking
import Synchronization

/// How many requests wait for their answer. Watches and streams count until they have begun.
final class RequestsInFlight: Sendable {
  private let reading = Atomic<Int>(0)
  private let mutating = Atomic<Int>(0)

  func add(_ change: Int, isMutating: Bool) {
    if isMutating {
      mutating.add(change, ordering: .relaxed)
    } else {
      reading.add(change, ordering: .relaxed)
    }
  }

  var counts: (reading: Int, mutating: Int) {
    (reading.load(ordering: .relaxed), mutating.load(ordering: .relaxed))
  }
}

/// One request on its way: tells its tally, and where needed the log, how it was answered.
struct RequestObservation: ResponseObserver {
  private let tally: RequestTally
  private let inFlight: RequestsInFlight
  private let isMutating: Bool
  private let request: ServerRequest
  private let user: String
  private let log: RequestLog
  private let start = ContinuousClock.now

  init(_ call: APICall, _ inFlight: RequestsInFlight, _ log: RequestLog) {
    request = call.request
    user = call.user.name
    self.log = log
    let tallies =
      call.path.subresource.flatMap { call.served.subresourceTallies[$0] } ?? call.served.tallies
    tally = tallies.tally(call.verb)
    self.inFlight = inFlight
    isMutating = call.verb.isMutating
    inFlight.add(1, isMutating: isMutating)
  }

  func answered(_ status: Int, isStream: Bool) -> (name: String, value: String)? {
    inFlight.add(-1, isMutating: isMutating)
    let duration = isStream ? nil : ContinuousClock.now - start
    tally.add(status, duration)
    return log.note(request, user: user, status, duration).map { (RequestLog.field, $0) }
  }

  func abandoned() { inFlight.add(-1, isMutating: isMutating) }
}
