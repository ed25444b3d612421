/// A number, or text that stands for one: a port's name, a percentage.
package enum IntOrString: Hashable, Sendable, DocumentConvertible, CustomStringConvertible {
  case integer(Int)
  case string(String)

  package init?(value document: Document) {
    if let integer = document.integer {
      self = .integer(integer)
    } else if let string = document.string {
      self = .string(string)
    } else {
      return nil
    }
  }

  package var asDocument: Document {
    switch self {
    case .integer(let integer): Document(integer)
    case .string(let string): Document(string)
    }
  }

  package var description: String {
    switch self {
    case .integer(let integer): String(integer)
    case .string(let string): string
    }
  }

  /// The number, or the share of `total` that a percentage says.
  /// - Parameter roundingUp: `maxSurge` rounds up, `maxUnavailable` down, as documented.
  /// - Returns: `nil` for text that is no percentage.
  package func scaled(total: Int, roundingUp: Bool) -> Int? {
    switch self {
    case .integer(let integer): return integer
    case .string(let text):
      guard text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return nil }
      let product = total * percent
      return roundingUp ? (product + 99) / 100 : product / 100
    }
  }
}
