/// The bounds of the SQLite engine.
package struct SQLiteStoreConfiguration: Sendable {
  /// How many revisions of history stay readable and watchable. Older ones go in slices.
  package var historyRevisionsMax: UInt64 = 100_000

  /// History may take this much, or a quarter of the live bytes where that is more. With the fill
  /// of SQLite's pages this keeps the file within twice the live bytes once those outgrow it.
  package var historyByteCountMin: Int64 = 8 * 1_024 * 1_024

  /// Writes that may wait for the disk; more are refused with `.overloaded`.
  package var pendingWritesMax = 10_000

  /// Bytes of values that may wait for the disk; more are refused with `.overloaded`.
  package var pendingByteCountMax = 64 * 1_024 * 1_024

  /// Pages of 4 KiB in the write-ahead log before they are copied into the database file.
  package var checkpointPageCount = 1_000

  /// The size in pages that the file may not outgrow; `nil` leaves it to the disk. Tests make a
  /// full disk of it.
  package var pageCountMax: Int?

  package init() {}
}
