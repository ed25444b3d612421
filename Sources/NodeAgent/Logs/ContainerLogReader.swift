import Foundations

/// Reads a container's log the way `kubectl logs` asks for it.
package struct ContainerLogReader: Sendable {
  private let path: String
  private let options: LogOptions
  private let watcher: FileWatcher

  /// - Parameter path: of the file that the runtime writes now; earlier ones beside it are not
  ///   read, as with Kubernetes.
  package init(path: String, options: LogOptions, watcher: FileWatcher) {
    self.path = path
    self.options = options
    self.watcher = watcher
  }

  /// Hands the log to `output` in pieces of 64 KB at most, each when the one before has been taken.
  /// When following, returns some time after `containerEnd` has, with everything read; else at
  /// the file's end.
  /// - Parameters:
  ///   - containerEnd: returns when the container has ended and will write no more; must heed
  ///     cancellation. Called only when following.
  ///   - output: throws when the reader has gone, which ends the reading.
  /// - Throws: `FileError` where the log cannot be read, and what `output` throws. No file is an
  ///   empty log.
  package func read(
    untilAfter containerEnd: @escaping @Sendable () async -> Void = {},
    into output: ([UInt8]) async throws -> Void
  ) async throws {
    guard options.follow else {
      guard let file = try LogFile(path) else { return }
      var passage = try Passage(file, options)
      return try await passage.drain(into: output)
    }
    let watch = try watcher.watch(directory(of: path))
    defer { watch.end() }
    let ended = EndFlag()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await containerEnd()
        ended.raise()
        watch.signal.wake()
      }
      defer { group.cancelAll() }
      try await follow(watch.signal, ended, into: output)
    }
  }

  private func follow(
    _ changes: AsyncSignal, _ ended: EndFlag, into output: ([UInt8]) async throws -> Void
  ) async throws {
    var passage: Passage?
    while !Task.isCancelled {
      let isLast = ended.isRaised  // asked before reading: what comes later is not waited for
      if passage == nil, let file = try LogFile(path) { passage = try Passage(file, options) }
      try await passage?.drain(into: output)
      if passage?.filter.isFull == true { return }
      if let old = passage, old.file.isReplaced, let new = try LogFile(path) {
        // The runtime may have written to the old file while the new one came to be.
        try await passage?.drain(into: output)
        passage?.turn(to: new)
        continue
      }
      if isLast { return }
      await changes.wait()
    }
    try Task.checkCancellation()
  }

  private func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}

/// A place in a log file, and what was made of everything before it.
private struct Passage {
  private(set) var file: LogFile
  private(set) var filter: LogFilter
  private var offset: Int

  init(_ file: LogFile, _ options: LogOptions) throws(FileError) {
    self.file = file
    filter = LogFilter(options)
    if let lines = options.tailLines {
      offset = try file.offset(ofLastLines: lines)
    } else {
      offset = 0
    }
  }

  mutating func drain(into output: ([UInt8]) async throws -> Void) async throws {
    while !filter.isFull {
      try Task.checkCancellation()
      let bytes = try file.read(at: offset)
      guard !bytes.isEmpty else { return }
      offset += bytes.count
      let shown = filter.append(bytes)
      if !shown.isEmpty { try await output(shown) }
    }
  }

  mutating func turn(to new: LogFile) {
    file = new
    offset = 0
  }
}
