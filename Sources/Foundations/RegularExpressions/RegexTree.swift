/// A parsed regular expression.
indirect enum RegexTree: Sendable {
  case empty
  case scalars(ScalarClass)
  case assertion(RegexAssertion)
  case sequence([RegexTree])
  /// The first that matches is preferred.
  case alternatives([RegexTree])
  /// `max` is `nil` where there is no bound.
  case repetition(RegexTree, min: Int, max: Int?, isGreedy: Bool)
}

enum RegexAssertion: Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// A set of Unicode scalars.
struct ScalarClass: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  /// General categories by their one or two letters, each maybe negated.
  var categories: [(name: String, isNegated: Bool)] = []
  var isNegated = false
  var ignoresCase = false

  static func one(_ scalar: UInt32, ignoresCase: Bool) -> ScalarClass {
    ScalarClass(ranges: [scalar...scalar], ignoresCase: ignoresCase)
  }

  func contains(_ scalar: UInt32) -> Bool {
    var isFound = holds(scalar)
    if !isFound, ignoresCase, let other = Self.otherCase(of: scalar) { isFound = holds(other) }
    return isFound != isNegated
  }

  private func holds(_ scalar: UInt32) -> Bool {
    for range in ranges where range.contains(scalar) { return true }
    if categories.isEmpty { return false }
    let category = Self.category(of: scalar)
    return categories.contains { category.hasPrefix($0.name) != $0.isNegated }
  }

  /// Simple folding: mappings to more than one scalar do not count.
  private static func otherCase(of scalar: UInt32) -> UInt32? {
    if scalar < 0x80 {
      switch scalar {
      case 0x41...0x5A: return scalar + 0x20
      case 0x61...0x7A: return scalar - 0x20
      default: return nil
      }
    }
    guard let known = Unicode.Scalar(scalar) else { return nil }
    let lower = known.properties.lowercaseMapping.unicodeScalars
    if lower.count == 1, let first = lower.first, first != known { return first.value }
    let upper = known.properties.uppercaseMapping.unicodeScalars
    if upper.count == 1, let first = upper.first, first != known { return first.value }
    return nil
  }

  private static func category(of scalar: UInt32) -> String {
    guard let known = Unicode.Scalar(scalar) else { return "Cs" }
    return switch known.properties.generalCategory {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }

  static let categoryNames: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
    "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C",
    "Cc", "Cf", "Cs", "Co",
  ]
}
