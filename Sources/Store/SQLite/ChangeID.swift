import Foundations

/// The row id of a change: its revision, and its place among the writes of one transaction.
struct ChangeID {
  /// `Transaction.writesMax` fits well below 16 bits; 47 bits stay for revisions, which at a
  /// million writes a second last four years, and at a thousand four thousand.
  private static let placeBits = 16

  let rawValue: Int64

  init(_ revision: Revision, place: Int = 0) {
    rawValue = Int64(revision.rawValue) << Self.placeBits | Int64(place)
  }

  init(rawValue: Int64) { self.rawValue = rawValue }

  var revision: Revision { Revision(UInt64(rawValue >> Self.placeBits)) }

  /// The smallest id after all changes of a revision.
  static func end(of revision: Revision) -> ChangeID { ChangeID(revision.next) }
}
