import Foundations
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import ClusterDNS

@Suite("Questions to servers outside")
struct ForwarderTests {
  private static let name = Sample.name("www.example.com")
  private static let address = RecordData.address(IPAddress("192.0.2.1")!)
  private static let record = ResourceRecord(name: name, timeToLiveSeconds: 60, data: address)
  private let question = UpstreamQuestion(name, .a)

  private static let knowing: FakeUpstream.Script = { query, _ in
    FakeUpstream.answer(query, [record])
  }

  private static let refusing: FakeUpstream.Script = { query, _ in
    FakeUpstream.answer(query, code: .refused)
  }

  private static let silent: FakeUpstream.Script = { _, _ in nil }

  /// A clock that the test turns.
  private final class Clock: Sendable {
    let time = Mutex(ContinuousClock.now)
    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
  }

  private func forwarder(
    _ servers: [UpstreamServer], clock: Clock = Clock(),
    _ change: (inout Forwarder.Limits) -> Void = { _ in }
  ) -> Forwarder {
    var limits = Forwarder.Limits()
    change(&limits)
    let forwarder = Forwarder(
      on: MultiThreadedEventLoopGroup.singleton.any(), limits: limits,
      now: { clock.time.withLock { $0 } })
    forwarder.use(servers)
    return forwarder
  }

  private func resolve(
    _ forwarder: Forwarder, _ question: UpstreamQuestion
  ) async throws -> Message {
    switch forwarder.resolve(question) {
    case .now(let bytes): try Message(bytes)
    case .later(let future): try Message(try await future.get())
    case .failed(let error): throw error
    }
  }

  @Test("an answer is remembered for its time, counted down, and asked for again afterwards")
  func remembers() async throws {
    try await FakeUpstream.with(Self.knowing) { upstream in
      let clock = Clock()
      let forwarder = forwarder([upstream.server], clock: clock)
      #expect(try await resolve(forwarder, question).answers == [Self.record])
      clock.advance(.seconds(29))
      let later = try await resolve(forwarder, question)
      #expect(later.answers.map(\.timeToLiveSeconds) == [31])
      #expect(upstream.queryCount == 1)
      clock.advance(.seconds(1))
      #expect(try await resolve(forwarder, question).answers == [Self.record])
      #expect(upstream.queryCount == 2)
    }
  }

  @Test("equal questions at one time are asked once")
  func coalesces() async throws {
    try await FakeUpstream.with(Self.knowing) { upstream in
      let forwarder = forwarder([upstream.server])
      var futures: [EventLoopFuture<[UInt8]>] = []
      for _ in 0..<50 {
        if case .later(let future) = forwarder.resolve(question) { futures.append(future) }
      }
      for future in futures { _ = try await future.get() }
      #expect(!futures.isEmpty)
      #expect(upstream.queryCount == 1)
    }
  }

  @Test("a server that is silent, refuses, fails or lies is passed over, and then asked last")
  func nextServer() async throws {
    let scripts: [FakeUpstream.Script] = [
      { _, _ in nil },
      { query, _ in FakeUpstream.answer(query, code: .serverFailure) },
      { query, _ in FakeUpstream.answer(query, code: .refused) },
      { query, _ in FakeUpstream.answer(query, [Self.record])?.dropLast() },
      { query, _ in
        // The right answer under a wrong id, as somebody who guesses would send it.
        var bytes = FakeUpstream.answer(query, [Self.record])
        bytes?[0] ^= 1
        return bytes
      },
      { query, _ in
        var bytes = FakeUpstream.answer(query, [Self.record])
        bytes?[14] ^= 1
        return bytes
      },
    ]
    for script in scripts {
      try await FakeUpstream.with(script) { bad in
        try await FakeUpstream.with(Self.knowing) { good in
          let forwarder = forwarder([bad.server, good.server]) { $0.timeout = .milliseconds(100) }
          #expect(try await resolve(forwarder, question).answers == [Self.record])
          #expect(bad.queryCount == 1)
          let other = UpstreamQuestion(Self.name, .aaaa)
          _ = try await resolve(forwarder, other)
          #expect(bad.queryCount == 1)
          #expect(good.queryCount == 2)
        }
      }
    }
  }

