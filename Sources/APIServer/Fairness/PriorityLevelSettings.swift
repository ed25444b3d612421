import Foundations
import Resources

/// What a PriorityLevelConfiguration says.
struct PriorityLevelSettings: Equatable, Sendable {
  /// What happens to a request that finds no free seat.
  enum Overflow: Equatable, Sendable {
    case reject
    case queue(ShuffleSharding, lengthMax: Int)
  }

  let name: String
  let uid: String
  /// Whether its requests are limited at all.
  let isExempt: Bool
  let overflow: Overflow
  let nominalShares: Int
  /// 0...100: of its own seats.
  let lendablePercent: Int
  /// Of its own seats; `nil` for as many as there are.
  let borrowingLimitPercent: Int?

  init(_ object: Document) {
    let spec = object["spec"] ?? .emptyObject
    name = object[path: "metadata", "name"]?.string ?? ""
    uid = object[path: "metadata", "uid"]?.string ?? ""
    isExempt = spec["type"]?.string == "Exempt"
    let limits = spec[isExempt ? "exempt" : "limited"] ?? .emptyObject
    nominalShares = limits["nominalConcurrencyShares"]?.integer ?? (isExempt ? 0 : 30)
    lendablePercent = limits["lendablePercent"]?.integer ?? 0
    borrowingLimitPercent = limits["borrowingLimitPercent"]?.integer
    let queuing = limits[path: "limitResponse", "queuing"]
    let sharding = ShuffleSharding(
      queues: queuing?["queues"]?.integer ?? 0, handSize: queuing?["handSize"]?.integer ?? 0)
    if limits[path: "limitResponse", "type"]?.string == "Queue", let sharding {
      overflow = .queue(sharding, lengthMax: queuing?["queueLengthLimit"]?.integer ?? 50)
    } else {
      overflow = .reject
    }
  }

  /// Most seats that one request may weigh here: wide requests are not to block a level.
  /// Source: upstream's `priorityLevelMaxSeatsPercent`, and its limit of 10.
  func requestSeatsMax(nominalSeats: Int) -> Int {
    guard case .queue(let sharding, _) = overflow else { return SeatEstimate.seatsMax }
    let share = min((nominalSeats * 15 + 99) / 100, nominalSeats / sharding.handSize)
    return min(max(1, share), SeatEstimate.seatsMax)
  }
}
