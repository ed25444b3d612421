import Synchronization

/// The kinds whose objects can be listed and deleted, as they come and go: what a controller follows
/// that has to know every object, whatever its kind.
package final class ServedKinds: Sendable {
  private struct State {
    var kinds: [ResourceType]
    var readers: [Int: AsyncStream<[ResourceType]>.Continuation] = [:]
    var nextReader = 0
  }

  private let state: Mutex<State>

  package init(_ kinds: [ResourceType] = []) { state = Mutex(State(kinds: kinds)) }

  /// In the order in which they came, those of the server itself first.
  package var current: [ResourceType] { state.withLock { $0.kinds } }

  /// The kinds now, and again after each change. A slow reader gets only the newest.
  package func changes() -> AsyncStream<[ResourceType]> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: [ResourceType].self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.nextReader += 1
      state.readers[state.nextReader] = continuation
      continuation.yield(state.kinds)
      return state.nextReader
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.readers.removeValue(forKey: id) }
    }
    return stream
  }

  package func replace(_ old: [ResourceType], with new: [ResourceType]) {
    state.withLock { state in
      guard old != new else { return }
      state.kinds.removeAll(where: old.contains)
      state.kinds += new
      for reader in state.readers.values { reader.yield(state.kinds) }
    }
  }
}
