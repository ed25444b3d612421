/// How many seats a priority level has: as configured, and what it may lend and borrow.
struct SeatLimits: Equatable, Sendable {
  var nominal: Int
  /// What it keeps whatever others want.
  var least: Int
  /// With all it may borrow.
  var most: Int

  /// Shares out the server's seats. Rounded up, so that a level with a share has a seat: together
  /// they may be a few more. Pure.
  /// Source: KEP-1040, "Dispatching: seat limits".
  static func nominal(of levels: [PriorityLevelSettings], total: Int) -> [SeatLimits] {
    let shares = levels.reduce(0) { $0 + $1.nominalShares }
    return levels.map { level in
      let exact = Double(total) * Double(level.nominalShares) / Double(max(1, shares))
      let nominal = Int(exact.rounded(.up))
      let borrowed = level.borrowingLimitPercent.map { percent(of: nominal, $0) } ?? total
      return SeatLimits(
        nominal: nominal, least: nominal - percent(of: nominal, level.lendablePercent),
        most: nominal + borrowed)
    }
  }

  private static func percent(of seats: Int, _ percent: Int) -> Int {
    Int((Double(seats) * Double(percent) / 100).rounded())
  }

  /// What one level had to do since the last time seats were lent.
  struct Demand: Equatable, Sendable {
    var limits: SeatLimits
    /// Most seats that were taken or waited for at a time.
    var peak: Int

    /// What cannot be lent now: it was needed just before.
    fileprivate var least: Int { max(limits.least, min(limits.nominal, peak)) }
  }

  /// Lends what some levels do not need to those that do: each level gets what it needs and may
  /// lay claim to, and the rest goes to all by their demand, within what they may borrow. Pure.
  ///
  /// The seats of all levels stay the same together, as far as limits allow.
  /// Source: KEP-1040, "Dispatching: seat borrowing", without its smoothing over minutes: seats are
  /// lent when somebody waits for them, and go back when their owner does.
  static func lent(_ demands: [Demand]) -> [Int] {
    let total = demands.reduce(0) { $0 + $1.limits.nominal }
    let least = demands.reduce(0) { $0 + $1.least }
    guard total > least else { return demands.map { $0.limits.nominal } }
    // Weights of those who want nothing are small, so that they get of the rest last.
    let weights = demands.map { max(0.001, Double(max($0.least, $0.peak))) }
    func seats(_ factor: Double) -> [Double] {
      zip(demands, weights).map { demand, weight in
        max(Double(demand.least), min(Double(demand.limits.most), factor * weight))
      }
    }
    // The sum grows with the factor: halve the interval that it lies in.
    var (low, high) = (0.0, 1.0)
    let reachable = Double(
      min(total, demands.reduce(0) { $0 + max($1.least, $1.limits.most) }))
    while seats(high).reduce(0, +) < reachable - 0.5, high < 1e12 { high *= 2 }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if seats(middle).reduce(0, +) < reachable { low = middle } else { high = middle }
    }
    return seats(high).map { Int($0.rounded()) }
  }
}
