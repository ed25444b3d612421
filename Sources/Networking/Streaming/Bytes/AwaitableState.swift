import Synchronization

/// A value behind a lock that tasks can wait for to become what they need.
///
/// A waiter is a closure that looks at the value and takes what it wants, or returns `nil` to go on
/// waiting. It is tried after each change, under the lock, so nobody wakes for nothing and no change
/// is missed. Waiters are few (one reader, some writers of one connection): they are tried in turn.
final class AwaitableState<State: Sendable>: Sendable {
  fileprivate struct Waiter {
    let id: UInt64
    /// Returns how to resume the task once it got what it waits for.
    let attempt: @Sendable (inout State) -> Resumption?
    let cancel: Resumption
  }

  fileprivate typealias Resumption = @Sendable () -> Void

  fileprivate struct Inner {
    var state: State
    var waiters: [Waiter] = []
    var nextID: UInt64 = 0
  }

  private let inner: Mutex<Inner>

  init(_ state: State) { self.inner = Mutex(Inner(state: state)) }

  /// Reads, without waking anyone.
  func read<Value: Sendable>(_ body: (State) -> Value) -> Value {
    inner.withLock { body($0.state) }
  }

  /// Changes the value and resumes the waiters that it satisfies.
  func update<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
    let (value, resumptions) = try inner.withLock { inner in
      let value = try body(&inner.state)
      return (value, inner.waiters.isEmpty ? [] : inner.takeSatisfied())
    }
    for resume in resumptions { resume() }
    return value
  }

  /// Waits until `take` returns something, which may be at once.
  /// - Throws: what `take` throws, or `CancellationError`.
  func wait<Value: Sendable>(
    _ take: @escaping @Sendable (inout State) throws -> Value?
  ) async throws -> Value {
    if let value = try update(take) { return value }
    let id = inner.withLock { inner in
      inner.nextID += 1
      return inner.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enqueue(id, take, continuation)
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func enqueue<Value: Sendable>(
    _ id: UInt64, _ take: @escaping @Sendable (inout State) throws -> Value?,
    _ continuation: CheckedContinuation<Value, any Error>
  ) {
    let waiter = Waiter(
      id: id,
      attempt: { state in
        do {
          guard let value = try take(&state) else { return nil }
          return { continuation.resume(returning: value) }
        } catch {
          return { continuation.resume(throwing: error) }
        }
      },
      cancel: { continuation.resume(throwing: CancellationError()) })
    let resumptions = inner.withLock { inner in
      inner.waiters.append(waiter)
      return inner.takeSatisfied()
    }
    for resume in resumptions { resume() }
    // A cancellation before the waiter stood in the list found nothing to cancel.
    if Task.isCancelled { cancel(id) }
  }

  private func cancel(_ id: UInt64) {
    let waiter = inner.withLock { inner in
      inner.waiters.firstIndex { $0.id == id }.map { inner.waiters.remove(at: $0) }
    }
    waiter?.cancel()
  }
}

extension AwaitableState.Inner {
  /// Removes the waiters that get what they wait for. What one takes may satisfy another, so this
  /// goes round until nobody moves.
  fileprivate mutating func takeSatisfied() -> [@Sendable () -> Void] {
    var resumptions: [@Sendable () -> Void] = []
    var moved = true
    while moved {
      moved = false
      var index = 0
      while index < waiters.count {
        if let resume = waiters[index].attempt(&state) {
          waiters.remove(at: index)
          resumptions.append(resume)
          moved = true
        } else {
          index += 1
        }
      }
    }
    return resumptions
  }
}
