/// What a parser does with the text of a scalar.
enum CanonicalText: Equatable {
  /// It is spelled as the API spells it.
  case asWritten
  /// It is right, but the API spells it this way.
  case rewritten([UInt8])
  case invalid
}
