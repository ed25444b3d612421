import Foundations
import Testing

@testable import APIServer

@Suite("Fair queues")
struct FairQueuesTests {
  private func queues(_ queues: Int = 128, hand: Int = 6, lengthMax: Int = 1_000) throws
    -> FairQueues<String>
  {
    FairQueues(try #require(ShuffleSharding(queues: queues, handSize: hand)), lengthMax: lengthMax)
  }

  /// Whose flow a hash is of: far apart, so that hands differ.
  private static let noisy: UInt64 = 0x1234_5678_9ABC_DEF0
  private static let quiet: UInt64 = 0x0FED_CBA9_8765_4321

  /// Serves one after the other.
  private func serve(_ queues: inout FairQueues<String>, _ count: Int, seconds: Double) -> [String]
  {
    var order: [String] = []
    for _ in 0..<count {
      guard let turn = queues.next(fits: { _ in true }) else { break }
      order.append(turn.request)
      queues.finish(queue: turn.queue, seats: turn.seats, seconds: seconds)
    }
    return order
  }

  @Test("one request beside a thousand of another flow waits for one of each of its queues")
  func share() throws {
    var queues = try queues()
    for _ in 0..<1_000 { _ = queues.add("noisy", seats: 1, hash: Self.noisy) }
    _ = queues.add("quiet", seats: 1, hash: Self.quiet)
    let order = serve(&queues, 1_001, seconds: 0.003)
    #expect(order.count == 1_001)
    let place = try #require(order.firstIndex(of: "quiet"))
    #expect(place <= 6)
    #expect(queues.isEmpty && queues.waitingCount == 0)
  }

  @Test("it is no later where the other flow has been served for long")
  func late() throws {
    var queues = try queues()
    for _ in 0..<1_000 { _ = queues.add("noisy", seats: 1, hash: Self.noisy) }
    _ = serve(&queues, 500, seconds: 0.5)
    _ = queues.add("quiet", seats: 1, hash: Self.quiet)
    let order = serve(&queues, 501, seconds: 0.003)
    let place = try #require(order.firstIndex(of: "quiet"))
    #expect(place <= 6)
  }

  @Test("two busy flows in a queue each get the same time, whatever their requests take")
  func time() throws {
    // One queue each: hands of one out of two.
    var queues = try queues(2, hand: 1)
    for _ in 0..<2_000 {
      _ = queues.add("long", seats: 1, hash: 0)
      _ = queues.add("short", seats: 1, hash: 1)
    }
    var spent = ["long": 0.0, "short": 0.0]
    for _ in 0..<1_000 {
      let next = queues.next(fits: { _ in true })
      let turn = try #require(next)
      let seconds = turn.request == "long" ? 0.030 : 0.003
      spent[turn.request, default: 0] += seconds
      queues.finish(queue: turn.queue, seats: turn.seats, seconds: seconds)
    }
    let (long, short) = (spent["long"] ?? 0, spent["short"] ?? 0)
    #expect(abs(long - short) < 0.1, "\(spent)")
  }

  @Test("seats count like time")
  func width() throws {
    var queues = try queues(2, hand: 1)
    for _ in 0..<2_000 {
      _ = queues.add("wide", seats: 10, hash: 0)
      _ = queues.add("narrow", seats: 1, hash: 1)
    }
    let order = serve(&queues, 1_100, seconds: 0.003)
    let wide = order.count { $0 == "wide" }
    #expect((95...105).contains(wide), "\(wide)")
  }

  @Test("a flow that was away does not come back with turns saved up")
  func absence() throws {
    var queues = try queues(2, hand: 1)
    for _ in 0..<500 { _ = queues.add("steady", seats: 1, hash: 0) }
    _ = serve(&queues, 400, seconds: 0.003)
    for _ in 0..<100 { _ = queues.add("returning", seats: 1, hash: 1) }
    let order = serve(&queues, 100, seconds: 0.003)
    let returning = order.count { $0 == "returning" }
    #expect((48...52).contains(returning), "\(returning)")
  }

  @Test("requests of one flow keep their order where they have one queue")
  func order() throws {
    var queues = try queues(1, hand: 1)
    for name in ["a", "b", "c"] { _ = queues.add(name, seats: 1, hash: 0) }
    #expect(serve(&queues, 3, seconds: 0.003) == ["a", "b", "c"])
  }

  @Test("a queue takes so many and no more, and has room again when one leaves")
  func length() throws {
    var queues = try queues(1, hand: 1, lengthMax: 2)
    let added = queues.add("a", seats: 1, hash: 0)
    let first = try #require(added)
    #expect(queues.add("b", seats: 1, hash: 0) != nil)
    #expect(queues.add("c", seats: 1, hash: 0) == nil)
    #expect(queues.waitingCount == 2)
    #expect(queues.remove(first) == "a")
    #expect(queues.remove(first) == nil)
    #expect(queues.add("d", seats: 1, hash: 0) != nil)
    #expect(serve(&queues, 3, seconds: 0.003) == ["b", "d"])
    #expect(queues.isEmpty)
  }

  @Test("a queue holds so many bytes and no more, but one request of any size")
  func bytes() throws {
    var queues = try queues(1, hand: 1)
    let most = FairQueues<String>.queueByteCountMax
    #expect(queues.add("a", seats: 1, byteCount: most + 1, hash: 0) != nil)
    #expect(queues.add("b", seats: 1, byteCount: 1, hash: 0) == nil)
    #expect(serve(&queues, 1, seconds: 0.003) == ["a"])
    #expect(queues.add("c", seats: 1, byteCount: most, hash: 0) != nil)
    #expect(queues.add("d", seats: 1, byteCount: 1, hash: 0) == nil)
    #expect(queues.add("e", seats: 1, hash: 0) != nil)
  }

  @Test("a flow fills no more than its hand, and others find theirs empty")
  func hand() throws {
    var queues = try queues(lengthMax: 50)
    var taken = 0
    while queues.add("noisy", seats: 1, hash: Self.noisy) != nil { taken += 1 }
    #expect(taken == 6 * 50)
    #expect(queues.add("quiet", seats: 1, hash: Self.quiet) != nil)
  }

  @Test("a request for which there is no room is not passed over")
  func patience() throws {
    var queues = try queues(2, hand: 1)
    _ = queues.add("wide", seats: 5, hash: 0)
    _ = queues.add("narrow", seats: 1, hash: 1)
    #expect(queues.next(fits: { $0 <= 4 }) == nil)
    #expect(queues.next(fits: { $0 <= 5 })?.request == "wide")
    #expect(queues.next(fits: { $0 <= 4 })?.request == "narrow")
    #expect(!queues.isEmpty)
  }
}
