/// What the garbage collector finds of one owner that an object names.
enum OwnerState: Equatable, Sendable {
  case alive
  /// On its way out, waiting for its dependents.
  case waiting
  case gone
}

/// What becomes of an object, by what became of its owners. Pure.
/// Source: Kubernetes documentation, "Garbage Collection", "Owners and dependents".
enum OwnerVerdict: Equatable, Sendable {
  case keep
  /// It lives on for an owner that is alive, and lets go of the others by UID: an owner that waits
  /// for its dependents would otherwise wait for this one for ever.
  case release(Set<String>)
  case delete(isOwnerWaiting: Bool)

  /// - Parameter states: by the owners' UIDs. An object without owners is kept.
  init(_ states: [String: OwnerState]) {
    let lost = states.filter { $0.value != .alive }
    if lost.isEmpty {
      self = .keep
    } else if lost.count < states.count {
      self = .release(Set(lost.keys))
    } else {
      self = .delete(isOwnerWaiting: lost.values.contains(.waiting))
    }
  }
}