  @Test("where nobody knows, the last refusal is the answer; where nobody speaks, there is none")
  func nobody() async throws {
    try await FakeUpstream.with(Self.refusing) {
      let forwarder = forwarder([$0.server])
      let message = try await resolve(forwarder, question)
      #expect(message.header.code == .refused)
    }
    try await FakeUpstream.with(Self.silent) { upstream in
      let forwarder = forwarder([upstream.server]) { $0.timeout = .milliseconds(50) }
      await #expect(throws: UpstreamError.timeout) { try await resolve(forwarder, question) }
    }
    await #expect(throws: UpstreamError.noServers) { try await resolve(forwarder([]), question) }
    // A port where nobody listens is refused at once.
    let closed = UpstreamServer(IPAddress("127.0.0.1")!, port: 1)
    await #expect(throws: UpstreamError.timeout) {
      try await resolve(forwarder([closed]), question)
    }
  }

  @Test("a failure is remembered for a while; after three of them nobody is asked for a while")
  func remembersFailures() async throws {
    let isSpeaking = Mutex(false)
    let script: FakeUpstream.Script = { query, _ in
      isSpeaking.withLock { $0 } ? FakeUpstream.answer(query, [Self.record]) : nil
    }
    try await FakeUpstream.with(script) { upstream in
      let clock = Clock()
      let forwarder = forwarder([upstream.server], clock: clock) { $0.timeout = .milliseconds(50) }
      func ask(_ name: String) async throws -> Message {
        try await resolve(forwarder, UpstreamQuestion(Sample.name(name), .a))
      }
      for name in ["a", "a", "b"] {
        await #expect(throws: UpstreamError.timeout) { try await ask(name) }
      }
      #expect(upstream.queryCount == 2)
      isSpeaking.withLock { $0 = true }
      _ = try await ask("c")
      await #expect(throws: UpstreamError.timeout) { try await ask("a") }
      clock.advance(.seconds(5))
      _ = try await ask("a")
      isSpeaking.withLock { $0 = false }
      for name in ["d", "e", "f", "g", "h"] {
        await #expect(throws: UpstreamError.timeout) { try await ask(name) }
      }
      #expect(upstream.queryCount == 4 + 3)
      isSpeaking.withLock { $0 = true }
      await #expect(throws: UpstreamError.timeout) { try await ask("i") }
      clock.advance(.seconds(5))
      _ = try await ask("i")
    }
  }

  @Test("an answer cut for datagrams is fetched by stream")
  func fallsBack() async throws {
    let many = (0..<200).map {
      ResourceRecord(
        name: Self.name, timeToLiveSeconds: 9, data: .address(IPAddress("192.0.2.\($0)")!))
    }
    let cutting: FakeUpstream.Script = { query, isStream in
      isStream
        ? FakeUpstream.answer(query, many) : FakeUpstream.answer(query, flags: [.truncated])
    }
    try await FakeUpstream.with(cutting) { upstream in
      let forwarder = forwarder([upstream.server])
      let message = try await resolve(forwarder, question)
      #expect(message.answers == many)
      #expect(upstream.queryCount == 2)
    }
  }

  @Test("more questions and more waiters than the limits are turned away")
  func busy() async throws {
    try await FakeUpstream.with(Self.silent) { upstream in
      let forwarder = forwarder([upstream.server]) {
        $0.timeout = .milliseconds(200)
        $0.questionsMax = 2
        $0.waitersMax = 3
      }
      func isTurnedAway(_ name: String) -> Bool {
        guard case .failed(.busy) = forwarder.resolve(UpstreamQuestion(Sample.name(name), .a))
        else { return false }
        return true
      }
      #expect(!isTurnedAway("a"))
      #expect(!isTurnedAway("b"))
      #expect(isTurnedAway("c"), "a third question")
      #expect(!isTurnedAway("b"), "a third waiter")
      #expect(isTurnedAway("b"), "a fourth waiter")
      await #expect(throws: UpstreamError.self) {
        // Joins nobody: waits until there is room again.
        while isTurnedAway("a") { try await ContinuousClock().sleep(for: .milliseconds(20)) }
        _ = try await resolve(forwarder, question)
      }
    }
  }

  @Test("only what may be remembered is, for as long as it may")
  func secondsToKeep() throws {
    func seconds(
      _ answers: [UInt32], denial: UInt32? = nil, _ code: ResponseCode = .noError,
      _ flags: MessageHeader.Flags = []
    ) throws -> UInt32? {
      let query = question.message(id: 1)
      var authority = Sample.domain.authority
      authority.timeToLiveSeconds = denial ?? 0
      if case .authority(var data) = authority.data {
        data.minimum = 20
        authority.data = .authority(data)
      }
      let records = answers.map {
        ResourceRecord(name: Self.name, timeToLiveSeconds: $0, data: Self.address)
      }
      let bytes = try #require(
        FakeUpstream.answer(
          query, records, authorities: denial == nil ? [] : [authority], code: code, flags: flags))
      return AnswerCache.secondsToKeep(try Message(bytes))
    }
    #expect(try seconds([7, 9]) == 7)
    #expect(try seconds([100]) == 30)
    #expect(try seconds([0, 9]) == nil)
    #expect(try seconds([]) == nil)
    #expect(try seconds([], denial: 10) == 10)
    #expect(try seconds([], denial: 25, .nameError) == 20)
    #expect(try seconds([5], denial: 25, .nameError) == 5)
    #expect(try seconds([5], .serverFailure) == nil)
    #expect(try seconds([5], .noError, .truncated) == nil)
  }

  @Test("the cache never holds more than its bound, and keeps what is used")
  func cacheBound() throws {
    var cache = AnswerCache(countMax: 20)
    let now = ContinuousClock.now
    let bytes = try #require(FakeUpstream.answer(question.message(id: 1), [Self.record]))
    let message = try Message(bytes)
    cache.add(bytes, message, for: question, now: now)
    for index in 0..<100 {
      let other = UpstreamQuestion(Sample.name("n\(index).example.com"), .a)
      cache.add(bytes, message, for: other, now: now)
      #expect(cache.count <= 20)
      #expect(cache.find(question, now: now) != nil, "used each time")
    }
    #expect(cache.find(UpstreamQuestion(Sample.name("n0.example.com"), .a), now: now) == nil)
  }
}
