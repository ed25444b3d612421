/// When a container's log is cut, and how much of it is kept.
package struct LogRotation: Equatable, Sendable {
  /// Source: KubeletConfiguration, containerLogMaxSize and containerLogMaxFiles.
  package static let usual = LogRotation(maxBytes: 10 << 20, maxFiles: 5)

  package var maxBytes: Int
  /// With the one that is written: at least 2.
  package var maxFiles: Int

  package init(maxBytes: Int, maxFiles: Int) {
    precondition(maxFiles >= 2, "the written log and one before it are the least to keep")
    self.maxBytes = maxBytes
    self.maxFiles = maxFiles
  }

  /// A step of a rotation. Names are those of files beside the log.
  enum Step: Equatable {
    case remove(name: String)
    /// The written log goes away under this name, and the runtime is told to open a new one.
    case moveAside(to: String)
  }

  /// What one container's log needs. Pure.
  /// - Parameters:
  ///   - name: the written log's: `0.log`.
  ///   - neighbours: what else is in its directory.
  ///   - stamp: the time, such that later ones sort after: `20260131-235959`.
  func steps(name: String, byteCount: Int, neighbours: [String], stamp: String) -> [Step] {
    let rotated = neighbours.filter { $0.hasPrefix("\(name).") }.sorted()
    let isDue = byteCount > maxBytes
    // The written log is one of the files, and a rotation adds another.
    let kept = maxFiles - (isDue ? 2 : 1)
    let excess = rotated.dropLast(kept).map { Step.remove(name: $0) }
    return isDue ? excess + [.moveAside(to: "\(name).\(stamp)")] : excess
  }
}
