import Synchronization

extension BodyWriter {
  /// Returns once the client has room for more, or is gone.
  package func waitUntilWritable() async {
    if isWritable || !isOpen { return }
    await withCheckedContinuation { continuation in
      let resumed = ResumeOnce(continuation)
      onWritable { resumed.resume() }
      onClose { _ in resumed.resume() }
      if isWritable || !isOpen { resumed.resume() }
    }
  }
}

/// A continuation that several callbacks may try to resume; the first one does.
private final class ResumeOnce: Sendable {
  private let continuation: Mutex<CheckedContinuation<Void, Never>?>

  init(_ continuation: CheckedContinuation<Void, Never>) {
    self.continuation = Mutex(continuation)
  }

  func resume() {
    let waiting = continuation.withLock { slot in
      defer { slot = nil }
      return slot
    }
    waiting?.resume()
  }
}
