/// Which of several endpoints gets the next request. Pure.
enum EndpointChoice {
  /// How an endpoint stands, as far as this event loop knows.
  struct Standing: Equatable {
    /// Requests under way.
    var load: Int
    /// It has just refused a connection.
    var isResting = false
    /// It failed this request already, or has no room.
    var isExcluded = false
  }

  /// Endpoints that are compared: enough to level the load, few enough to cost nothing.
  private static let comparedMax = 4

  /// The least loaded of the next few in turn; one that rests only where there is no other.
  /// - Parameter turn: grows by one with each request.
  /// - Returns: a place in 0..<count; `nil` where all are excluded.
  static func next(of count: Int, turn: Int, standing: (Int) -> Standing) -> Int? {
    var best: (index: Int, load: Int)?
    var resting: Int?
    var compared = 0
    for offset in 0..<count {
      let index = (turn &+ offset) % count
      let candidate = standing(index)
      if candidate.isExcluded { continue }
      if candidate.isResting {
        resting = resting ?? index
        continue
      }
      if best.map({ candidate.load < $0.load }) ?? true { best = (index, candidate.load) }
      compared += 1
      if compared == comparedMax || candidate.load == 0 { break }
    }
    return best?.index ?? resting
  }
}
