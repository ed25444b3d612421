import Synchronization

/// What a test's client received, and a way to wait for more of it.
final class Inbox<Element: Sendable>: Sendable {
  private struct Waiter {
    let isMet: @Sendable ([Element], _ isClosed: Bool) -> Bool
    let continuation: CheckedContinuation<[Element], Never>
  }

  private struct State {
    var elements: [Element] = []
    var isClosed = false
    var waiters: [Waiter] = []
  }

  private let state = Mutex(State())

  var elements: [Element] { state.withLock { $0.elements } }
  var isClosed: Bool { state.withLock { $0.isClosed } }

  func append(_ element: Element) { change { $0.elements.append(element) } }
  func close() { change { $0.isClosed = true } }

  private func change(_ body: (inout State) -> Void) {
    let (met, elements) = state.withLock { state in
      body(&state)
      let isMet = { (waiter: Waiter) in
        state.isClosed || waiter.isMet(state.elements, state.isClosed)
      }
      let met = state.waiters.filter(isMet)
      state.waiters.removeAll(where: isMet)
      return (met, state.elements)
    }
    for waiter in met { waiter.continuation.resume(returning: elements) }
  }

  /// Returns all elements once they meet `condition`, or nothing more can come.
  @discardableResult
  func wait(
    until condition: @escaping @Sendable ([Element], _ isClosed: Bool) -> Bool
  ) async -> [Element] {
    await withCheckedContinuation { continuation in
      let elements = state.withLock { state -> [Element]? in
        if state.isClosed || condition(state.elements, state.isClosed) { return state.elements }
        state.waiters.append(Waiter(isMet: condition, continuation: continuation))
        return nil
      }
      if let elements { continuation.resume(returning: elements) }
    }
  }

  func waitUntilClosed() async { await wait { _, isClosed in isClosed } }
}
