package import NIOCore
import Synchronization

/// Gets answers from servers outside: remembered ones at once, others from the first server that
/// answers. Equal questions that come while one is under way wait for the same answer.
package final class Forwarder: Sendable {
  package struct Limits: Sendable {
    /// How long one server may take. Three of them stay below the five seconds after which a
    /// client's resolver asks again.
    package var timeout: Duration = .milliseconds(1500)
    /// Questions under way, each with a socket. Further ones fail with `UpstreamError.busy`.
    package var questionsMax = 256
    /// Clients that wait. Further ones fail with `UpstreamError.busy`.
    package var waitersMax = 4096
    /// Remembered answers, at most 4 KiB each and 100 to 200 bytes in most cases.
    package var answersMax = 4096
    /// How long a failure is remembered. Source: RFC 9520, 3.2: 1 s to 5 min.
    package var failureTime: Duration = .seconds(5)
    /// Remembered failures; all are forgotten when there are more.
    package var failuresMax = 1024
    /// Questions in a row that no server said a word to, after which none is asked for
    /// `failureTime`: where the network is away, names outside fail at once instead of after seconds.
    package var silencesMax = 3
    package init() {}
  }

  private struct State {
    var servers: [UpstreamServer] = []
    /// The one that answered last.
    var preferred = 0
    var cache: AnswerCache
    var underWay: [UpstreamQuestion: EventLoopFuture<[UInt8]>] = [:]
    var waiterCount = 0
    /// Questions that failed, until when.
    var failures: [UpstreamQuestion: ContinuousClock.Instant] = [:]
    var silenceCount = 0
    var silentUntil: ContinuousClock.Instant?
  }

  private let eventLoop: any EventLoop
  private let limits: Limits
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state: Mutex<State>

  package init(
    on eventLoop: any EventLoop, limits: Limits = Limits(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
  ) {
    self.eventLoop = eventLoop
    self.limits = limits
    self.now = now
    state = Mutex(State(cache: AnswerCache(countMax: limits.answersMax)))
  }

  /// The servers to ask from now on, in order of preference.
  package func use(_ servers: [UpstreamServer]) {
    state.withLock { state in
      guard state.servers != servers else { return }
      state.servers = servers
      state.preferred = 0
      state.failures = [:]
      state.silenceCount = 0
      state.silentUntil = nil
    }
  }

  package enum Outcome: Sendable {
    case now([UInt8])
    case later(EventLoopFuture<[UInt8]>)
    case failed(UpstreamError)
  }

  /// The answer as a server gave it, with an id that means nothing.
  package func resolve(_ question: UpstreamQuestion) -> Outcome {
    enum Step {
      case done(Outcome)
      case ask([UpstreamServer], EventLoopPromise<[UInt8]>)
    }
    let time = now()
    let step: Step = state.withLock { state in
      if let bytes = state.cache.find(question, now: time) { return .done(.now(bytes)) }
      guard !state.servers.isEmpty else { return .done(.failed(.noServers)) }
      if let until = state.silentUntil, time < until { return .done(.failed(.timeout)) }
      if let until = state.failures[question], time < until { return .done(.failed(.timeout)) }
      guard state.waiterCount < limits.waitersMax else { return .done(.failed(.busy)) }
      if let future = state.underWay[question] {
        state.waiterCount += 1
        return .done(.later(future))
      }
      guard state.underWay.count < limits.questionsMax else { return .done(.failed(.busy)) }
      let promise = eventLoop.makePromise(of: [UInt8].self)
      state.underWay[question] = promise.futureResult
      state.waiterCount += 1
      let first = state.preferred
      return .ask(Array(state.servers[first...] + state.servers[..<first]), promise)
    }
    switch step {
    case .done(let outcome):
      if case .later(let future) = outcome { countDown(after: future) }
      return outcome
    case .ask(let servers, let promise):
      countDown(after: promise.futureResult)
      ask(question, servers[...], fallback: nil).whenComplete { result in
        self.settle(question, result)
        promise.completeWith(result)
      }
      return .later(promise.futureResult)
    }
  }

  private func settle(
    _ question: UpstreamQuestion, _ result: Result<[UInt8], any Error>
  ) {
    let time = now()
    state.withLock { state in
      state.underWay[question] = nil
      switch result {
      case .success:
        state.silenceCount = 0
        state.silentUntil = nil
        state.failures[question] = nil
      case .failure:
        state.silenceCount += 1
        if state.silenceCount >= limits.silencesMax {
          state.silentUntil = time + limits.failureTime
        }
        if state.failures.count >= limits.failuresMax { state.failures = [:] }
        state.failures[question] = time + limits.failureTime
      }
    }
  }

  private func countDown(after future: EventLoopFuture<[UInt8]>) {
    future.whenComplete { _ in self.state.withLock { $0.waiterCount -= 1 } }
  }

  /// Asks one server after the other until one knows.
  /// - Parameter fallback: what an earlier one said that did not know: better than nothing.
  private func ask(
    _ question: UpstreamQuestion, _ servers: ArraySlice<UpstreamServer>, fallback: [UInt8]?
  ) -> EventLoopFuture<[UInt8]> {
    guard let server = servers.first else {
      if let fallback { return eventLoop.makeSucceededFuture(fallback) }
      return eventLoop.makeFailedFuture(UpstreamError.timeout)
    }
    let exchange = UpstreamExchange(
      question: question, server: server, timeout: limits.timeout, eventLoop: eventLoop)
    return exchange.run().flatMap { bytes in
      do {
        let message = try Message(bytes)
        guard Self.isKnowing(message.header.code) else {
          return self.ask(question, servers.dropFirst(), fallback: bytes)
        }
        self.note(server, bytes, message, question)
        return self.eventLoop.makeSucceededFuture(bytes)
      } catch {
        return self.ask(question, servers.dropFirst(), fallback: fallback)
      }
    }.flatMapError { _ in self.ask(question, servers.dropFirst(), fallback: fallback) }
  }

  /// Whether a server's answer is one. Others may know more after the rest, as resolvers have it.
  private static func isKnowing(_ code: ResponseCode) -> Bool {
    ![.serverFailure, .notImplemented, .refused].contains(code)
  }

  private func note(
    _ server: UpstreamServer, _ bytes: [UInt8], _ message: Message, _ question: UpstreamQuestion
  ) {
    let time = now()
    state.withLock { state in
      if let index = state.servers.firstIndex(of: server) { state.preferred = index }
      state.cache.add(bytes, message, for: question, now: time)
    }
  }
}
