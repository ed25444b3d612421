import Resources
import Synchronization

/// Numbers the sets of labels that the objects of a cache have, so that a selector that has looked at
/// one object knows of all others with the same labels, without going to where their labels lie.
///
/// Bounded: a set is known until another falls into its place. It then gets a new number when it
/// comes again, and is looked at again.
final class LabelSets: Sendable {
  private static let placeCount = 256

  private struct Known {
    let labels: Document
    let number: UInt64
  }

  private struct State {
    var known = [Known?](repeating: nil, count: LabelSets.placeCount)
    var newest: UInt64 = 0
  }

  private let state = Mutex(State())

  /// A number that only equal labels share; 0 stands for none. Cost is O(labels).
  func number(of labels: Document?) -> UInt64 {
    guard let labels, !labels.isEmpty else { return 0 }
    let place = Int(UInt(bitPattern: labels.hashValue) % UInt(Self.placeCount))
    return state.withLock { state in
      if let known = state.known[place], known.labels == labels { return known.number }
      state.newest += 1
      // A copy of its own: the labels would keep the whole object that they came with.
      state.known[place] = Known(labels: labels.compacted(), number: state.newest)
      return state.newest
    }
  }
}
