/// Why a patch cannot be applied.
package enum PatchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The patch itself is not well-formed: 400.
  case malformed(String)
  /// The patch asks for more than anybody may: 413.
  case tooLarge(String)
  /// The patch is fine and does not fit this object: 422.
  case inapplicable(String)
  /// A `test` of the patch does not hold for this object: 422.
  case testFailed(String)

  package var description: String {
    switch self {
    case .malformed(let why), .tooLarge(let why), .inapplicable(let why), .testFailed(let why): why
    }
  }
}
