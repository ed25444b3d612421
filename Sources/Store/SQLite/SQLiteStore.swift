package import Foundations
import GRDB
package import Logging
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The embedded engine: one SQLite file that one process at a time opens.
///
/// Writes from any thread queue up for one writer, which takes all that wait as a group, commits
/// them with one trip to the disk, tells watches, and answers. Nothing runs while nothing is
/// written.
package final class SQLiteStore: Store {
  private let lock: DataDirectoryLock
  private let file: SQLiteFile
  /// Dropped when the store closes, since open statements keep a connection open.
  private let writer: Mutex<SQLiteWriter?>
  private let queue: SQLiteWorkQueue
  private let hub: WatchHub
  /// `SQLitePosition.oldestKept` for readers on other threads.
  private let floor: Atomic<UInt64>
  private let logger: Logger

  /// Opens the store in a directory, making both where they are missing. Blocks on the disk; after
  /// a crash the file is checked first.
  /// - Throws: `.locked` where another server has the directory, `.corrupt`, `.unavailable`,
  ///   `.diskFull`.
  package init(
    directory: String, configuration: SQLiteStoreConfiguration = SQLiteStoreConfiguration(),
    logger: Logger = Logger(label: "store")
  ) throws(StoreError) {
    try makeDirectory(directory)
    lock = try DataDirectoryLock(directory: directory)
    let file = try SQLiteFile(path: directory + "/store.sqlite", configuration: configuration)
    let opened: Result<SQLiteWriter, StoreError> = file.writer.writeWithoutTransaction {
      database in
      do throws(StoreError) {
        return .success(
          try SQLiteWriter(database, path: file.path, configuration: configuration))
      } catch {
        return .failure(error)
      }
    }
    let writer = try opened.get()
    self.file = file
    self.writer = Mutex(writer)
    queue = SQLiteWorkQueue(configuration: configuration)
    hub = WatchHub(at: writer.position.newest)
    floor = Atomic(writer.position.oldestKept.rawValue)
    self.logger = logger
  }

  package func commit(
    _ transaction: Transaction,
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    do throws(StoreError) {
      let commit = SQLiteWorkQueue.Commit(transaction: transaction, completion: completion)
      if try queue.add(commit) { wakeWriter() }
    } catch {
      completion(.failure(error))
    }
  }

  /// Answers at once: every acknowledged write is already in every watch.
  package func newestRevision(
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    completion(.success(hub.progress))
  }

  package func watch(
    under prefix: Key, after revision: Revision,
    handler: @escaping @Sendable (StoreWatchMessage) -> Void
  ) -> any StoreWatch {
    let watch = hub.makeWatch(under: prefix, after: revision, handler: handler)
    if hub.progress.rawValue > revision.rawValue + Self.gapMax {
      replayOnReader(watch, after: revision)
    } else {
      enqueue(.beginWatch(watch)) { watch.end($0) }
    }
    return watch
  }

  package func compact(through revision: Revision) async throws(StoreError) {
    let result = await withCheckedContinuation { continuation in
      enqueue(.compact(through: revision) { continuation.resume(returning: $0) }) {
        continuation.resume(returning: .failure($0))
      }
    }
    try result.get()
  }

  package func close() async {
    let isFirst = await withCheckedContinuation { continuation in
      enqueue(.close { continuation.resume(returning: true) }) { _ in
        continuation.resume(returning: false)
      }
    }
    guard isFirst else { return }
    defer { lock.release() }
    do {
      try file.reader.close()
      try file.writer.close()
    } catch {
      logger.error("closing the database failed", metadata: ["error": "\(error)"])
    }
  }
}

// MARK: Reading

extension SQLiteStore {
  package func value(
    of key: Key, at revision: Revision?
  ) async throws(StoreError) -> StoredValue? {
    try await read { reader throws(StoreError) in try reader.value(of: key, at: revision) }
  }

  package func page(
    under prefix: Key, after: Key?, limit: Int, at revision: Revision?
  ) async throws(StoreError) -> StoredPage {
    precondition(limit > 0, "a page holds at least one value")
    return try await read { reader throws(StoreError) in
      try reader.page(under: prefix, after: after, limit: limit, at: revision)
    }
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (SQLiteReader) throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    let result = await withCheckedContinuation { continuation in
      file.reader.asyncRead { access in
        continuation.resume(returning: self.read(access, body))
      }
    }
    return try result.get()
  }

  private func read<Value>(
    _ access: Result<Database, any Error>, _ body: (SQLiteReader) throws(StoreError) -> Value
  ) -> Result<Value, StoreError> {
    do {
      let floor = Revision(floor.load(ordering: .acquiring))
      return .success(try body(try SQLiteReader(access.get(), path: file.path, floor: floor)))
    } catch let error as StoreError {
      return .failure(error)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_MISUSE {
      return .failure(.closed)  // what GRDB says of a closed connection
    } catch {
      return .failure(StoreError(opening: error, path: file.path))
    }
  }
}

// MARK: The writer

extension SQLiteStore {
  /// A watch that starts further back than this is told its history on the reader's connection
  /// first; the writer tells the rest, where no change can come in between.
  private static let gapMax: UInt64 = 500

