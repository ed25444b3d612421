/// A position in the store's history: grows by one per committed write and is never reused.
package struct Revision: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: UInt64

  package init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Before the first write.
  package static let zero = Revision(0)

  package var next: Revision { Revision(rawValue + 1) }

  package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

  package var description: String { String(rawValue) }
}
