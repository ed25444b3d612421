/// Why bytes are no JSON document. `offset` counts bytes from the start.
package enum JSONError: Error, Equatable, Sendable {
  case unexpectedEnd
  case unexpectedByte(UInt8, offset: Int)
  case invalidNumber(offset: Int)
  case numberOutOfRange(offset: Int)
  case invalidEscape(offset: Int)
  case invalidUTF8(offset: Int)
  case tooDeep(limit: Int)
  case tooLarge(byteCount: Int)
  case trailingBytes(offset: Int)
}

extension Document {
  /// Deeper nesting is refused: every engine that walks a document may then recurse.
  package static let depthMax = 500

  /// Reads one JSON value. One pass, O(bytes).
  /// - Throws: where the bytes are no JSON (RFC 8259), are nested deeper than `depthMax`, or hold
  ///   text that is no UTF-8.
  package init(json bytes: [UInt8]) throws(JSONError) {
    guard bytes.count < Int(UInt32.max) / 2 else { throw .tooLarge(byteCount: bytes.count) }
    let result: Result<Document, JSONError> = bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(buffer)
      do throws(JSONError) {
        return .success(try parser.document())
      } catch {
        return .failure(error)
      }
    }
    self = try result.get()
  }

  package init(json text: String) throws(JSONError) {
    try self.init(json: Array(text.utf8))
  }
}

