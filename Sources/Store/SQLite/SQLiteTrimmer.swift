import Foundations
import GRDB

/// Cuts old changes off the history and gives free pages back, a slice at a time, inside the
/// transactions that write anyway: compaction never makes a trip to the disk of its own and never
/// holds a write up for long.
final class SQLiteTrimmer {
  /// One slice forgets at most this many changes, or as many as hold this many bytes.
  static let sliceChangesMax = 1_000
  static let sliceByteCountMax: Int64 = 2 * 1_024 * 1_024
  /// Free pages that are kept for the next writes; more than that and an eighth of the file is
  /// given back, so many pages at a time.
  static let freePagesKept: Int64 = 512
  static let freePagesSlice = 128
  /// How many groups may pass between looks at the free pages.
  static let groupsBetweenLooks = 32

  private let configuration: SQLiteStoreConfiguration
  private let scan, trim, freePageCount, pageCount, giveBack: SQLiteStatement
  private var groupsUntilLook = 0

  init(
    _ database: Database, path: String, configuration: SQLiteStoreConfiguration
  ) throws(StoreError) {
    func statement(_ sql: String) throws(StoreError) -> SQLiteStatement {
      try SQLiteStatement(database, path: path, sql)
    }
    self.configuration = configuration
    scan = try statement(
      "SELECT id, history_bytes FROM change ORDER BY id LIMIT \(Self.sliceChangesMax)")
    trim = try statement("DELETE FROM change WHERE id < ?")
    freePageCount = try statement("PRAGMA freelist_count")
    pageCount = try statement("PRAGMA page_count")
    giveBack = try statement("PRAGMA incremental_vacuum(\(Self.freePagesSlice))")
  }

  /// Runs inside a transaction.
  func trimIfDue(_ position: inout SQLitePosition) throws(StoreError) {
    if isHistoryTooLong(position) {
      try trimSlice(&position, through: position.newest)
    }
    try giveBackFreePages()
  }

  func canTrim(_ position: SQLitePosition, through revision: Revision) -> Bool {
    position.trimmedThrough < lastTrimmable(position, revision)
  }

  /// Forgets the oldest changes, up to a revision or to the end of the slice.
  func trimSlice(_ position: inout SQLitePosition, through revision: Revision) throws(StoreError) {
    let limit = lastTrimmable(position, revision)
    var cut = position.trimmedThrough
    var forgotten = position.forgottenByteCount
    while try scan.step() {
      let change = ChangeID(rawValue: scan.integer(at: 0)).revision
      if change > limit { break }
      // The cut falls between revisions; the bytes of one that ends behind the slice are counted
      // with the next slice.
      cut = change
      forgotten = scan.integer(at: 1)
      if forgotten - position.forgottenByteCount > Self.sliceByteCountMax { break }
    }
    scan.reset()
    guard cut > position.trimmedThrough else { return }
    trim.bind(ChangeID.end(of: cut).rawValue, at: 1)
    try trim.run()
    position.trimmedThrough = cut
    position.oldestKept = max(position.oldestKept, cut)
    position.forgottenByteCount = forgotten
    groupsUntilLook = 0
  }

  /// The newest change stays: the sequence of revisions continues from it.
  private func lastTrimmable(_ position: SQLitePosition, _ revision: Revision) -> Revision {
    guard position.newest > .zero else { return .zero }
    return min(revision, Revision(position.newest.rawValue - 1))
  }

  /// Trimming begins a slice late, so that it cuts a whole slice at once.
  private func isHistoryTooLong(_ position: SQLitePosition) -> Bool {
    let bytesMax = max(configuration.historyByteCountMin, position.liveByteCount / 4)
    return position.historyByteCount > bytesMax + bytesMax / 16
      || position.historyRevisionCount
        > configuration.historyRevisionsMax + UInt64(Self.sliceChangesMax)
  }

  private func giveBackFreePages() throws(StoreError) {
    groupsUntilLook -= 1
    guard groupsUntilLook < 0 else { return }
    let free = try count(freePageCount)
    if free > Self.freePagesKept, free > (try count(pageCount)) / 8 {
      try giveBack.run()
      groupsUntilLook = 0
    } else {
      groupsUntilLook = Self.groupsBetweenLooks
    }
  }

  private func count(_ statement: SQLiteStatement) throws(StoreError) -> Int64 {
    defer { statement.reset() }
    return try statement.step() ? statement.integer(at: 0) : 0
  }
}
