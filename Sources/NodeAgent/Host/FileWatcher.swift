import CLinux
package import Foundations
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Tells when files change, through the kernel's own notice (inotify): nothing is looked at in
/// vain. One watcher serves the whole node agent; it costs one thread that sleeps.
package final class FileWatcher: Sendable {
  private let descriptor: Int32
  private let stop: Int32
  private let watches = Mutex([Int32: [Watch]]())

  /// Somebody's interest in a directory.
  package final class Watch: Sendable {
    /// Raised after every change; several changes may come as one.
    package let signal = AsyncSignal()
    fileprivate let key: Int32
    private let watcher: FileWatcher

    fileprivate init(key: Int32, watcher: FileWatcher) {
      self.key = key
      self.watcher = watcher
    }

    /// Ends the interest. A watch that is not ended stays as long as its watcher.
    package func end() { watcher.end(self) }
  }

  /// - Throws: `FileError` where the user has no inotify instance left.
  package init() throws(FileError) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { throw FileError("watch files", "inotify", errno) }
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError("watch files", "pipe", code)
    }
    stop = ends[1]
    // The thread holds the watcher weakly: it ends with the last user of the watcher.
    let (descriptor, stopped) = (descriptor, ends[0])
    DetachedThread.start { [weak self] in
      while let keys = Self.changedKeys(descriptor, stopped), let self {
        self.notify(keys)
      }
      close(descriptor)
      close(stopped)
    }
  }

  deinit { close(stop) }  // which the thread wakes up from

  /// Watches the names in a directory and what is written to the files: not what is in directories
  /// below it.
  /// - Throws: `FileError` where there is no such directory.
  package func watch(_ directory: String) throws(FileError) -> Watch {
    let events =
      IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE
    // Under the lock, as the kernel gives one key for one directory: two watchers of it must not
    // cross with the last one's end.
    let result = watches.withLock { watches -> Result<Watch, FileError> in
      let key = inotify_add_watch(descriptor, directory, UInt32(events))
      guard key >= 0 else { return .failure(FileError("watch", directory, errno)) }
      let watch = Watch(key: key, watcher: self)
      watches[key, default: []].append(watch)
      return .success(watch)
    }
    return try result.get()
  }

  private func end(_ watch: Watch) {
    watches.withLock { watches in
      watches[watch.key]?.removeAll { $0 === watch }
      guard watches[watch.key]?.isEmpty == true else { return }
      watches[watch.key] = nil
      inotify_rm_watch(descriptor, watch.key)
    }
  }

  private func notify(_ keys: Set<Int32>) {
    let watches = watches.withLock { watches in
      // Too many changes for the kernel to keep: everybody looks.
      keys.contains(-1) ? watches.values.flatMap(\.self) : keys.flatMap { watches[$0] ?? [] }
    }
    for watch in watches { watch.signal.wake() }
  }

  /// Waits for changes. `nil` when the watcher has gone.
  private static func changedKeys(_ descriptor: Int32, _ stopped: Int32) -> Set<Int32>? {
    var waits = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stopped, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&waits, nfds_t(waits.count), -1) < 0, errno == EINTR {}
    guard waits[1].revents == 0 else { return nil }
    var keys: Set<Int32> = []
    withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 8) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      var offset = 0
      // Each event: a fixed head, then a name of the length that the head says.
      while offset + MemoryLayout<inotify_event>.size <= count {
        let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        keys.insert(event.wd)
        offset += MemoryLayout<inotify_event>.size + Int(event.len)
      }
    }
    return keys
  }
}
