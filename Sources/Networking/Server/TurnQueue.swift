import DequeModule

/// Streams of one connection that wait to send, each once, in the order of their turns.
/// Removing one costs O(streams): a few hundred at most, and rarely any.
struct TurnQueue {
  private var numbers = Deque<Int>()

  var isEmpty: Bool { numbers.isEmpty }
  var count: Int { numbers.count }
  func contains(_ number: Int) -> Bool { numbers.contains(number) }
  mutating func popFirst() -> Int? { numbers.popFirst() }

  /// - Returns: whether it was not there yet.
  @discardableResult
  mutating func append(_ number: Int) -> Bool {
    guard !numbers.contains(number) else { return false }
    numbers.append(number)
    return true
  }

  mutating func remove(_ number: Int) {
    if let index = numbers.firstIndex(of: number) { numbers.remove(at: index) }
  }
}
