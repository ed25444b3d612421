/// Strings, and the scalars that JSON spells as strings.
extension JSONMachine {
  /// A piece of the document's text.
  struct TextRange {
    var offset: UInt32
    var length: UInt32
  }

  @inline(__always)
  mutating func stringValue(_ type: FieldType) -> Step {
    guard let text = string() else { return .failed }
    switch type {
    case .string, .any, .intOrString, .duration:
      finish(append(stringNode(text)))
      return .finished
    default: return checkedString(text, type)
    }
  }

  @inline(never)
  private mutating func checkedString(_ text: TextRange, _ type: FieldType) -> Step {
    let verdict: CanonicalText
    switch type {
    case .bytes: verdict = withText(text) { Base64Text.isValid($0) ? .asWritten : .invalid }
    case .quantity: verdict = withText(text, QuantityText.canonical)
    case .time: verdict = withText(text) { TimeText.canonical($0, .seconds) }
    case .microTime: verdict = withText(text) { TimeText.canonical($0, .microseconds) }
    default: return mismatch("a string", type)
    }
    switch verdict {
    case .asWritten: finish(append(stringNode(text)))
    case .rewritten(let spelling): finish(append(stringNode(keep(spelling))))
    case .invalid:
      let found = String(self.text(text.offset, text.length).prefix(64))
      return failed(
        .wrongContent(path: currentPath(), found: found, expected: type.description))
    }
    return .finished
  }

  private func withText(
    _ range: TextRange, _ body: (UnsafeBufferPointer<UInt8>) -> CanonicalText
  ) -> CanonicalText {
    let start = Int(range.offset)
    if start < end || range.length == 0 {
      return body(
        UnsafeBufferPointer(start: bytes + min(start, end), count: Int(range.length)))
    }
    return extraText.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[start - end..<start - end + Int(range.length)]))
    }
  }

  @inline(__always)
  func stringNode(_ text: TextRange) -> Document.Node {
    Document.Node(.string, low: text.offset, high: text.length)
  }

  /// Keeps text that the bytes do not hold.
  mutating func keep(_ text: some Sequence<UInt8>) -> TextRange {
    let start = extraText.count
    extraText.append(contentsOf: text)
    return TextRange(offset: UInt32(end + start), length: UInt32(extraText.count - start))
  }

  /// Reads the quoted string at `offset`: where it stands in the bytes, if it has no escapes.
  @inline(__always)
  mutating func string() -> TextRange? {
    let start = offset &+ 1
    let stop = ByteScan.plainRunEnd(bytes, from: start, to: end)
    if stop < end && bytes[stop] == UInt8(ascii: "\"") {
      offset = stop &+ 1
      return TextRange(
        offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: stop &- start)
      )
    }
    return unusualString(from: start, plainTo: stop)
  }

  /// A string with escapes or with bytes beyond ASCII; `nil` after a failure.
  @inline(never)
  private mutating func unusualString(from start: Int, plainTo stop: Int) -> TextRange? {
    let extraStart = extraText.count
    var runStart = start
    var hasEscapes = false
    var isASCII = true
    offset = stop
    while true {
      guard offset < end else {
        _ = fail(.malformed(.unexpectedEnd))
        return nil
      }
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        guard isASCII || ByteScan.isUTF8(bytes, from: runStart, to: offset) else {
          _ = fail(.malformed(.invalidUTF8(offset: runStart)))
          return nil
        }
        let close = offset
        offset += 1
        guard hasEscapes else {
          return TextRange(offset: UInt32(start), length: UInt32(close - start))
        }
        extraText.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[runStart..<close]))
        return TextRange(
          offset: UInt32(end + extraStart), length: UInt32(extraText.count - extraStart))
      case UInt8(ascii: "\\"):
        guard isASCII || ByteScan.isUTF8(bytes, from: runStart, to: offset) else {
          _ = fail(.malformed(.invalidUTF8(offset: runStart)))
          return nil
        }
        hasEscapes = true
        extraText.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[runStart..<offset]))
        guard escape() else { return nil }
        runStart = offset
        isASCII = true
      case 0..<0x20:
        _ = fail(unexpected: byte)
        return nil
      default:
        if byte > 0x7F { isASCII = false }
        offset += 1
        offset = ByteScan.plainRunEnd(bytes, from: offset, to: end)
      }
    }
  }

  private var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: end) }

  /// Reads an escape at `offset` and keeps what it stands for. A lone surrogate becomes U+FFFD, as
  /// Go's decoder has it.
  private mutating func escape() -> Bool {
    guard offset + 1 < end else { return fail(.malformed(.unexpectedEnd)) }
    let byte = bytes[offset + 1]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): extraText.append(byte)
    case UInt8(ascii: "b"): extraText.append(0x08)
    case UInt8(ascii: "f"): extraText.append(0x0C)
    case UInt8(ascii: "n"): extraText.append(0x0A)
    case UInt8(ascii: "r"): extraText.append(0x0D)
    case UInt8(ascii: "t"): extraText.append(0x09)
    case UInt8(ascii: "u"): return unicodeEscape()
    default: return fail(.malformed(.invalidEscape(offset: offset)))
    }
    offset += 2
    return true
  }

  private mutating func unicodeEscape() -> Bool {
    guard let first = hexUnit(at: offset + 2) else {
      return fail(.malformed(.invalidEscape(offset: offset)))
    }
    offset += 6
    var value = UInt32(first)
    if (0xD800..<0xDC00).contains(first), offset + 1 < end,
      bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u"),
      let second = hexUnit(at: offset + 2), (0xDC00..<0xE000).contains(second)
    {
      value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
      offset += 6
    }
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    extraText.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    return true
  }

  private func hexUnit(at start: Int) -> UInt16? {
    guard start + 4 <= end else { return nil }
    var unit: UInt16 = 0
    for position in start..<start + 4 {
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
