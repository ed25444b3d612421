#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Deals each flow a small hand out of many queues: two flows rarely share all of theirs, so that one
/// that fills its queues leaves others a free one.
/// Source: KEP-1040, "Priority and Fairness for API Server Requests", "Shuffle sharding".
package struct ShuffleSharding: Equatable, Sendable {
  /// Of a hash that hands may use up. The last queue of a hand would be dealt unevenly with all 64.
  package static let hashBitsMax = 60
  /// So many queues are never needed. Source: upstream's limit of a deck.
  package static let queuesMax = 1 << 26

  package let queues: Int
  package let handSize: Int

  /// `nil` where the numbers make no hand, or need more bits than a hash has.
  package init?(queues: Int, handSize: Int) {
    guard handSize > 0, handSize <= queues, queues <= Self.queuesMax,
      Self.hashBits(queues: queues, handSize: handSize) <= Self.hashBitsMax
    else { return nil }
    self.queues = queues
    self.handSize = handSize
  }

  /// Bits of a hash that a hand uses up, rounded up.
  /// - Parameters: 1...`queuesMax` each.
  package static func hashBits(queues: Int, handSize: Int) -> Int {
    Int((log2(Double(queues)) * Double(handSize)).rounded(.up))
  }

  /// The queues of a flow, all different: the same hash gives the same hand.
  package func hand(of hash: UInt64) -> [Int] {
    var rest = hash
    var hand: [Int] = []
    hand.reserveCapacity(handSize)
    // The remainders are places among the queues that are left; they become numbers of queues by
    // stepping over those that were dealt before.
    var dealt: [Int] = []
    for position in 0..<handSize {
      let (quotient, remainder) = rest.quotientAndRemainder(
        dividingBy: UInt64(queues - position))
      rest = quotient
      var queue = Int(remainder)
      var place = 0
      while place < dealt.count, queue >= dealt[place] {
        queue += 1
        place += 1
      }
      dealt.insert(queue, at: place)
      hand.append(queue)
    }
    return hand
  }
}
