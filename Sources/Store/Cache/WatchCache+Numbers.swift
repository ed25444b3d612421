package import Foundations
import Synchronization

extension WatchCache {
  /// How much it holds, for whoever looks into it.
  package struct Numbers: Sendable {
    package let objectCount: Int
    package let revision: Revision
    package let watcherCount: Int
    package let eventCount: Int
    package let eventByteCount: Int
    /// A watch may begin behind it; from an earlier one it has to list again.
    package let oldestRevision: Revision
  }

  package var numbers: Numbers {
    let (count, revision) = view.withLock { ($0.objects.count, $0.progress) }
    return fanout.withLock { fanout in
      Numbers(
        objectCount: count, revision: revision, watcherCount: fanout.watchers.count,
        eventCount: fanout.ring.count, eventByteCount: fanout.ring.byteCount,
        oldestRevision: fanout.ring.start)
    }
  }
}
