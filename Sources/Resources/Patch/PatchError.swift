/// Why a patch cannot be applied.
package enum PatchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The patch itself is not well-formed: 400.
  case malformed(String)
  /// The patch is fine and does not fit this object: 422.
  case inapplicable(String)

  package var description: String {
    switch self {
    case .malformed(let why), .inapplicable(let why): why
    }
  }
}
