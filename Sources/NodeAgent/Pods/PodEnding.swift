/// Why a pod's containers are to stop for good. A stronger one replaces a weaker one.
package enum PodEnding: Equatable, Sendable {
  /// Nothing of it is left to run. May become `.deleted` or `.removed`.
  case finished
  /// The node will not go on with it. May become `.deleted` or `.removed`.
  case failed(reason: String, message: String)
  /// It harms the node, and has hardly any time left. May become `.deleted` or `.removed`.
  case evicted(message: String)
  /// Somebody deleted it: once everything has stopped, the API object goes too. May become
  /// `.removed`.
  case deleted
  /// The API object is gone already: nobody is left to tell.
  case removed

  /// - Returns: whether `other` may take this one's place.
  package func yields(to other: PodEnding) -> Bool { other.rank > rank }

  /// How the pod's status tells of an end that the node brought about.
  package var failure: (reason: String, message: String)? {
    switch self {
    case .failed(let reason, let message): (reason, message)
    case .evicted(let message): ("Evicted", message)
    case .finished, .deleted, .removed: nil
    }
  }

  package var isDeletion: Bool { rank >= 2 }

  private var rank: Int {
    switch self {
    case .finished: 0
    case .failed, .evicted: 1
    case .deleted: 2
    case .removed: 3
    }
  }
}
