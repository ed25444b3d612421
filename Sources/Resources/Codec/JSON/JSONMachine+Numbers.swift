/// Numbers.
extension JSONMachine {
  @inline(__always)
  mutating func numberValue(_ type: FieldType) -> Step {
    let start = offset
    let isNegative = bytes[offset] == UInt8(ascii: "-")
    if isNegative { offset &+= 1 }
    let firstDigit = offset
    var value: UInt64 = 0
    while offset < end, bytes[offset] &- UInt8(ascii: "0") < 10 {
      value = value &* 10 &+ UInt64(bytes[offset] &- UInt8(ascii: "0"))
      offset &+= 1
    }
    let digits = offset &- firstDigit
    let hasMore =
      offset < end
      && (bytes[offset] == UInt8(ascii: ".") || bytes[offset] | 0x20 == UInt8(ascii: "e"))
    // Up to 18 digits surely fit.
    guard (1...18).contains(digits), !hasMore,
      digits == 1 || bytes[firstDigit] != UInt8(ascii: "0")
    else { return unusualNumber(from: start, type) }
    return integer(isNegative ? 0 &- Int64(value) : Int64(value), from: start, type)
  }

  @inline(__always)
  private mutating func integer(_ value: Int64, from start: Int, _ type: FieldType) -> Step {
    switch type {
    case .int64, .any, .double: break
    case .int32, .intOrString:
      guard Int32(exactly: value) != nil else { return outOfRange(from: start, type) }
    case .quantity: return quantityNumber(from: start)
    default: return mismatch("a number", type)
    }
    let bits = UInt64(bitPattern: value)
    finish(
      append(
        Document.Node(
          .integer, low: UInt32(truncatingIfNeeded: bits),
          high: UInt32(truncatingIfNeeded: bits >> 32))))
    return .finished
  }

  /// Fractions, exponents, many digits, and mistakes.
  @inline(never)
  private mutating func unusualNumber(from start: Int, _ type: FieldType) -> Step {
    offset = start
    guard let isWhole = numberSyntax() else { return .failed }
    if type == .quantity { return quantityNumber(from: start) }
    let slice = UnsafeBufferPointer(start: bytes + start, count: offset - start)
    let spelling = String(decoding: slice, as: UTF8.self)
    if isWhole, let whole = Int64(spelling) { return integer(whole, from: start, type) }
    switch type {
    case .any, .double: break
    case .int32, .int64, .intOrString: return outOfRange(from: start, type)
    default: return mismatch("a number", type)
    }
    guard let fraction = Double(spelling), fraction.isFinite else {
      return failed(.malformed(.numberOutOfRange(offset: start)))
    }
    let bits = fraction.bitPattern
    finish(
      append(
        Document.Node(
          .double, low: UInt32(truncatingIfNeeded: bits),
          high: UInt32(truncatingIfNeeded: bits >> 32))))
    return .finished
  }

  /// Moves behind a number; says whether it has neither fraction nor exponent; `nil` after a failure.
  private mutating func numberSyntax() -> Bool? {
    let start = offset
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let firstDigit = offset
    var isWhole = true
    guard digitRun(),
      offset - firstDigit == 1 || bytes[firstDigit] != UInt8(ascii: "0")
    else { return invalidNumber(at: start) }
    if offset < end && bytes[offset] == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      guard digitRun() else { return invalidNumber(at: start) }
    }
    if offset < end && bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if offset < end && (bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-"))
      {
        offset += 1
      }
      guard digitRun() else { return invalidNumber(at: start) }
    }
    return isWhole
  }

  private mutating func digitRun() -> Bool {
    let first = offset
    while offset < end, bytes[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
    return offset > first
  }

  private mutating func invalidNumber(at start: Int) -> Bool? {
    _ = fail(.malformed(offset < end ? .invalidNumber(offset: start) : .unexpectedEnd))
    return nil
  }

  /// A quantity written as a bare number becomes the text it stands for.
  private mutating func quantityNumber(from start: Int) -> Step {
    let slice = UnsafeBufferPointer(start: bytes + start, count: offset - start)
    switch QuantityText.canonical(slice) {
    case .asWritten:
      let text = TextRange(offset: UInt32(start), length: UInt32(slice.count))
      finish(append(stringNode(text)))
    case .rewritten(let spelling): finish(append(stringNode(keep(spelling))))
    case .invalid: return outOfRange(from: start, .quantity)
    }
    return .finished
  }

  @inline(never)
  private mutating func outOfRange(from start: Int, _ type: FieldType) -> Step {
    let slice = UnsafeBufferPointer(start: bytes + start, count: min(offset - start, 64))
    return failed(
      .wrongContent(
        path: currentPath(), found: String(decoding: slice, as: UTF8.self),
        expected: type.description))
  }
}
