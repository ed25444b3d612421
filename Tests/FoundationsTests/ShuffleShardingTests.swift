import Foundations
import Testing

@Suite("Shuffle sharding")
struct ShuffleShardingTests {
  @Test("a hand holds different queues, of those there are, and is the same each time")
  func hands() throws {
    let sharding = try #require(ShuffleSharding(queues: 16, handSize: 4))
    var seen: Set<[Int]> = []
    for hash in UInt64(0)..<2_000 {
      let hand = sharding.hand(of: hash &* 0x9E37_79B9_7F4A_7C15)
      #expect(hand.count == 4 && Set(hand).count == 4)
      #expect(hand.allSatisfy { (0..<16).contains($0) })
      #expect(hand == sharding.hand(of: hash &* 0x9E37_79B9_7F4A_7C15))
      seen.insert(hand)
    }
    #expect(seen.count > 1_500)
  }

  @Test("the smallest hashes are dealt one by one")
  func order() throws {
    let sharding = try #require(ShuffleSharding(queues: 3, handSize: 3))
    let hands = (UInt64(0)..<6).map { sharding.hand(of: $0) }
    #expect(hands == [[0, 1, 2], [1, 0, 2], [2, 0, 1], [0, 2, 1], [1, 2, 0], [2, 1, 0]])
  }

  @Test("every queue is dealt about as often as any other")
  func evenness() throws {
    let sharding = try #require(ShuffleSharding(queues: 64, handSize: 6))
    var counts = [Int](repeating: 0, count: 64)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<64_000 {
      for queue in sharding.hand(of: generator.next()) { counts[queue] += 1 }
    }
    // 6,000 each; 6 standard deviations are about 450.
    #expect(counts.allSatisfy { (5_500...6_500).contains($0) }, "\(counts)")
  }

  @Test(
    "numbers that make no hand are refused, on both sides of each limit",
    arguments: [
      (0, 1, false), (1, 0, false), (1, 1, true), (1, 2, false), (1 << 26, 1, true),
      ((1 << 26) + 1, 1, false), (64, 10, true), (64, 11, false),
    ])
  func limits(_ queues: Int, _ handSize: Int, _ isGood: Bool) {
    #expect((ShuffleSharding(queues: queues, handSize: handSize) != nil) == isGood)
  }
}
