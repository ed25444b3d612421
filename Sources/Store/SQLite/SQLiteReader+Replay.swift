import Foundations

extension SQLiteReader {
  /// Tells the changes under a prefix after a revision, oldest first, whole transactions at a time.
  ///
  /// A change row holds what its write replaced; what it wrote is in the key's next change, or in
  /// the current state. So the rows are gone through twice: for each row's successor, then for the
  /// values. Holds an entry of some 100 bytes for each change, but values of one batch only.
  func replay(
    under prefix: Key, after revision: Revision, tell: ([StoreEvent]) -> Void
  ) throws(StoreError) {
    let changes = try changesWithSuccessors(under: prefix, after: revision)
    let row = try statement(
      "SELECT previous_created, previous_modified, previous FROM change WHERE id = ?")
    var batch: [StoreEvent] = []
    for change in changes {
      let id = ChangeID(rawValue: change.id)
      if batch.count >= Self.batchEventsMin, batch.last?.revision != id.revision {
        tell(batch)
        batch.removeAll(keepingCapacity: true)
      }
      row.bind(change.id, at: 1)
      let before = try row.step() ? previous(of: row, key: change.key, from: 0) : nil
      row.reset()
      var after: StoredValue?
      if !change.isDelete {
        if change.successor > 0 {
          row.bind(changes[change.successor].id, at: 1)
          after = try row.step() ? previous(of: row, key: change.key, from: 0) : nil
          row.reset()
        } else {
          after = try value(of: change.key, at: nil)
        }
      }
      batch.append(
        StoreEvent(key: change.key, revision: id.revision, value: after, previous: before))
    }
    if !batch.isEmpty { tell(batch) }
  }

  private static let batchEventsMin = 256

  private struct Change {
    let id: Int64
    let key: Key
    let isDelete: Bool
    /// Position of the key's next change; 0 where there is none, since the first has no forerunner.
    var successor = 0
  }

  private func changesWithSuccessors(
    under prefix: Key, after revision: Revision
  ) throws(StoreError) -> [Change] {
    let rows = try statement(
      "SELECT id, key, is_delete FROM change WHERE id >= ? AND key > ? AND key < ? ORDER BY id")
    rows.bind(ChangeID.end(of: revision).rawValue, at: 1)
    rows.bind(copying: prefix.bytes, at: 2)
    rows.bind(copying: prefix.endOfPrefix, at: 3)
    var changes: [Change] = []
    var latest: [Key: Int] = [:]
    while try rows.step() {
      let key = Key(bytes: rows.bytes(at: 1))
      if let before = latest.updateValue(changes.count, forKey: key) {
        changes[before].successor = changes.count
      }
      changes.append(Change(id: rows.integer(at: 0), key: key, isDelete: rows.integer(at: 2) == 1))
    }
    return changes
  }
}
