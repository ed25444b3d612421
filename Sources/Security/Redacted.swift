/// Holds what must never be printed: keys, tokens, passwords. Descriptions, interpolation, `dump`
/// and mirrors show a placeholder; nothing encodes it. Taking the secret out is a visible word.
package struct Redacted<Value: Sendable>: Sendable {
  /// The secret itself: hand it to what needs it, and to nothing that writes text.
  package let exposed: Value

  package init(_ secret: Value) { exposed = secret }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<redacted>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Redacted: Equatable where Value == [UInt8] {
  /// Takes the same time wherever two secrets of one length differ.
  package static func == (left: Self, right: Self) -> Bool {
    guard left.exposed.count == right.exposed.count else { return false }
    var difference: UInt8 = 0
    for (mine, other) in zip(left.exposed, right.exposed) { difference |= mine ^ other }
    return difference == 0
  }
}
