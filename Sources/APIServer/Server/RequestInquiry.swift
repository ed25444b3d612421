import NIOCore
import Resources
import Synchronization

/// What has to be asked of others before one request can be decided: the keys of a token's issuer, a
/// webhook's opinion. Who a request comes from and what it may do is decided from memory, on its
/// event loop; where memory does not suffice, the request is refused for now, asks, and is decided
/// again.
///
/// A refusal has changed nothing, so deciding again is safe.
final class RequestInquiry: Sendable {
  /// That of the request which is being decided; `nil` where nobody can wait.
  @TaskLocal static var current: RequestInquiry?

  /// How often a request is decided: once more for each question that follows from another's answer.
  static let roundsMax = 8

  /// Something to ask.
  struct Question: Sendable {
    /// Asks, and puts the answer where the next look finds it.
    let ask: @Sendable (_ inquiry: RequestInquiry) async -> Void
    /// The request was decided without the answer.
    let giveUp: @Sendable () -> Void
  }

  private let state = Mutex(State())

  private struct State {
    var isOpen = false
    var questions: [String: Question] = [:]
    var answers: [String: any Sendable] = [:]
  }

  /// Notes that `question` is open, for a request that can wait.
  /// - Parameter key: the same for the same question.
  /// - Returns: whether somebody waits.
  @discardableResult
  static func wait(for key: String, _ question: Question) -> Bool {
    guard let current else { return false }
    return current.state.withLock { state in
      // What goes on in a task of its own has been answered already.
      guard state.isOpen else { return false }
      state.questions[key] = question
      return true
    }
  }

  /// Whether the request that is being decided waits for an answer.
  static var isCurrentWaiting: Bool { current?.isWaiting ?? false }

  private var isWaiting: Bool { state.withLock { !$0.questions.isEmpty } }

  /// An answer that is for this request alone.
  subscript(answer key: String) -> (any Sendable)? {
    get { state.withLock { $0.answers[key] } }
    set { state.withLock { $0.answers[key] = newValue } }
  }

  /// Decides with what is known; where that refuses and answers are missing, asks, and decides again.
  /// - Parameters:
  ///   - eventLoop: where it is decided again; `nil` for wherever the answers came.
  ///   - decide: changes nothing where it throws.
  ///   - then: gets the decision, once.
  static func settle<Decision: Sendable>(
    on eventLoop: (any EventLoop)?,
    _ decide: @escaping @Sendable () throws(APIError) -> Decision,
    then: @escaping @Sendable (Result<Decision, APIError>) -> Void
  ) {
    RequestInquiry().settle(on: eventLoop, decide, then, round: 1)
  }

  private func settle<Decision: Sendable>(
    on eventLoop: (any EventLoop)?,
    _ decide: @escaping @Sendable () throws(APIError) -> Decision,
    _ then: @escaping @Sendable (Result<Decision, APIError>) -> Void, round: Int
  ) {
    // In the last round nobody waits any more, so it decides.
    state.withLock { $0.isOpen = round < Self.roundsMax }
    let decision = Self.$current.withValue(self) { Result(catching: decide) }
    let questions = state.withLock { state in
      state.isOpen = false
      defer { state.questions = [:] }
      return Array(state.questions.values)
    }
    guard case .failure = decision, !questions.isEmpty else {
      for question in questions { question.giveUp() }
      return then(decision)
    }
    // Lives until all that was asked have answered or their deadlines have passed.
    Task {
      await withDiscardingTaskGroup { group in
        for question in questions { group.addTask { await question.ask(self) } }
      }
      let again: @Sendable () -> Void = {
        self.settle(on: eventLoop, decide, then, round: round + 1)
      }
      if let eventLoop { eventLoop.execute(again) } else { again() }
    }
  }
}
