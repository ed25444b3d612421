/// Why bytes are no DNS message.
package enum WireError: Error, Equatable, Sendable {
  /// The message ends inside what stands at `offset`.
  case truncated(offset: Int)
  /// A length with the bits 01 or 10 in front, or a pointer where none may stand.
  case badLabel(offset: Int)
  /// A pointer that does not lead towards the front: following it might never end.
  case badPointer(offset: Int)
  /// Longer than 255 bytes.
  case nameTooLong(offset: Int)
  /// A record whose data is longer or shorter than its type says.
  case badRecord(offset: Int)
}
