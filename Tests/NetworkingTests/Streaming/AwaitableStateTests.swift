import Testing

@testable import Networking

@Suite struct AwaitableStateTests {
  @Test("a waiter gets what it waits for when it comes to be, and only then")
  func waits() async throws {
    let state = AwaitableState(0)
    async let waited = state.wait { $0 >= 3 ? $0 : nil }
    for _ in 0..<3 {
      state.update { $0 += 1 }
      await Task.yield()
    }
    let value = try await waited
    #expect(value == 3)
  }

  @Test("what one waiter takes may be what another waits for")
  func chains() async throws {
    let state = AwaitableState([1, 2])
    async let empty: Void = state.wait { $0.isEmpty ? () : nil }
    async let first = state.wait { $0.count == 2 ? $0.removeLast() : nil }
    async let second = state.wait { $0.count == 1 ? $0.removeLast() : nil }
    let taken = try await (first, second)
    #expect(taken == (2, 1))
    try await empty
  }

  @Test("a cancelled waiter throws and takes nothing", arguments: [true, false])
  func cancellation(isEarly: Bool) async throws {
    let state = AwaitableState<Int?>(nil)
    let task = Task { try await state.wait { $0.take() } }
    if !isEarly { for _ in 0..<100 { await Task.yield() } }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    state.update { $0 = 7 }
    #expect(state.read { $0 } == 7)
  }

  @Test("an error of the closure ends the wait")
  func throwing() async throws {
    let state = AwaitableState(false)
    let waiter = Task {
      try await state.wait { broken throws -> Void? in
        if broken { throw ByteDuplexError.reset }
        return nil
      }
    }
    state.update { $0 = true }
    await #expect(throws: ByteDuplexError.reset) { try await waiter.value }
  }
}