/// A recursive-descent reader over borrowed bytes.
private struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var offset = 0
  var nodes: [Document.Node] = []
  var text: [UInt8] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    nodes.reserveCapacity(bytes.count / 24 + 8)
    text.reserveCapacity(bytes.count)
  }

  mutating func document() throws(JSONError) -> Document {
    _ = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw .trailingBytes(offset: offset) }
    return Document(nodes: nodes, text: text, index: 0)
  }

  mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  mutating func peek() throws(JSONError) -> UInt8 {
    skipSpace()
    guard offset < bytes.count else { throw .unexpectedEnd }
    return bytes[offset]
  }

  mutating func expect(_ byte: UInt8) throws(JSONError) {
    let found = try peek()
    guard found == byte else { throw .unexpectedByte(found, offset: offset) }
    offset += 1
  }

  mutating func value(depth: Int) throws(JSONError) -> Int {
    guard depth <= Document.depthMax else { throw .tooDeep(limit: Document.depthMax) }
    let start = nodes.count
    let byte = try peek()
    switch byte {
    case UInt8(ascii: "{"): try object(depth: depth)
    case UInt8(ascii: "["): try array(depth: depth)
    case UInt8(ascii: "\""):
      let (from, length) = try string()
      nodes.append(Document.Node(.string, low: from, high: length))
    case UInt8(ascii: "t"): try literal("true", .true)
    case UInt8(ascii: "f"): try literal("false", .false)
    case UInt8(ascii: "n"): try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw .unexpectedByte(byte, offset: offset)
    }
    return start
  }

  mutating func literal(_ spelling: StaticString, _ kind: Document.Kind) throws(JSONError) {
    let end = offset + spelling.utf8CodeUnitCount
    guard end <= bytes.count else { throw .unexpectedEnd }
    for position in 0..<spelling.utf8CodeUnitCount
    where bytes[offset + position] != spelling.utf8Start[position] {
      throw .unexpectedByte(bytes[offset + position], offset: offset + position)
    }
    offset = end
    nodes.append(Document.Node(kind))
  }

  mutating func object(depth: Int) throws(JSONError) {
    let parent = nodes.count
    nodes.append(Document.Node(.object))
    offset += 1
    if try peek() == UInt8(ascii: "}") {
      offset += 1
      return
    }
    var last = 0
    while true {
      let quote = try peek()
      guard quote == UInt8(ascii: "\"") else { throw .unexpectedByte(quote, offset: offset) }
      let (nameOffset, nameLength) = try string()
      try expect(UInt8(ascii: ":"))
      let child = try value(depth: depth + 1)
      nodes[child].nameOffset = nameOffset
      nodes[child].nameLength = nameLength
      link(child, after: &last, in: parent)
      let byte = try peek()
      offset += 1
      if byte == UInt8(ascii: "}") { return }
      guard byte == UInt8(ascii: ",") else { throw .unexpectedByte(byte, offset: offset - 1) }
    }
  }

  mutating func array(depth: Int) throws(JSONError) {
    let parent = nodes.count
    nodes.append(Document.Node(.array))
    offset += 1
    if try peek() == UInt8(ascii: "]") {
      offset += 1
      return
    }
    var last = 0
    while true {
      let child = try value(depth: depth + 1)
      link(child, after: &last, in: parent)
      let byte = try peek()
      offset += 1
      if byte == UInt8(ascii: "]") { return }
      guard byte == UInt8(ascii: ",") else { throw .unexpectedByte(byte, offset: offset - 1) }
    }
  }

  mutating func link(_ child: Int, after last: inout Int, in parent: Int) {
    if last == 0 {
      nodes[parent].low = UInt32(child)
    } else {
      nodes[last].next = UInt32(child)
    }
    nodes[parent].high = UInt32(child)
    last = child
  }

  /// Reads a quoted string at `offset` into `text`.
  mutating func string() throws(JSONError) -> (offset: UInt32, length: UInt32) {
    offset += 1
    let start = text.count
    var runStart = offset
    var ascii: UInt8 = 0
    while true {
      guard offset < bytes.count else { throw .unexpectedEnd }
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        text.append(contentsOf: bytes[runStart..<offset])
        offset += 1
        break
      }
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: bytes[runStart..<offset])
        ascii |= try escape()
        runStart = offset
        continue
      }
      guard byte >= 0x20 else { throw .unexpectedByte(byte, offset: offset) }
      ascii |= byte
      offset += 1
    }
    if ascii >= 0x80 {
      let valid = text[start...].withContiguousStorageIfAvailable { String(validating: $0, as: UTF8.self) }
      if valid == .some(.none) { throw .invalidUTF8(offset: offset) }
    }
    return (UInt32(start), UInt32(text.count - start))
  }

  /// Reads an escape at `offset`, appends what it stands for; returns a byte of 0x80 or more where
  /// that is not ASCII. A lone surrogate becomes U+FFFD, as Go's decoder does.
  mutating func escape() throws(JSONError) -> UInt8 {
    let at = offset
    guard offset + 1 < bytes.count else { throw .unexpectedEnd }
    let byte = bytes[offset + 1]
    offset += 2
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var unit = try hexUnit()
      if unit >= 0xD800 && unit < 0xDC00 {
        if offset + 1 < bytes.count && bytes[offset] == UInt8(ascii: "\\")
          && bytes[offset + 1] == UInt8(ascii: "u")
        {
          let resume = offset
          offset += 2
          let low = try hexUnit()
          if low >= 0xDC00 && low < 0xE000 {
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
          } else {
            offset = resume
            unit = 0xFFFD
          }
        } else {
          unit = 0xFFFD
        }
      } else if unit >= 0xDC00 && unit < 0xE000 {
        unit = 0xFFFD
      }
      guard let scalar = Unicode.Scalar(unit) else { throw .invalidEscape(offset: at) }
      text.append(contentsOf: UTF8.encode(scalar) ?? .init())
      return unit < 0x80 ? 0 : 0x80
    default: throw .invalidEscape(offset: at)
    }
    return 0
  }

  mutating func hexUnit() throws(JSONError) -> UInt32 {
    guard offset + 4 <= bytes.count else { throw .unexpectedEnd }
    var unit: UInt32 = 0
    for position in offset..<offset + 4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw .invalidEscape(offset: position)
      }
      unit = unit << 4 | UInt32(digit)
    }
    offset += 4
    return unit
  }

  mutating func number() throws(JSONError) {
    let start = offset
    var isWhole = true
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let digits = try digitRun(from: start)
    if digits > 1 && bytes[offset - digits] == UInt8(ascii: "0") { throw .invalidNumber(offset: start) }
    if offset < bytes.count && bytes[offset] == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      _ = try digitRun(from: start)
    }
    if offset < bytes.count && bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if offset < bytes.count
        && (bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-"))
      {
        offset += 1
      }
      _ = try digitRun(from: start)
    }
    let spelling = String(decoding: bytes[start..<offset], as: UTF8.self)
    let bits: UInt64
    if isWhole, let whole = Int64(spelling) {
      bits = UInt64(bitPattern: whole)
    } else {
      guard let fraction = Double(spelling), fraction.isFinite else {
        throw .numberOutOfRange(offset: start)
      }
      isWhole = false
      bits = fraction.bitPattern
    }
    nodes.append(
      Document.Node(
        isWhole ? .integer : .double, low: UInt32(truncatingIfNeeded: bits),
        high: UInt32(truncatingIfNeeded: bits >> 32)))
  }

  mutating func digitRun(from start: Int) throws(JSONError) -> Int {
    let first = offset
    while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) {
      offset += 1
    }
    guard offset > first else { throw .invalidNumber(offset: start) }
    return offset - first
  }
}
