/// Character classes and escapes.
extension RegexParser {
  private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  private static let spaces: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]
  private static let words: [ClosedRange<UInt32>] = [
    0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A,
  ]
  private static let named: [String: [ClosedRange<UInt32>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "ascii": [0x00...0x7F], "blank": [0x09...0x09, 0x20...0x20],
    "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": digits, "graph": [0x21...0x7E],
    "lower": [0x61...0x7A], "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "space": [0x09...0x0D, 0x20...0x20], "upper": [0x41...0x5A], "word": words,
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]

  /// `[a-z]`, `[^[:alpha:]\d]`.
  mutating func bracketClass() throws(RegularExpressionError) -> ScalarClass {
    let start = position
    position += 1
    var found = ScalarClass(isNegated: take("^"), ignoresCase: ignoresCase)
    var isFirst = true
    while isFirst || peek != code("]") {
      guard peek != nil else { throw problem("missing closing ]", from: start) }
      isFirst = false
      if let ranges = try namedClass() {
        found.ranges += ranges
        continue
      }
      if let part = try classEscape() {
        found.ranges += part.isNegated ? Self.complement(of: part.ranges) : part.ranges
        found.categories += part.categories
        continue
      }
      let rangeStart = position
      let low = try classScalar()
      var high = low
      let dash = position
      if take("-") {
        if peek == code("]") || peek == nil {
          position = dash
        } else {
          high = try classScalar()
        }
      }
      guard low <= high else {
        throw problem("invalid character class range", rangeStart..<position)
      }
      found.ranges.append(low...high)
    }
    position += 1
    return found
  }

  private mutating func classScalar() throws(RegularExpressionError) -> UInt32 {
    guard let next = peek else { throw problem("missing closing ]", from: position) }
    if next == code("\\") { return try scalarEscape() }
    position += 1
    return next
  }

  private mutating func namedClass() throws(RegularExpressionError) -> [ClosedRange<UInt32>]? {
    let start = position
    guard take("["), take(":") else {
      position = start
      return nil
    }
    let isNegated = take("^")
    let nameStart = position
    while let next = peek, (0x61...0x7A).contains(next) { position += 1 }
    let name = spelling(nameStart..<position)
    guard take(":"), take("]") else {
      position = start
      return nil
    }
    guard let ranges = Self.named[name] else {
      throw problem("invalid character class range", start..<position)
    }
    return isNegated ? Self.complement(of: ranges) : ranges
  }

  private static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var found: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if next < range.lowerBound { found.append(next...range.lowerBound - 1) }
      next = Swift.max(next, range.upperBound + 1)
    }
    return next <= 0x10FFFF ? found + [next...0x10FFFF] : found
  }

  /// `\d`, `\S`, `\pL`, `\P{Lu}`; `nil` and nothing read for every other escape.
  mutating func classEscape() throws(RegularExpressionError) -> ScalarClass? {
    let start = position
    guard take("\\"), let next = peek else {
      position = start
      return nil
    }
    position += 1
    switch next {
    case code("d"): return ScalarClass(ranges: Self.digits)
    case code("D"): return ScalarClass(ranges: Self.digits, isNegated: true)
    case code("s"): return ScalarClass(ranges: Self.spaces)
    case code("S"): return ScalarClass(ranges: Self.spaces, isNegated: true)
    case code("w"): return ScalarClass(ranges: Self.words)
    case code("W"): return ScalarClass(ranges: Self.words, isNegated: true)
    case code("p"), code("P"):
      var isNegated = next == code("P")
      var name = ""
      if take("{") {
        if take("^") { isNegated.toggle() }
        let nameStart = position
        while let inside = peek, inside != code("}") { position += 1 }
        name = spelling(nameStart..<position)
        guard take("}") else { throw problem("invalid character class range", from: start) }
      } else if peek != nil {
        name = spelling(position..<position + 1)
        position += 1
      }
      guard ScalarClass.categoryNames.contains(name) else {
        throw problem("invalid character class range", start..<position)
      }
      return ScalarClass(categories: [(name, isNegated)])
    default:
      position = start
      return nil
    }
  }

  /// `\n`, `\x41`, `\x{1F600}`, `\.`.
  mutating func scalarEscape() throws(RegularExpressionError) -> UInt32 {
    let start = position
    position += 1
    guard let next = peek else { throw problem("trailing backslash at end of expression", 0..<0) }
    position += 1
    switch next {
    case code("a"): return 0x07
    case code("f"): return 0x0C
    case code("n"): return 0x0A
    case code("r"): return 0x0D
    case code("t"): return 0x09
    case code("v"): return 0x0B
    case code("0"): return 0
    case code("x"):
      if let value = hexadecimal() { return value }
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
    case 0x00...0x7F: return next
    default: break
    }
    throw problem("invalid escape sequence", start..<position)
  }

  private mutating func hexadecimal() -> UInt32? {
    let isBraced = take("{")
    var value: UInt32 = 0
    var count = 0
    while count < (isBraced ? 8 : 2), let next = peek,
      let digit = Unicode.Scalar(next).flatMap({ Character($0).hexDigitValue })
    {
      value = value &* 16 &+ UInt32(digit)
      count += 1
      position += 1
    }
    guard count > 0, isBraced ? take("}") : count == 2, value <= 0x10FFFF else { return nil }
    return value
  }
}
