import Foundations

@testable import Store

/// What a store must hold, computed in the plainest way: the whole state after each revision.
struct StoreModel {
  static let keys = (0..<12).map { Key("/m/\($0 % 3)/\($0)") }

  /// `states[n]` is the state at revision n.
  private(set) var states: [[Key: StoredValue]] = [[:]]

  var newest: Revision { Revision(UInt64(states.count - 1)) }

  /// Writes one to three random keys in one transaction, to the store and to the model.
  mutating func writeRandomly(
    to store: any Store, using generator: inout SeededGenerator
  ) async throws {
    let state = states[states.count - 1]
    let keys = Self.keys.shuffled(using: &generator)
      .prefix(Int.random(in: 1...3, using: &generator))
    var next = state
    var writes: [Write] = []
    for key in keys {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let old = state[key]
      if let old, Bool.random(using: &generator) {
        writes.append(.delete(key, ifAt: old.modRevision))
        next[key] = nil
        continue
      }
      writes.append(old.map { .update(key, bytes, ifAt: $0.modRevision) } ?? .create(key, bytes))
      next[key] = StoredValue(
        key: key, value: bytes, createRevision: old?.createRevision ?? newest.next,
        modRevision: newest.next)
    }
    _ = try await store.commit(Transaction(writes))
    states.append(next)
  }

  /// Takes over what a watch told of one transaction.
  static func apply(_ events: [StoreEvent], to state: inout [Key: StoredValue]) {
    for event in events { state[event.key] = event.value }
  }
}
