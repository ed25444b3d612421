import Synchronization

/// Does one thing to each of many elements, a bounded number of them at a time.
final class PacedRun<Element: Sendable, Failure: Sendable>: Sendable {
  /// Starts the work on an element; calls back once, from any thread, also before it returns.
  typealias Start = @Sendable (Element, @escaping @Sendable (Failure?) -> Void) -> Void

  private struct State {
    var startedCount = 0
    var runningCount = 0
    /// A thread is in `startMore`.
    var isStarting = false
    var failure: Failure?
  }

  private let elements: [Element]
  private let atOnceMax: Int
  private let start: Start
  private let done: @Sendable (Failure?) -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - atOnceMax: at least 1.
  ///   - done: called once, when all are finished, with the first failure.
  init(
    _ elements: [Element], atOnceMax: Int, start: @escaping Start,
    done: @escaping @Sendable (Failure?) -> Void
  ) {
    precondition(atOnceMax > 0, "something has to be done at a time")
    self.elements = elements
    self.atOnceMax = atOnceMax
    self.start = start
    self.done = done
  }

  /// Call once.
  func run() {
    if elements.isEmpty { done(nil) } else { startMore() }
  }

  /// One thread starts what there is room for. Work that finishes meanwhile leaves the next to it, so
  /// that work which finishes at once makes no deep stack.
  private func startMore() {
    let isFirst = state.withLock { state in
      defer { state.isStarting = true }
      return !state.isStarting
    }
    guard isFirst else { return }
    while let element = next() { start(element) { self.finish($0) } }
  }

  private func next() -> Element? {
    state.withLock { state in
      guard state.runningCount < atOnceMax, state.startedCount < elements.count else {
        state.isStarting = false
        return nil
      }
      state.runningCount += 1
      state.startedCount += 1
      return elements[state.startedCount - 1]
    }
  }

  private func finish(_ failure: Failure?) {
    let end: State? = state.withLock { state in
      state.runningCount -= 1
      if state.failure == nil { state.failure = failure }
      return state.runningCount == 0 && state.startedCount == elements.count ? state : nil
    }
    if let end { done(end.failure) } else { startMore() }
  }
}
