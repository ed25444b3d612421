import Synchronization

/// Bounds what all unfinished request bodies of a server hold together. They come before anybody
/// is authenticated, so thousands of connections with a body each would be thousands of free
/// megabytes.
final class BodyBudget: Sendable {
  private let byteCountMax: Int
  private let byteCount = Atomic(0)

  init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

  /// - Returns: `false` where there is no room; nothing is taken then.
  func take(_ count: Int) -> Bool {
    let after = byteCount.wrappingAdd(count, ordering: .relaxed).newValue
    if after <= byteCountMax { return true }
    giveBack(count)
    return false
  }

  /// Takes what there is no room for: it is about to be given back.
  func takeAnyway(_ count: Int) { byteCount.wrappingAdd(count, ordering: .relaxed) }

  func giveBack(_ count: Int) { byteCount.wrappingSubtract(count, ordering: .relaxed) }

  var takenByteCount: Int { byteCount.load(ordering: .relaxed) }
}
