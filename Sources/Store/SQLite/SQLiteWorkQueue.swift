import DequeModule
import Foundations
import Synchronization

/// What waits for the writer, in order, and bounded.
final class SQLiteWorkQueue: Sendable {
  enum Work: Sendable {
    /// Transactions that go to the disk together.
    case commit([Commit])
    case compact(through: Revision, @Sendable (Result<Void, StoreError>) -> Void)
    /// Tell a watch the last of its history and then every change.
    case beginWatch(HubWatch)
    case close(@Sendable () -> Void)
  }

  struct Commit: Sendable {
    let transaction: Transaction
    let completion: @Sendable (Result<Revision, StoreError>) -> Void
    var byteCount: Int { transaction.writes.reduce(0) { $0 + $1.value.count } }
  }

  /// Bounds of a group: beyond them a larger one saves nothing more and only delays its first.
  static let groupCommitsMax = 1_000
  static let groupByteCountMax = 8 * 1_024 * 1_024

  private enum Entry {
    case commit(Commit, byteCount: Int)
    case other(Work)
  }

  private struct State {
    var entries = Deque<Entry>()
    var commitCount = 0
    var byteCount = 0
    var isWriterAwake = false
    var isClosed = false

    /// - Returns: whether the writer slept until now.
    mutating func awaken() -> Bool {
      defer { isWriterAwake = true }
      return !isWriterAwake
    }
  }

  private let state = Mutex(State())
  private let commitsMax: Int
  private let byteCountMax: Int

  init(configuration: SQLiteStoreConfiguration) {
    commitsMax = configuration.pendingWritesMax
    byteCountMax = configuration.pendingByteCountMax
  }

  /// - Returns: whether the writer sleeps and the caller must wake it.
  func add(_ commit: Commit) throws(StoreError) -> Bool {
    let byteCount = commit.byteCount
    let result: Result<Bool, StoreError> = state.withLock { state in
      if state.isClosed { return .failure(.closed) }
      // One transaction always fits an empty queue, however large.
      let isFull =
        state.commitCount >= commitsMax
        || (state.commitCount > 0 && state.byteCount + byteCount > byteCountMax)
      if isFull { return .failure(.overloaded(pendingWrites: state.commitCount)) }
      state.entries.append(.commit(commit, byteCount: byteCount))
      state.commitCount += 1
      state.byteCount += byteCount
      return .success(state.awaken())
    }
    return try result.get()
  }

  /// Adds anything but commits. These are few: one per watch or caller.
  func add(_ work: Work) throws(StoreError) -> Bool {
    let mustWake: Bool? = state.withLock { state -> Bool? in
      if state.isClosed { return nil }
      if case .close = work { state.isClosed = true }
      state.entries.append(.other(work))
      return state.awaken()
    }
    guard let mustWake else { throw .closed }
    return mustWake
  }

  /// The next thing to do; `nil`, and the writer counts as asleep, where there is none.
  func next() -> Work? {
    state.withLock { state in
      var group: [Commit] = []
      var groupByteCount = 0
      while group.count < Self.groupCommitsMax, groupByteCount < Self.groupByteCountMax,
        case .commit(let commit, let byteCount)? = state.entries.first
      {
        state.entries.removeFirst()
        group.append(commit)
        groupByteCount += byteCount
      }
      if !group.isEmpty {
        state.commitCount -= group.count
        state.byteCount -= groupByteCount
        return .commit(group)
      }
      guard case .other(let work)? = state.entries.popFirst() else {
        state.isWriterAwake = false
        return nil
      }
      return work
    }
  }
}
