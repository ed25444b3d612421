import Networking
import Resources
import Synchronization

/// Warnings that come up while a write is tried, possibly on another thread.
///
/// Bounded: they travel as header fields. Beyond the bounds they are cut, then dropped.
/// Source: upstream's warning recorder, `truncateAtTotalRunes` and `truncateItemRunes`.
package final class WarningList: Sendable {
  private static let characterCountMax = 4096
  private static let cutCharacterCount = 256

  private struct State {
    var warnings: [String] = []
    var characterCount = 0
  }
  private let state = Mutex(State())

  package init() {}

  package var all: [String] { state.withLock { $0.warnings } }

  /// Forgets what an earlier try brought up.
  func replace(with new: [String]) {
    state.withLock { $0 = State() }
    for warning in new { add(warning) }
  }

  /// Adds what is not said yet.
  package func add(_ warning: String) {
    state.withLock { state in
      var text = warning
      if state.characterCount + text.count > Self.characterCountMax {
        text = String(text.prefix(Self.cutCharacterCount))
      }
      guard !text.isEmpty, state.characterCount + text.count <= Self.characterCountMax,
        !state.warnings.contains(text)
      else { return }
      state.characterCount += text.count
      state.warnings.append(text)
    }
  }
}

extension HeaderFields {
  /// Tells the user something beside the answer. Source: RFC 7234 `Warning` 299, as Kubernetes uses it.
  mutating func warn(_ text: String) {
    var quoted: [UInt8] = []
    Document.appendJSONString(text, to: &quoted)
    add("warning", "299 - \(String(decoding: quoted, as: UTF8.self))")
  }
}