  private func enqueue(
    _ work: SQLiteWorkQueue.Work, orElse refused: (StoreError) -> Void
  ) {
    do throws(StoreError) {
      if try queue.add(work) { wakeWriter() }
    } catch {
      refused(error)
    }
  }

  private func wakeWriter() {
    file.writer.asyncWriteWithoutTransaction { database in self.drain(database) }
  }

  /// On the writer's queue. The writer is lent out of its mutex for the time, which no other thread
  /// ever asks for.
  private func drain(_ database: Database) {
    while let work = queue.next() {
      guard let writer = writer.withLock({ $0 }) else { return }
      switch work {
      case .commit(let commits): carryOut(commits, writer)
      case .compact(let revision, let completion): compact(through: revision, writer, completion)
      case .beginWatch(let watch): begin(watch, database, at: writer.position.newest)
      case .close(let completion):
        hub.end(.closed)
        self.writer.withLock { $0 = nil }
        completion()
      }
    }
  }

  private func carryOut(_ commits: [SQLiteWorkQueue.Commit], _ writer: SQLiteWriter) {
    do throws(StoreError) {
      let outcomes = try writer.commit(commits.map(\.transaction))
      report(nil, from: writer)
      floor.store(writer.position.oldestKept.rawValue, ordering: .releasing)
      publish(outcomes, through: writer.position.newest)
      for (commit, outcome) in zip(commits, outcomes) {
        switch outcome {
        case .done(_, let revision): commit.completion(.success(revision))
        case .refused(let error): commit.completion(.failure(error))
        }
      }
    } catch {
      report(error, from: writer)
      for commit in commits { commit.completion(.failure(error)) }
    }
  }

  /// Logs when writes begin to fail and when they work again, not every one of them.
  private func report(_ error: StoreError?, from writer: SQLiteWriter) {
    guard error != writer.reportedError else { return }
    writer.reportedError = error
    if let error {
      logger.error("writes fail", metadata: ["error": "\(error)"])
    } else {
      logger.notice("writes work again")
    }
  }

  private func publish(_ outcomes: [SQLiteWriter.Outcome], through revision: Revision) {
    var events: [StoreEvent] = []
    for outcome in outcomes {
      if case .done(let more, _) = outcome {
        if events.isEmpty { events = more } else { events.append(contentsOf: more) }
      }
    }
    if !events.isEmpty { hub.publish(events, through: revision) }
  }

  /// Forgets one slice and queues up again for the next, so that writes come in between.
  private func compact(
    through revision: Revision, _ writer: SQLiteWriter,
    _ completion: @escaping @Sendable (Result<Void, StoreError>) -> Void
  ) {
    do throws(StoreError) {
      let isMoreLeft = try writer.compact(through: revision)
      floor.store(writer.position.oldestKept.rawValue, ordering: .releasing)
      if isMoreLeft {
        enqueue(.compact(through: revision, completion)) { completion(.failure($0)) }
      } else {
        completion(.success(()))
      }
    } catch {
      completion(.failure(error))
    }
  }

  private func begin(_ watch: HubWatch, _ database: Database, at newest: Revision) {
    // What a cache asks for that was just filled: nothing lies in between.
    if watch.progress >= newest { return hub.begin(watch) }
    switch replay(watch, after: watch.progress, .success(database)) {
    case .success: hub.begin(watch)
    case .failure(let error): watch.end(error)
    }
  }

  private func replayOnReader(_ watch: HubWatch, after revision: Revision) {
    file.reader.asyncRead { access in
      switch self.replay(watch, after: revision, access) {
      case .success: self.enqueue(.beginWatch(watch)) { watch.end($0) }
      case .failure(let error): watch.end(error)
      }
    }
  }

  /// Tells a watch its history up to what the connection sees.
  private func replay(
    _ watch: HubWatch, after revision: Revision, _ access: Result<Database, any Error>
  ) -> Result<Void, StoreError> {
    read(access) { reader throws(StoreError) in
      guard revision >= reader.oldestKept else {
        throw .compacted(oldestKept: reader.oldestKept)
      }
      guard revision < reader.newest else { return }
      try reader.replay(under: watch.prefix, after: revision) { events in
        // A batch ends with a transaction, and the last one has an event.
        watch.replay(events, through: events[events.count - 1].revision)
      }
      watch.replay([], through: reader.newest)
    }
  }
}

private func makeDirectory(_ path: String) throws(StoreError) {
  guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
  throw StoreError(opening: path, systemError: errno)
}
