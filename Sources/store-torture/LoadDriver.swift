import Foundations
import Store
import Synchronization

/// Keeps a number of writes under way until all are done; each completion starts the next write, as
/// a server's connections do.
final class LoadDriver: Sendable {
  private struct State {
    var started = 0
    var latencies: [Duration] = []
    var done: CheckedContinuation<Void, Never>?
  }
  private let store: SQLiteStore
  private let count: Int
  private let write: @Sendable (Int) throws -> Write
  private let state = Mutex(State())

  init(store: SQLiteStore, count: Int, write: @escaping @Sendable (Int) throws -> Write) {
    self.store = store
    self.count = count
    self.write = write
  }

  var latencies: [Duration] { state.withLock { $0.latencies } }

  func run(clients: Int) async {
    await withCheckedContinuation { continuation in
      state.withLock { $0.done = continuation }
      for _ in 0..<clients { startNext() }
    }
  }

  private func startNext() {
    let number = state.withLock { state -> Int? in
      guard state.started < count else { return nil }
      defer { state.started += 1 }
      return state.started
    }
    guard let number else { return }
    let start = ContinuousClock.now
    do {
      store.commit(Transaction(try write(number))) { result in
        if case .failure(let error) = result { print("write failed: \(error)") }
        self.finish(ContinuousClock.now - start)
      }
    } catch {
      print("write could not be made: \(error)")
      finish(.zero)
    }
  }

  private func finish(_ latency: Duration) {
    let done = state.withLock { state in
      state.latencies.append(latency)
      return state.latencies.count == count ? state.done : nil
    }
    if let done { done.resume() } else { startNext() }
  }
}
