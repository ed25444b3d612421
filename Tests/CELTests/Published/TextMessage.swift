/// A message in the text format of protocol buffers, read without knowing its type.
/// Source: "Text Format Language Specification", protobuf.dev.
struct TextMessage: Sendable {
  indirect enum Field: Sendable {
    /// A number or a word, as it stands.
    case word(String)
    case text([UInt8])
    case message(TextMessage)
  }

  private(set) var fields: [(name: String, value: Field)] = []

  struct Malformed: Error {
    let offset: Int
  }

  init(_ text: [UInt8]) throws(Malformed) {
    var reader = Reader(text: text)
    self = try reader.message(until: nil)
  }

  fileprivate init() {}

  fileprivate mutating func add(_ name: String, _ value: Field) { fields.append((name, value)) }

  subscript(name: String) -> Field? { fields.first { $0.name == name }?.value }

  /// Messages of a repeated field.
  func messages(_ name: String) -> [TextMessage] {
    fields.compactMap {
      if $0.name == name, case .message(let inner) = $0.value { inner } else { nil }
    }
  }

  func message(_ name: String) -> TextMessage? { messages(name).first }

  func word(_ name: String) -> String? {
    if case .word(let word)? = self[name] { word } else { nil }
  }

  func text(_ name: String) -> String? {
    if case .text(let bytes)? = self[name] { String(decoding: bytes, as: UTF8.self) } else { nil }
  }
}

private struct Reader {
  let text: [UInt8]
  var position = 0

  init(text: [UInt8]) { self.text = text }

  mutating func message(until end: UInt8?) throws(TextMessage.Malformed) -> TextMessage {
    var message = TextMessage()
    while true {
      skipSpace()
      guard let byte = peek else {
        guard end == nil else { throw malformed }
        return message
      }
      if byte == end {
        position += 1
        return message
      }
      let name = try fieldName()
      skipSpace()
      let hasColon = take(":")
      skipSpace()
      if hasColon, take("[") {
        try list(named: name, into: &message)
      } else {
        message.add(name, try value())
      }
      skipSpace()
      if !take(",") { _ = take(";") }
    }
  }

  private mutating func list(named name: String, into message: inout TextMessage)
    throws(TextMessage.Malformed)
  {
    skipSpace()
    while !take("]") {
      message.add(name, try value())
      skipSpace()
      _ = take(",")
      skipSpace()
    }
  }

  private mutating func value() throws(TextMessage.Malformed) -> TextMessage.Field {
    if take("{") { return .message(try message(until: UInt8(ascii: "}"))) }
    if take("<") { return .message(try message(until: UInt8(ascii: ">"))) }
    guard let byte = peek else { throw malformed }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      var bytes: [UInt8] = []
      while let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
        bytes += try string()
        skipSpace()
      }
      return .text(bytes)
    }
    return .word(try word())
  }

  /// A plain name, or `[of.an.extension]`.
  private mutating func fieldName() throws(TextMessage.Malformed) -> String {
    guard take("[") else { return try word() }
    let start = position
    while let byte = peek, byte != UInt8(ascii: "]") { position += 1 }
    let name = String(decoding: text[start..<position], as: UTF8.self)
    guard take("]") else { throw malformed }
    return name.filter { !$0.isWhitespace }
  }

  private mutating func word() throws(TextMessage.Malformed) -> String {
    let start = position
    while let byte = peek,
      byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: ".") || Character(UnicodeScalar(byte)).isLetter
        || Character(UnicodeScalar(byte)).isNumber
    {
      position += 1
    }
    guard position > start else { throw malformed }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func string() throws(TextMessage.Malformed) -> [UInt8] {
    let quote = text[position]
    position += 1
    var bytes: [UInt8] = []
    while let byte = peek, byte != quote {
      position += 1
      if byte == UInt8(ascii: "\\") { bytes += try escaped() } else { bytes.append(byte) }
    }
    guard peek == quote else { throw malformed }
    position += 1
    return bytes
  }

  private mutating func escaped() throws(TextMessage.Malformed) -> [UInt8] {
    guard let byte = peek else { throw malformed }
    position += 1
    switch byte {
    case UInt8(ascii: "a"): return [7]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "v"): return [11]
    case UInt8(ascii: "x"): return [UInt8(truncatingIfNeeded: try number(radix: 16, digitsMax: 2))]
    case UInt8(ascii: "u"): return try scalar(digits: 4)
    case UInt8(ascii: "U"): return try scalar(digits: 8)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      position -= 1
      return [UInt8(truncatingIfNeeded: try number(radix: 8, digitsMax: 3))]
    default: return [byte]
    }
  }

  private mutating func scalar(digits: Int) throws(TextMessage.Malformed) -> [UInt8] {
    guard let scalar = UnicodeScalar(try number(radix: 16, digitsMax: digits)) else {
      throw malformed
    }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func number(radix: Int, digitsMax: Int) throws(TextMessage.Malformed) -> UInt32 {
    let start = position
    while position - start < digitsMax, let byte = peek,
      Character(UnicodeScalar(byte)).hexDigitValue.map({ $0 < radix }) ?? false
    {
      position += 1
    }
    guard
      let number = UInt32(String(decoding: text[start..<position], as: UTF8.self), radix: radix)
    else { throw malformed }
    return number
  }

  private mutating func skipSpace() {
    while let byte = peek {
      if byte == UInt8(ascii: "#") {
        while let inner = peek, inner != UInt8(ascii: "\n") { position += 1 }
      } else if byte == 9 || byte == 10 || byte == 13 || byte == 32 {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private var peek: UInt8? { position < text.count ? text[position] : nil }
  private var malformed: TextMessage.Malformed { TextMessage.Malformed(offset: position) }
}
