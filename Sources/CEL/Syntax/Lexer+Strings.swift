/// String and bytes literals.
extension Lexer {
  /// `r"..."`, `b'...'`, `rb"..."`; `nil` where the letters begin an identifier.
  mutating func prefixedString() throws(CompileFailure) -> Token.Kind? {
    var isRaw = false
    var isBytes = false
    var length = 0
    while length < 2, let letter = peek(length) {
      if !isRaw, letter == "r" || letter == "R" {
        isRaw = true
      } else if !isBytes, letter == "b" || letter == "B" {
        isBytes = true
      } else {
        break
      }
      length += 1
    }
    guard length > 0, let quote = peek(length), quote == "\"" || quote == "'" else { return nil }
    position += length
    if isBytes { return .bytes(try bytes(isRaw: isRaw)) }
    return .string(try string(isRaw: isRaw))
  }

  mutating func string(isRaw: Bool) throws(CompileFailure) -> String {
    let start = position
    var text = String.UnicodeScalarView()
    for part in try parts(isRaw: isRaw) {
      switch part {
      case .scalar(let scalar): text.append(scalar)
      case .octet(let octet): text.append(Unicode.Scalar(octet))
      case .codePoint(let value):
        guard let scalar = Unicode.Scalar(value) else {
          throw CompileFailure("Syntax error: invalid unicode code point", at: start)
        }
        text.append(scalar)
      }
    }
    return String(text)
  }

  private mutating func bytes(isRaw: Bool) throws(CompileFailure) -> [UInt8] {
    let start = position
    var bytes: [UInt8] = []
    for part in try parts(isRaw: isRaw) {
      switch part {
      case .scalar(let scalar): bytes += Array(String(Character(scalar)).utf8)
      case .octet(let octet): bytes.append(octet)
      case .codePoint: throw CompileFailure("Syntax error: invalid bytes literal", at: start)
      }
    }
    return bytes
  }

  private enum Part {
    case scalar(Unicode.Scalar)
    /// `\x41`, `\101`: a byte in bytes, a code point in strings.
    case octet(UInt8)
    case codePoint(UInt32)
  }

  private mutating func parts(isRaw: Bool) throws(CompileFailure) -> [Part] {
    let start = position
    guard let quote = peek() else { return [] }
    let isTriple = peek(1) == quote && peek(2) == quote
    let closingCount = isTriple ? 3 : 1
    position += closingCount
    var parts: [Part] = []
    while let scalar = peek() {
      if scalar == quote, !isTriple || peek(1) == quote && peek(2) == quote {
        position += closingCount
        return parts
      }
      if !isTriple, scalar == "\n" || scalar == "\r" { break }
      if scalar == "\\" {
        if isRaw {
          parts.append(.scalar(scalar))
          position += 1
          // A quote behind a backslash does not end a raw string.
          if let next = peek(), next == quote || next == "\\" {
            parts.append(.scalar(next))
            position += 1
          }
        } else {
          parts.append(try escape())
        }
        continue
      }
      parts.append(.scalar(scalar))
      position += 1
    }
    throw CompileFailure(
      "Syntax error: token recognition error at: '\(text(start..<min(position, scalars.count)))'",
      at: start)
  }

  private mutating func escape() throws(CompileFailure) -> Part {
    let start = position
    position += 1
    guard let kind = peek() else {
      throw CompileFailure("Syntax error: unterminated string", at: start)
    }
    position += 1
    switch kind {
    case "a": return .scalar("\u{07}")
    case "b": return .scalar("\u{08}")
    case "f": return .scalar("\u{0C}")
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "v": return .scalar("\u{0B}")
    case "\\", "\"", "'", "`", "?": return .scalar(kind)
    case "x", "X": return .octet(UInt8(try digits(2, radix: 16, from: start)))
    case "u": return .codePoint(try digits(4, radix: 16, from: start))
    case "U": return .codePoint(try digits(8, radix: 16, from: start))
    case "0"..."3":
      position -= 1
      return .octet(UInt8(try digits(3, radix: 8, from: start)))
    default:
      throw CompileFailure("Syntax error: unable to unescape string", at: start)
    }
  }

  private mutating func digits(_ count: Int, radix: Int, from start: Int)
    throws(CompileFailure) -> UInt32
  {
    guard position + count <= scalars.count,
      let value = UInt32(text(position..<position + count), radix: radix)
    else { throw CompileFailure("Syntax error: unable to unescape string", at: start) }
    position += count
    return value
  }
}
