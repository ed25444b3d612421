/// Reads RE2's syntax.
struct RegexParser {
  private let text: [UInt32]
  var position = 0
  private var flags = Flags()
  private var depth = 0

  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotTakesNewline = false
    var isUngreedy = false
  }

  /// As Go's: more could overflow a stack.
  private static let depthMax = 100
  private static let repetitionMax = 1000

  init(_ pattern: String) { text = pattern.unicodeScalars.map(\.value) }

  mutating func parse() throws(RegularExpressionError) -> RegexTree {
    let tree = try alternatives()
    if position < text.count { throw problem("unexpected )", 0..<text.count) }
    return tree
  }

  private mutating func alternatives() throws(RegularExpressionError) -> RegexTree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthMax else {
      throw problem("expression nests too deeply", 0..<text.count)
    }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .alternatives(parts)
  }

  private mutating func sequence() throws(RegularExpressionError) -> RegexTree {
    var parts: [RegexTree] = []
    while let next = peek, next != code("|"), next != code(")") {
      if takeFlagGroup() { continue }
      let part = try atom()
      parts.append(try repeated(part))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  // MARK: Repetitions

  private mutating func repeated(_ part: RegexTree) throws(RegularExpressionError) -> RegexTree {
    let operatorStart = position
    guard let (min, max) = try bounds() else { return part }
    let isGreedy = take("?") == flags.isUngreedy
    if try bounds() != nil {
      throw problem("invalid nested repetition operator", operatorStart..<position)
    }
    return .repetition(part, min: min, max: max, isGreedy: isGreedy)
  }

  /// `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}`; a brace that is none of these stands for itself.
  private mutating func bounds() throws(RegularExpressionError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = position
    guard take("{"), let min = number() else {
      position = start
      return nil
    }
    var max: Int? = min
    if take(",") { max = number() }
    guard take("}") else {
      position = start
      return nil
    }
    guard min <= Self.repetitionMax, max ?? min <= Self.repetitionMax, min <= max ?? min else {
      throw problem("invalid repeat count", start..<position)
    }
    return (min, max)
  }

  private mutating func number() -> Int? {
    var value = 0
    let start = position
    while let next = peek, (0x30...0x39).contains(next), position - start < 6 {
      value = value * 10 + Int(next - 0x30)
      position += 1
    }
    return position == start ? nil : value
  }

  // MARK: Atoms

  private mutating func atom() throws(RegularExpressionError) -> RegexTree {
    let start = position
    let next = text[position]
    switch next {
    case code("("): return try group()
    case code("["):
      return .scalars(try bracketClass())
    case code("\\"): return try escape()
    case code("*"), code("+"), code("?"):
      throw problem("missing argument to repetition operator", start..<start + 1)
    default: break
    }
    position += 1
    switch next {
    case code("."):
      return .scalars(
        flags.dotTakesNewline
          ? ScalarClass(isNegated: true) : ScalarClass(ranges: [0x0A...0x0A], isNegated: true))
    case code("^"): return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case code("$"): return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    default: return .scalars(.one(next, ignoresCase: flags.ignoresCase))
    }
  }

  private mutating func group() throws(RegularExpressionError) -> RegexTree {
    let start = position
    position += 1
    let outer = flags
    if take("?") {
      if take("P") || peek == code("<") {
        guard take("<") else { throw problem("invalid named capture", start..<text.count) }
        while let next = peek, next != code(">") { position += 1 }
        guard take(">") else { throw problem("invalid named capture", start..<text.count) }
      } else if !takeFlags() || !take(":") {
        throw problem(
          "invalid or unsupported Perl syntax", start..<Swift.min(text.count, start + 3))
      }
    }
    let tree = try alternatives()
    guard take(")") else { throw problem("missing closing )", 0..<text.count) }
    flags = outer
    return tree
  }

  /// `(?i)`: changes what follows in the same group.
  private mutating func takeFlagGroup() -> Bool {
    let start = position
    let before = flags
    if take("("), take("?"), takeFlags(), take(")") { return true }
    position = start
    flags = before
    return false
  }

  private mutating func takeFlags() -> Bool {
    var value = true
    while let next = peek {
      switch next {
      case code("i"): flags.ignoresCase = value
      case code("m"): flags.isMultiline = value
      case code("s"): flags.dotTakesNewline = value
      case code("U"): flags.isUngreedy = value
      case code("-"): value = false
      case code(":"), code(")"): return true
      default: return false
      }
      position += 1
    }
    return false
  }

  private mutating func escape() throws(RegularExpressionError) -> RegexTree {
    if position + 1 < text.count {
      let assertion: RegexAssertion? =
        switch text[position + 1] {
        case code("A"): .textStart
        case code("z"): .textEnd
        case code("b"): .wordBoundary
        case code("B"): .noWordBoundary
        default: nil
        }
      if let assertion {
        position += 2
        return .assertion(assertion)
      }
      if text[position + 1] == code("Q") { return quoted() }
    }
    if var known = try classEscape() {
      known.ignoresCase = flags.ignoresCase
      return .scalars(known)
    }
    return .scalars(.one(try scalarEscape(), ignoresCase: flags.ignoresCase))
  }

  private mutating func quoted() -> RegexTree {
    position += 2
    var parts: [RegexTree] = []
    while let next = peek {
      position += 1
      if next == code("\\"), take("E") { break }
      parts.append(.scalars(.one(next, ignoresCase: flags.ignoresCase)))
    }
    return .sequence(parts)
  }

  // MARK: Reading

  var peek: UInt32? { position < text.count ? text[position] : nil }
  var ignoresCase: Bool { flags.ignoresCase }

  func code(_ scalar: Unicode.Scalar) -> UInt32 { scalar.value }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar.value else { return false }
    position += 1
    return true
  }

  func spelling(_ range: Range<Int>) -> String {
    var part = String.UnicodeScalarView()
    for value in text[range] { if let scalar = Unicode.Scalar(value) { part.append(scalar) } }
    return String(part)
  }

  func problem(_ problem: String, _ range: Range<Int>) -> RegularExpressionError {
    RegularExpressionError(problem: problem, part: spelling(range))
  }

  func problem(_ problem: String, from start: Int) -> RegularExpressionError {
    self.problem(problem, start..<text.count)
  }
}
