import Networking

/// One request on its way: tells its tally, where needed the log, and priority and fairness, how it
/// was answered.
struct RequestObservation: ResponseObserver {
  /// `nil` for what is no resource of this server.
  private let tally: RequestTally?
  private let inFlight: RequestsInFlight
  private let isMutating: Bool
  private let info: RequestInfo
  private let log: RequestLog
  private let admitted: AdmittedRequest?
  private let start = ContinuousClock.now

  /// - Parameter admitted: `nil` where priority and fairness was not asked.
  init(
    _ info: RequestInfo, _ admitted: AdmittedRequest?, _ inFlight: RequestsInFlight,
    _ log: RequestLog
  ) {
    self.info = info
    self.log = log
    self.admitted = admitted
    if case .resource(let path, let verb, let served) = info.target {
      let tallies = served.map { served in
        path.subresource.flatMap { served.subresourceTallies[$0] } ?? served.tallies
      }
      tally = tallies?.tally(verb)
      isMutating = verb.isMutating
    } else {
      tally = nil
      isMutating = false
    }
    self.inFlight = inFlight
    inFlight.add(1, isMutating: isMutating)
  }

  var awaitsEnd: Bool { admitted?.seat != nil }

  func answered(_ status: Int, isStream: Bool, _ headers: inout HeaderFields) {
    inFlight.add(-1, isMutating: isMutating)
    let duration = isStream ? nil : ContinuousClock.now - start
    tally?.add(status, duration)
    admitted?.answered(isStream: isStream, &headers)
    if let id = log.note(info.request, user: info.attributes.user.name, status, duration), !isStream
    {
      headers.add(RequestLog.field, id)
    }
  }

  func ended() { admitted?.ended() }

  func abandoned() {
    inFlight.add(-1, isMutating: isMutating)
    admitted?.abandoned()
  }
}
