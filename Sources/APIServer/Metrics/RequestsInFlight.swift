import Synchronization

/// How many requests wait for their answer. Watches and streams count until they have begun.
final class RequestsInFlight: Sendable {
  private let reading = Atomic<Int>(0)
  private let mutating = Atomic<Int>(0)

  func add(_ change: Int, isMutating: Bool) {
    if isMutating {
      mutating.add(change, ordering: .relaxed)
    } else {
      reading.add(change, ordering: .relaxed)
    }
  }

  var counts: (reading: Int, mutating: Int) {
    (reading.load(ordering: .relaxed), mutating.load(ordering: .relaxed))
  }
}
