package import Foundations
import Synchronization

/// What the node is short of right now: for its Node's conditions, and for pods that want to begin.
package final class CurrentPressure: Sendable {
  private let state = Mutex<[NodePressure: String]>([:])
  private let changed: AsyncSignal

  /// - Parameter changed: raised at every change.
  package init(changed: AsyncSignal = AsyncSignal()) { self.changed = changed }

  /// With the thresholds that were passed, in words. Empty is good.
  package var causes: [NodePressure: String] { state.withLock { $0 } }

  package func set(_ causes: [NodePressure: String]) {
    let isNew = state.withLock { state in
      defer { state = causes }
      return state != causes
    }
    if isNew { changed.wake() }
  }
}
