/// Cuts an expression into tokens. Source: CEL specification, "Syntax".
struct Lexer {
  struct Token: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
      case identifier(String)
      /// Between backquotes: a field with characters that identifiers do not take.
      case quotedIdentifier(String)
      case int(Int)
      case uint(UInt)
      case double(Double)
      case string(String)
      case bytes([UInt8])
      case symbol(String)
      case end
    }
    let kind: Kind
    let offset: Int
  }

  let scalars: [Unicode.Scalar]
  var position = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  private static let symbols: [String] = [
    "==", "!=", "<=", ">=", "&&", "||", "[?", ".?", "<", ">", "+", "-", "*", "/", "%", "!", "?",
    ":", ".", ",", "(", ")", "[", "]", "{", "}",
  ]

  mutating func tokens() throws(CompileFailure) -> [Token] {
    var found: [Token] = []
    while true {
      skipSpace()
      let start = position
      let kind = try next()
      found.append(Token(kind: kind, offset: start))
      if kind == .end { return found }
    }
  }

  private mutating func skipSpace() {
    while position < scalars.count {
      switch scalars[position] {
      case " ", "\t", "\n", "\r", "\u{0C}": position += 1
      case "/" where peek(1) == "/":
        while position < scalars.count, scalars[position] != "\n" { position += 1 }
      default: return
      }
    }
  }

  func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }

  private mutating func next() throws(CompileFailure) -> Token.Kind {
    guard let first = peek() else { return .end }
    if Self.isLetter(first) {
      if let literal = try prefixedString() { return literal }
      let start = position
      while let letter = peek(), Self.isLetter(letter) || Self.isDigit(letter) { position += 1 }
      return .identifier(text(start..<position))
    }
    if Self.isDigit(first) || first == "." && peek(1).map(Self.isDigit) == true {
      return try number()
    }
    if first == "\"" || first == "'" {
      return .string(try string(isRaw: false))
    }
    if first == "`" { return try quotedIdentifier() }
    for symbol in Self.symbols where matches(symbol) {
      position += symbol.unicodeScalars.count
      return .symbol(symbol)
    }
    throw CompileFailure(
      "Syntax error: token recognition error at: '\(String(Character(first)))'", at: position)
  }

  private func matches(_ symbol: String) -> Bool {
    for (distance, scalar) in symbol.unicodeScalars.enumerated() where peek(distance) != scalar {
      return false
    }
    return true
  }

  private mutating func quotedIdentifier() throws(CompileFailure) -> Token.Kind {
    let start = position
    position += 1
    while let scalar = peek(), scalar != "`" {
      guard Self.isLetter(scalar) || Self.isDigit(scalar) || "./- ".unicodeScalars.contains(scalar)
      else { throw CompileFailure("Syntax error: token recognition error at: '`'", at: start) }
      position += 1
    }
    guard peek() != nil, position > start + 1 else {
      throw CompileFailure("Syntax error: token recognition error at: '`'", at: start)
    }
    position += 1
    return .quotedIdentifier(text(start + 1..<position - 1))
  }

  // MARK: Numbers

  private mutating func number() throws(CompileFailure) -> Token.Kind {
    let start = position
    if peek() == "0", peek(1) == "x" || peek(1) == "X", peek(2)?.properties.isASCIIHexDigit == true
    {
      position += 2
      let digitStart = position
      while peek()?.properties.isASCIIHexDigit == true { position += 1 }
      return try whole(text(digitStart..<position), radix: 16, from: start)
    }
    var isDouble = false
    takeDigits()
    if peek() == ".", peek(1).map(Self.isDigit) == true {
      isDouble = true
      position += 1
      takeDigits()
    }
    if peek() == "e" || peek() == "E" {
      let sign = peek(1) == "+" || peek(1) == "-" ? 2 : 1
      if peek(sign).map(Self.isDigit) == true {
        isDouble = true
        position += sign
        takeDigits()
      }
    }
    if isDouble {
      guard let value = Double(text(start..<position)) else {
        throw CompileFailure("Syntax error: invalid double literal", at: start)
      }
      return .double(value)
    }
    return try whole(text(start..<position), radix: 10, from: start)
  }

  private mutating func takeDigits() {
    while peek().map(Self.isDigit) == true { position += 1 }
  }

  private mutating func whole(_ digits: String, radix: Int, from start: Int)
    throws(CompileFailure) -> Token.Kind
  {
    if peek() == "u" || peek() == "U" {
      position += 1
      guard let value = UInt(digits, radix: radix) else {
        throw CompileFailure("Syntax error: invalid uint literal", at: start)
      }
      return .uint(value)
    }
    // The smallest number has no positive counterpart; its minus is read by the parser.
    guard let value = UInt(digits, radix: radix), value <= UInt(Int.max) + 1 else {
      throw CompileFailure("Syntax error: invalid int literal", at: start)
    }
    return .int(Int(bitPattern: value))
  }

  // MARK: Letters

  func text(_ range: Range<Int>) -> String {
    var part = String.UnicodeScalarView()
    part.append(contentsOf: scalars[range])
    return String(part)
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

/// The first thing that stops a parse.
struct CompileFailure: Error {
  let issue: SourceIssue

  init(_ message: String, at offset: Int) { issue = SourceIssue(message, at: offset) }
}
