import Foundations

/// What a node was short of, and when last: a condition outlives its cause for a while, so that
/// pods do not come and go with every change. Pure.
/// Source: Kubernetes documentation, "Node-pressure Eviction", "Node condition oscillation".
struct PressureHistory: Equatable, Sendable {
  private struct Sighting: Equatable, Sendable {
    var causes: String
    var lastSeen: Timestamp
  }

  private let policy: PressurePolicy
  private var sightings: [NodePressure: Sighting] = [:]

  init(policy: PressurePolicy) { self.policy = policy }

  /// - Returns: the thresholds that are passed now, the most urgent first.
  mutating func observe(_ readings: SignalReadings, now: Timestamp) -> [ThresholdBreach] {
    let breaches = readings.breaches(of: policy.thresholds)
    for pressure in NodePressure.allCases {
      let own = breaches.filter { NodePressure(of: $0.signal) == pressure }
      if !own.isEmpty {
        sightings[pressure] = Sighting(causes: Self.words(own), lastSeen: now)
      } else if let sighting = sightings[pressure],
        sighting.lastSeen.distance(to: now) >= policy.transition
      {
        sightings[pressure] = nil
      }
    }
    return breaches
  }

  /// The conditions that hold, with the thresholds that were passed last.
  var causes: [NodePressure: String] { sightings.mapValues(\.causes) }

  /// Without amounts, which change all the time: each change is a write to the Node.
  private static func words(_ breaches: [ThresholdBreach]) -> String {
    breaches.map { "\($0.signal.rawValue) is below \($0.threshold.leastText)" }
      .joined(separator: ", ")
  }
}
